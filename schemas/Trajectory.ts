// Trajectories of atoms and of beads: Arrow record batches of frames, read lazily.
import { encodeTrajectory, readTrajectory } from "../formats/trajectory.ts"
import type { Frame, Trajectory, TrajectoryMeta } from "../formats/trajectory.ts"
import * as Kind from "./Kind.ts"
import { qualities } from "./Verdict.ts"
import type { Verdict } from "./Verdict.ts"

/** A trajectory whose particles are atoms. Zero frames, with the verdict in its meta, where a run gave nothing to use. */
export interface Atoms extends Trajectory, Kind.Named<"atom-trajectory"> {}

/** A trajectory whose particles are beads, unwrapped. Zero frames where there was nothing to map. */
export interface Beads extends Trajectory, Kind.Named<"bead-trajectory"> {}

const kind = <A extends Trajectory>(name: string): Kind.Kind<A> =>
  Kind.make<A>({
    name,
    form: { arrow: 1 },
    media: "application/vnd.apache.arrow.stream",
    big: true,
    encode: async ({ frames, meta }, sink) => {
      for await (const chunk of encodeTrajectory(meta, frames)) sink.write(chunk)
    },
    decode: async (source) => (await readTrajectory(source.chunks())) as A
  })

export const AtomTrajectory = kind<Atoms>("atom-trajectory")
export const BeadTrajectory = kind<Beads>("bead-trajectory")

/** The verdict in the meta of a trajectory, where the reason of what is good is "", or in a row of a table. */
export const verdictOf = ({
  quality,
  reason
}: {
  readonly quality: string
  readonly reason: string | null
}): Verdict => {
  const known = qualities.find((word) => word === quality)
  if (known === undefined) throw new RangeError(`"${quality}" is no quality: ${qualities.join(", ")}`)
  return { quality: known, reason: reason === "" ? null : reason }
}

/** The same meta with another verdict. */
export const withVerdict = (meta: TrajectoryMeta, { quality, reason }: Verdict): TrajectoryMeta => ({
  ...meta,
  quality,
  reason: reason ?? ""
})

/** The frames of a trajectory that gave nothing to use. */
export const noFrames: AsyncIterable<Frame> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) })
}
