// The frames of an all-atom run as LAMMPS dumped them.
import { DumpError } from "../../formats/DumpFrame.ts"
import { readDump } from "../../formats/lammpsDump.ts"
import type { Frame } from "../../formats/trajectory.ts"
import { toolFailed } from "../../pipeline/outcome.ts"
import type { Workspace } from "../../pipeline/Workspace.ts"
import { framesIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"

/** The file of the production's frames. */
export const trajectoryFile = "production.dump"

/**
 * The frames of the production, read as they are asked for. Throws `ToolFailed` for a dump that is missing, cut or
 * short of frames: LAMMPS goes on when it cannot write.
 */
export async function* allAtomFrames(
  ws: Pick<Workspace["Service"], "stream">,
  protocol: AllAtomProtocol
): AsyncGenerator<Frame> {
  const expected = framesIn(protocol)
  let count = 0
  try {
    for await (const { box, positions, step } of readDump(ws.stream(trajectoryFile), { units: "real" })) {
      yield { step, time: Number((step * protocol.timeStep).toPrecision(12)), box, positions }
      count++
    }
  } catch (problem) {
    const missing = problem instanceof Error && "code" in problem && problem.code === "ENOENT"
    if (missing) throw unusable(`LAMMPS left no ${trajectoryFile}`)
    throw problem instanceof DumpError ? unusable(problem.message) : problem
  }
  if (count !== expected) throw unusable(`${trajectoryFile} has ${count} of ${expected} frames`)
}

const unusable = (problem: string) =>
  toolFailed(problem, "see that the disk has room, then run again with --retry-failed")
