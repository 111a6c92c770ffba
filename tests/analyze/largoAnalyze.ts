// Asks `largo analyze` as a user does, and reads the CSV that it prints.
import fs from "node:fs"
import path from "node:path"
import { expect } from "vitest"
import type { Place } from "../cli/largo.ts"

export interface Printed {
  readonly header: string
  /** NaN where a field is empty. */
  readonly rows: ReadonlyArray<ReadonlyArray<number>>
  readonly stderr: string
}

/** Writes `dump` to a file of the place and analyses it. */
export const analyze = async (
  here: Place,
  what: "rdf" | "msd" | "diffusion",
  dump: Uint8Array | string,
  ...options: ReadonlyArray<string>
): Promise<Printed> => {
  fs.writeFileSync(path.join(here.folder, "own.dump"), dump)
  const { status, stderr, stdout } = await here.largo("analyze", what, "own.dump", ...options)
  expect(status, stderr).toBe(0)
  const [header, ...lines] = stdout.trimEnd().split("\n")
  const number = (field: string) => (field === "" ? NaN : Number(field))
  return { header, rows: lines.map((line) => line.split(",").map(number)), stderr }
}

/** One column. */
export const column = ({ rows }: Printed, index: number): ReadonlyArray<number> =>
  rows.map((row) => row[index])
