// Trouble in three lines: what happened, why, and what to type next.
import type { Paint } from "./paint.ts"

export interface Trouble {
  /** One line. */
  readonly what: string
  readonly why: string
  /** A command, as in `type: largo doctor`, or what to do, in words. */
  readonly next: string
}

/** More lines of a reason say no more. */
const most = 12

export const troubleLines = ({ next, what, why }: Trouble, paint: Paint): ReadonlyArray<string> => {
  const step = next.startsWith("type: ") ? `  type: ${next.slice("type: ".length)}` : `  then: ${next}`
  return [
    `${paint("red", "✖")} ${paint("bold", what)}`,
    `  why:  ${why.trim().split("\n").slice(0, most).join("\n        ")}`,
    ...(next === "" ? [] : [step])
  ]
}
