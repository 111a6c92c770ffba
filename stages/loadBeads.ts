// Brings beads into the graph from a LAMMPS data file: a trajectory of one frame to start simulations from.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readLammpsData } from "../formats/readLammpsData.ts"
import type { Frame } from "../formats/trajectory.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Workspace } from "../pipeline/Workspace.ts"
import { TextFile } from "../schemas/TextFile.ts"
import { BeadTrajectory } from "../schemas/Trajectory.ts"

/** Molecules of one bead, in units real. */
export const loadBeads = Stage.make("load-beads", {
  module: import.meta.url,
  params: Schema.Struct({
    /** Names of the atom types, from type 1 on. */
    types: Schema.NonEmptyArray(Schema.NonEmptyString)
  }),
  inputs: { data: TextFile },
  outputs: { beads: BeadTrajectory },
  deterministic: true,
  run: Effect.fnUntraced(function* ({ params, inputs }) {
    const ws = yield* Workspace
    const text = yield* ws.readText(inputs.data.path)
    return yield* Effect.try({
      try: () => {
        const { box, masses, positions, topology, types } = readLammpsData(text, "atomic")
        if (Object.values(topology).some((rows) => rows.length > 0))
          throw new RangeError("it has bonds, and beads are taken as molecules by themselves")
        const unnamed = types.find((type) => params.types[type - 1] === undefined)
        if (unnamed !== undefined)
          throw new RangeError(`it has the atom type ${unnamed}, and ${params.types.length} types are named`)
        const meta = {
          types: Array.from(types, (type) => type - 1),
          typeNames: params.types,
          masses: Array.from(types, (type) => masses[type - 1]),
          molecule: Array.from(types, (_, bead) => bead),
          unwrapped: true,
          quality: "ok",
          reason: ""
        }
        return {
          beads: {
            meta,
            frames: framesOf([{ step: 0, time: 0, box, positions: Float32Array.from(positions) }])
          }
        }
      },
      catch: (problem) =>
        badInput(problem instanceof Error ? problem.message : String(problem), "correct the data file")
    })
  })
})

/** A trajectory of what is there already. */
async function* framesOf(frames: Iterable<Frame>): AsyncGenerator<Frame> {
  yield* frames
}
