// A subcommand: what it takes, and what it does with it.
import type { Output } from "./Output.ts"
import * as Usage from "./Usage.ts"

/** A subcommand, its option types forgotten. */
export interface Command {
  readonly usage: Usage.Usage
  /** Returns the exit status. Throws `UsageError` with every problem of the words. */
  readonly main: (args: ReadonlyArray<string>, out: Output) => Promise<number>
}

/** Makes a subcommand; `run` gets its words checked and typed. */
export const make = <const O extends Usage.Options>(
  usage: Usage.Usage<O>,
  run: (words: Usage.Words<O>, out: Output) => Promise<number> | number
): Command => ({ usage, main: async (args, out) => run(Usage.parse(usage, args), out) })
