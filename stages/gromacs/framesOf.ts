// The frames of an all-atom production as GROMACS wrote them.
import { readTrr, TrrError } from "../../formats/gromacsTrr.ts"
import type { Frame } from "../../formats/trajectory.ts"
import { toolFailed } from "../../pipeline/outcome.ts"
import type { Workspace } from "../../pipeline/Workspace.ts"
import { framesIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import type { Phase } from "./phases.ts"

/** Read as they are asked for. Throws `ToolFailed` for a file that is missing, cut or short of frames. */
export async function* framesOf(
  ws: Pick<Workspace["Service"], "stream">,
  protocol: AllAtomProtocol,
  { name, timeStep }: Phase
): AsyncGenerator<Frame> {
  const file = `${name}.trr`
  const expected = framesIn(protocol)
  let count = 0
  try {
    for await (const { box, positions, step } of readTrr(ws.stream(file))) {
      // The time in the file is a float: 0.2 ps would be 0.20000000298.
      yield { step, time: Number((step * timeStep).toPrecision(12)), box, positions }
      count++
    }
  } catch (problem) {
    const missing = problem instanceof Error && "code" in problem && problem.code === "ENOENT"
    if (missing) throw unusable(`GROMACS left no ${file}`)
    throw problem instanceof TrrError ? unusable(`${file}, ${problem.message}`) : problem
  }
  if (count !== expected) throw unusable(`${file} has ${count} of ${expected} frames`)
}

const unusable = (problem: string) =>
  toolFailed(problem, "see that the disk has room, then run again with --retry-failed")
