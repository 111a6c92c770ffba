// Runs a LAMMPS script in legs: to its end, from its beginning or from where an earlier attempt was killed.
import * as Effect from "effect/Effect"
import { readDump } from "../../formats/lammpsDump.ts"
import { LammpsLogParser, parseLammpsLog } from "../../formats/lammpsLog.ts"
import type { LammpsLog, LogProgress } from "../../formats/lammpsLog.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import * as legs from "./legs.ts"
import type { From, Leg, Part } from "./legs.ts"

export interface LegScript {
  readonly name: string
  readonly legs: ReadonlyArray<Leg>
  /** The script of a part; its frames go to `PART.dump`. */
  readonly text: (part: string, from: From | undefined) => string
  /** The leg that writes frames; undefined where none does. */
  readonly dumps: number | undefined
  /** The file that it leaves at its end. */
  readonly leaves: string
}

export interface Ran {
  /** Of each part, as far as it came. */
  readonly logs: ReadonlyArray<LammpsLog>
  readonly parts: ReadonlyArray<Part>
  /** The thermo tables of the legs, joined; `loop` is null where a leg did not come to its end. */
  readonly tables: ReturnType<typeof legs.joinTables>
  readonly code: number
  readonly tail: string
}

const partsFile = (name: string): string => `${name}.parts.json`
export const dumpFile = ({ name }: Part): string => `${name}.dump`

/** @param onProgress as if all were one run of LAMMPS */
export const runLegs = Effect.fnUntraced(function* (
  script: LegScript,
  onProgress: (progress: LogProgress) => void
) {
  const taken = yield* takeUp(script)
  if (taken?.from === null) return { ...(yield* readParts(taken.parts)), code: 0, tail: "" } satisfies Ran
  if (taken !== undefined) {
    const resumed = yield* start(script, taken.parts, taken.from, onProgress)
    // Other than a run from the beginning, which may be the liquid's fault, one that does not even begin is the file's.
    if (resumed.code === 0 || resumed.logs.at(-1)!.segments.length > 0) return resumed
  }
  return yield* start(script, [{ name: script.name, leg: 0, step: 0 }], undefined, onProgress)
})

const readParts = Effect.fnUntraced(function* (parts: ReadonlyArray<Part>) {
  const ws = yield* Workspace
  const logs: Array<LammpsLog> = []
  for (const { name } of parts) logs.push(parseLammpsLog(yield* ws.read(`${name}.out`)))
  const tables = legs.joinTables(
    parts,
    logs.map(({ segments }) => segments)
  )
  return { logs, parts, tables }
})

const start = Effect.fnUntraced(function* (
  script: LegScript,
  parts: ReadonlyArray<Part>,
  from: From | undefined,
  onProgress: (progress: LogProgress) => void
) {
  const ws = yield* Workspace
  const { name } = parts.at(-1)!
  yield* ws.write(partsFile(script.name), JSON.stringify(parts))
  yield* ws.write(`${name}.in`, script.text(name, from))
  const keep = keeper(script, from, ws)
  const growing = new LammpsLogParser()
  const { code, tail } = yield* ws.run("lammps", ["-in", `${name}.in`, "-log", "none", "-echo", "screen"], {
    name,
    onOutput: (text) => {
      growing.push(text)
      const { progress } = growing
      if (progress === null) return
      const resumed = from !== undefined && progress.segment === 0
      const segment = progress.segment + (from?.leg ?? 0)
      keep(segment, progress.step)
      onProgress({ ...progress, segment, firstStep: resumed ? 0 : progress.firstStep })
    }
  })
  // Read anew: what standard error said in between may have split a line of what was read as it came.
  return { ...(yield* readParts(parts)), code, tail } satisfies Ran
})

/** Deletes restart files but the last two of a leg, and says when there is a new one to go on from. */
const keeper = ({ legs: all, name }: LegScript, from: From | undefined, ws: Workspace["Service"]) => {
  const newest = all.map((_, leg) => (from?.leg === leg ? from.step : 0))
  return (leg: number, step: number): void => {
    const every = all[leg]?.every ?? 0
    if (every === 0) return
    const last = Math.floor(step / every) * every
    if (last <= newest[leg]) return
    for (let old = newest[leg] - every; old <= last - 2 * every; old += every) {
      if (old > 0) Effect.runSync(ws.remove(legs.restartFile(name, leg, old)))
    }
    newest[leg] = last
    ws.leaveCheckpoint()
  }
}

/**
 * What an earlier attempt left of this script: where to go on from, null where it came to its end. Undefined where it
 * left nothing, or nothing whole: a restart file counts when its own end is there, and all rows and frames up to it.
 */
const takeUp = Effect.fnUntraced(function* (script: LegScript) {
  const ws = yield* Workspace
  const { earlier } = ws
  const { dumps, leaves, name } = script
  if (earlier === undefined || !earlier.names.includes(partsFile(name))) return undefined
  const own = earlier.names.filter(
    (file) => file === leaves || (/^[.-]/.test(file.slice(name.length)) && file.startsWith(name))
  )
  for (const file of own) yield* earlier.take(file)
  const before = JSON.parse(yield* ws.readText(partsFile(name))) as ReadonlyArray<Part>
  const { logs, tables } = yield* readParts(before)
  if (own.includes(leaves) && logs.at(-1)?.wallTime !== null) return { parts: before, from: null }
  for (const from of legs.restartsOf(name, own)) {
    const parts = legs.partsBefore(before, from)
    if (parts.length === 0 || !legs.isWhole(yield* ws.read(from.file))) continue
    if (legs.lastStep(tables[from.leg]) < from.step) continue
    const last = parts.at(-1)!
    if (from.leg === dumps && (yield* Effect.promise(() => lastFrame(ws, last))) < from.step) continue
    const part = { name: `${name}-${before.length}`, leg: from.leg, step: from.step }
    return { parts: [...parts, part], from }
  }
  return undefined
})

/** The step of the last whole frame of a part. */
const lastFrame = async (ws: Workspace["Service"], part: Part): Promise<number> => {
  let last = -1
  try {
    for await (const { step } of readDump(ws.stream(dumpFile(part)), { units: "real" })) last = step
  } catch {
    // The frame at which it was killed.
  }
  return last
}
