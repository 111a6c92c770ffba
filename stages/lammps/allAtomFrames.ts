// The frames of an all-atom run as LAMMPS dumped them.
import { DumpError } from "../../formats/DumpFrame.ts"
import { readDump } from "../../formats/lammpsDump.ts"
import type { Frame } from "../../formats/trajectory.ts"
import { toolFailed } from "../../pipeline/outcome.ts"
import type { Workspace } from "../../pipeline/Workspace.ts"
import { framesIn } from "../../schemas/Protocol.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import { BrokenTrajectory, joinFrames } from "./legs.ts"
import type { Part } from "./legs.ts"
import { dumpFile } from "./runLegs.ts"

/**
 * The frames of the production, read as they are asked for, from all parts. Throws `ToolFailed` for a dump that is
 * missing, cut or short of frames: LAMMPS goes on when it cannot write.
 */
export async function* allAtomFrames(
  ws: Pick<Workspace["Service"], "stream">,
  parts: ReadonlyArray<Part>,
  protocol: AllAtomProtocol
): AsyncGenerator<Frame> {
  const expected = framesIn(protocol)
  let count = 0
  try {
    for await (const frame of joinFrames(parts, 1, (part) => framesOf(ws, part, protocol))) {
      yield frame
      count++
    }
  } catch (problem) {
    const isBroken = problem instanceof BrokenTrajectory || problem instanceof DumpError
    throw isBroken ? unusable(problem.message) : problem
  }
  if (count !== expected)
    throw unusable(`${parts.map(dumpFile).join(", ")} has ${count} of ${expected} frames`)
}

async function* framesOf(
  ws: Pick<Workspace["Service"], "stream">,
  part: Part,
  { timeStep }: AllAtomProtocol
): AsyncGenerator<Frame> {
  try {
    for await (const { box, positions, step } of readDump(ws.stream(dumpFile(part)), { units: "real" })) {
      yield { step, time: Number((step * timeStep).toPrecision(12)), box, positions }
    }
  } catch (problem) {
    const missing = problem instanceof Error && "code" in problem && problem.code === "ENOENT"
    throw missing ? unusable(`LAMMPS left no ${dumpFile(part)}`) : problem
  }
}

const unusable = (problem: string) =>
  toolFailed(problem, "see that the disk has room, then run again with --retry-failed")
