// Runs one LAMMPS input script to its end and reads what it printed.
import * as Effect from "effect/Effect"
import { LammpsLogParser, parseLammpsLog } from "../../formats/lammpsLog.ts"
import type { LammpsLog, LogProgress } from "../../formats/lammpsLog.ts"
import { badInput, toolFailed } from "../../pipeline/outcome.ts"
import type { StageFailure } from "../../pipeline/outcome.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import type { Verdict } from "../../schemas/Verdict.ts"
import { packagesOf } from "../../tools/lammps.ts"
import type { Thermo } from "../allAtom/judgeRun.ts"
import { crashVerdict, thermoOf } from "./readThermo.ts"

/** How a script ended. */
export interface Finished {
  /** The thermo tables of its runs: all of them, or those up to the crash. */
  readonly tables: ReadonlyArray<Thermo>
  /** Why the liquid blew up, where LAMMPS stopped for that; null for a script that came to its end. */
  readonly crash: Verdict | null
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
 * Writes a script as `NAME.in` and runs it. A liquid that blew up is a verdict; fails with `ToolFailed` where LAMMPS
 * ended for another reason, or without the thermo tables of its `runs` runs.
 *
 * @param timeStep ps, of the last runs
 */
export const runScript = Effect.fnUntraced(function* (
  name: string,
  script: string,
  runs: number,
  timeStep: number,
  onProgress: (progress: LogProgress) => void
) {
  const ws = yield* Workspace
  yield* ws.write(`${name}.in`, script)
  const growing = new LammpsLogParser()
  const { code, tail } = yield* ws.run("lammps", ["-in", `${name}.in`, "-log", "none", "-echo", "screen"], {
    name,
    onOutput: (text) => {
      growing.push(text)
      if (growing.progress !== null) onProgress(growing.progress)
    }
  })
  // Read anew: what standard error said in between may have split a line of what was read as it came.
  const log = parseLammpsLog(yield* ws.read(`${name}.out`))
  const crash = code === 0 && log.errors.length === 0 ? null : crashVerdict(log)
  const complete = log.segments.length === runs && log.segments.every(({ loop }) => loop !== null)
  if (crash === null && (code !== 0 || !complete)) return yield* Effect.fail(misused(name, code, log, tail))
  const tables = yield* Effect.try({
    try: () => log.segments.map((segment) => thermoOf(segment, timeStep)),
    catch: (problem) => toolFailed(`${name}.out: ${String(problem)}`, "name another LAMMPS in LARGO_LMP")
  })
  return { tables, crash } satisfies Finished
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
