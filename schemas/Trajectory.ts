// Trajectories of atoms and of beads: Arrow record batches of frames, read lazily.
import { encodeTrajectory, readTrajectory } from "../formats/trajectory.ts"
import type { Trajectory } from "../formats/trajectory.ts"
import * as Kind from "./Kind.ts"

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
