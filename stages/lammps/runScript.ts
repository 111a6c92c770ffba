// Runs one LAMMPS input script to its end and reads what it printed.
import * as Effect from "effect/Effect"
import type { LammpsLog, LogProgress } from "../../formats/lammpsLog.ts"
import { badInput, toolFailed } from "../../pipeline/outcome.ts"
import type { StageFailure } from "../../pipeline/outcome.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import type { Verdict } from "../../schemas/Verdict.ts"
import { packagesOf } from "../../tools/lammps.ts"
import type { Thermo } from "../allAtom/judgeRun.ts"
import type { Part } from "./legs.ts"
import { crashVerdict, thermoOf } from "./readThermo.ts"
import { runLegs } from "./runLegs.ts"
import type { LegScript } from "./runLegs.ts"

/** How a script ended. */
export interface Finished {
  /** The thermo tables of its runs: all of them, or those up to the crash. */
  readonly tables: ReadonlyArray<Thermo>
  /** Why the liquid blew up, where LAMMPS stopped for that; null for a script that came to its end. */
  readonly crash: Verdict | null
  /** The starts of LAMMPS that it took. */
  readonly parts: ReadonlyArray<Part>
}

/** Fails with `BadInput`, before anything runs, where the binary lacks packages. */
export const requirePackages = Effect.fnUntraced(function* (needed: ReadonlyArray<string>) {
  const ws = yield* Workspace
  const identity = ws.identity("lammps")
  const packages = packagesOf(identity)
  const missing = needed.filter((name) => !packages.has(name))
  if (missing.length === 0) return
  const [version] = identity.split("; ")
  return yield* Effect.fail(
    badInput(
      `${version} was built without ${missing.length === 1 ? "the package" : "the packages"} ${missing.join(", ")}`,
      "name another binary in LARGO_LMP, or take it off PATH and run npm start, which installs one that has them"
    )
  )
})

/**
 * Runs a script in legs to its end. A liquid that blew up is a verdict; fails with `ToolFailed` where LAMMPS ended for
 * another reason, or without the thermo tables of its legs.
 *
 * @param timeStep ps, of the last runs
 */
export const runScript = Effect.fnUntraced(function* (
  script: LegScript,
  timeStep: number,
  onProgress: (progress: LogProgress) => void
) {
  const { code, logs, parts, tables, tail } = yield* runLegs(script, onProgress)
  const log = logs.at(-1)!
  const crash = code === 0 && log.errors.length === 0 ? null : crashVerdict(log)
  const complete = tables.length === script.legs.length && tables.every(({ loop }) => loop !== null)
  if (crash === null && (code !== 0 || !complete)) {
    return yield* Effect.fail(misused(parts.at(-1)!.name, code, log, tail))
  }
  const thermo = yield* Effect.try({
    try: () => tables.map((table) => thermoOf(table, timeStep)),
    catch: (problem) =>
      toolFailed(`${script.name}.out: ${String(problem)}`, "name another LAMMPS in LARGO_LMP")
  })
  return { tables: thermo, crash, parts } satisfies Finished
})

const misused = (name: string, code: number, { errors, segments }: LammpsLog, tail: string): StageFailure => {
  const said = tail.trim().slice(-400)
  const why =
    errors[0] !== undefined
      ? `ERROR: ${errors[0]}`
      : code === 0
        ? `it left ${segments.filter(({ loop }) => loop !== null).length} complete thermo tables, too few`
        : said === ""
          ? "it printed nothing"
          : said
  return toolFailed(
    `LAMMPS ended ${name}.in with status ${code}: ${why}`,
    `see ${name}.out among the logs; largo doctor says which binary that is, LARGO_LMP names another`
  )
}
