// Runs one phase in GROMACS: grompp, then mdrun on one thread.
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { gromacsError } from "../../formats/gromacsError.ts"
import { badInput, toolFailed } from "../../pipeline/outcome.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import { bad } from "../../schemas/Verdict.ts"
import { hasThreadMpi } from "../../tools/gromacs.ts"
import { neighbourInterval } from "./phases.ts"
import type { Phase } from "./phases.ts"

/** Of all runs, by their names in the folder. */
export const topologyFile = "liquid.top"
export const structureOf = (name: string): string => `${name}.g96`

/** What GROMACS says where the forces tore a system apart, rather than where it was misused. */
const blownUp =
  /not finite|LINCS|constraint|moved (?:too far|more than)|\bnan\b|infinite|Range checking|could not be settled|inconsistent shifts/i
/** How it ends on coordinates that are not finite, after it has warned. */
const crashed = /SIGSEGV|SIGABRT|SIGFPE|SIGBUS/
const strained = /LINCS WARNING/
/** What it says of a box that the neighbour lists do not fit into. */
const narrow =
  /cut-off length is longer than half|box.*(?:too small|shrunk)|shortest box|small for a cut-off/i

/** Some bonds that are sampled vibrate in less than five steps: grompp warns, the temperature of the production decides. */
const warnings = 9

/**
 * Runs a phase from the structure of the one named `from`. Null for one that came to its end, a verdict for a liquid that
 * blew up; fails with `BadInput` where the box is too small for the cut-off, `ToolFailed` where GROMACS was at fault.
 */
export const runPhase = Effect.fnUntraced(function* (
  { isMinimisation, name, parameters, steps }: Phase,
  from: string,
  onStep: (step: number) => void
) {
  const ws = yield* Workspace
  const gmx = Effect.fnUntraced(function* (
    program: string,
    args: ReadonlyArray<string>,
    onOutput?: (text: string) => void
  ) {
    const call = { name: program === "mdrun" ? name : `${name}-${program}`, ...(onOutput && { onOutput }) }
    const ended = yield* Effect.result(ws.run("gromacs", ["-quiet", "-nobackup", program, ...args], call))
    if (Result.isFailure(ended)) {
      const { failure } = ended
      const torn = crashed.test(failure.message) && strained.test(yield* ws.readText(`${call.name}.err`))
      return torn
        ? bad("diverged", "GROMACS crashed after warnings of its constraints")
        : yield* Effect.fail(failure)
    }
    const { code, tail } = ended.success
    if (code === 0) return null
    const problem = gromacsError(yield* ws.readText(`${call.name}.err`)) ?? tail.trim().slice(-400)
    if (narrow.test(problem)) {
      return yield* Effect.fail(
        badInput(
          `the box is too small for the cut-off in GROMACS: ${problem}`,
          "take more molecules or a shorter cutoff, or engine=lammps"
        )
      )
    }
    if (program === "mdrun" && blownUp.test(problem)) return bad("diverged", `GROMACS stopped: ${problem}`)
    return yield* Effect.fail(
      toolFailed(
        `gmx ${program} of ${name} ended with status ${code}: ${problem || "it printed nothing"}`,
        `see ${call.name}.err among the logs; largo doctor says which binary that is, LARGO_GMX names another`
      )
    )
  })

  yield* ws.write(`${name}.mdp`, parameters)
  const files = ["-f", `${name}.mdp`, "-c", structureOf(from), "-p", topologyFile, "-o", `${name}.tpr`]
  yield* gmx("grompp", [...files, "-po", `${name}.used.mdp`, "-maxwarn", String(warnings)])
  const options = {
    deffnm: name,
    c: structureOf(name),
    stepout: Math.max(1, Math.ceil(steps / 100)),
    ntomp: 1,
    pin: "off",
    nb: "cpu",
    pme: "cpu",
    bonded: "cpu",
    update: "cpu",
    ...(hasThreadMpi(ws.identity("gromacs")) ? { ntmpi: 1 } : {}),
    // Without it mdrun takes longer lists than it was told to; a minimisation knows no such choice.
    ...(isMinimisation ? {} : { nstlist: neighbourInterval })
  }
  const given = Object.entries(options).flatMap(([option, value]) => [`-${option}`, String(value)])
  return yield* gmx("mdrun", [...given, "-reprod", "-v"], (text) => {
    const step = /step (\d+)(?![\s\S]*step \d)/.exec(text)?.[1]
    if (step !== undefined) onStep(Number(step))
  })
})
