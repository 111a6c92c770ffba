// The dump that an analysis reads: its options, and its frames one by one.
import type { DumpFrame } from "../../formats/DumpFrame.ts"
import { readDumpInDouble } from "../../formats/lammpsDump.ts"
import type { Options } from "../Usage.ts"
import { dumpBytes } from "./dumpBytes.ts"
import * as OptionValues from "./OptionValues.ts"
import { styles, type Style } from "./units.ts"

export const options = {
  units: { help: "unit style of the dump: real (default), metal or lj", takes: "STYLE" },
  skip: { help: "leave out the first N frames", takes: "N" },
  every: { help: "use every Nth frame", takes: "N" }
} satisfies Options

export interface Dump {
  readonly file: string
  readonly units: Style
  readonly skip: number
  readonly every: number
}

export const fromWords = (
  file: string,
  given: { readonly [K in keyof typeof options]: string | undefined },
  values: OptionValues.OptionValues
): Dump => ({
  file,
  units: OptionValues.oneOf(values, "units", given.units, styles),
  skip: OptionValues.whole(values, "skip", given.skip, 0) ?? 0,
  every: OptionValues.whole(values, "every", given.every, 1) ?? 1
})

/** A frame and its place in the file, from 0. */
export interface Snapshot extends DumpFrame<Float64Array> {
  readonly frame: number
}

/**
 * The frames behind those that are skipped, every one of them: an unwrapper must see all. Throws DumpError where the file
 * is cut, inconsistent or empty.
 */
export async function* snapshots({ file, skip, units }: Dump): AsyncGenerator<Snapshot, void, undefined> {
  let frame = 0
  for await (const each of readDumpInDouble(dumpBytes(file), { units })) {
    if (frame >= skip) yield { ...each, frame }
    frame++
  }
}
