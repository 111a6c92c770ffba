// The stage that maps an all-atom trajectory to beads.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Frame, Trajectory, TrajectoryMeta } from "../formats/trajectory.ts"
import type { MoleculeTable } from "../kernels/mapping.ts"
import * as Mapping from "../kernels/mapping.ts"
import { shortestLinks } from "../kernels/shortestLinks.ts"
import * as Unwrapper from "../kernels/unwrap.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { AtomTrajectory, BeadTrajectory, noFrames, verdictOf } from "../schemas/Trajectory.ts"

/** One bead: its type, and its atoms, counted from 0 within the molecule. */
const Bead = Schema.Struct({
  name: Schema.NonEmptyString,
  atoms: Schema.NonEmptyArray(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
})
type Bead = typeof Bead.Type

/** One bead "A" at each centre of mass, or the beads that every molecule becomes. */
export const MappingTable = Schema.Union([Schema.Literal("centre-of-mass"), Schema.NonEmptyArray(Bead)])
type MappingTable = typeof MappingTable.Type

/** Unwrapped, mass-weighted beads of every molecule. */
export const mapToCg = Stage.make("map-to-cg", {
  module: import.meta.url,
  params: Schema.Struct({
    mapping: MappingTable.pipe(Schema.withDecodingDefaultKey(Effect.succeed("centre-of-mass" as const)))
  }),
  inputs: { trajectory: AtomTrajectory },
  outputs: { beads: BeadTrajectory },
  deterministic: true,
  resources: { cores: 1, memory: 256 },
  run: ({ params: { mapping }, inputs: { trajectory } }) =>
    Effect.try({
      try: () => ({ beads: mapTrajectory(trajectory, mapping) }),
      catch: unfit
    })
})

const unfit = (problem: unknown) =>
  badInput(
    problem instanceof Error ? problem.message : String(problem),
    "give a mapping that fits the molecule, or write frames more often"
  )

/** The beads of a trajectory, frame by frame as they are asked for; its verdict is theirs. */
export const mapTrajectory = (trajectory: Trajectory, mapping: MappingTable): Trajectory => {
  const { meta } = trajectory
  const molecules = moleculesOf(meta)
  const beads = molecules.map((atoms) => beadsOf(atoms, mapping, meta.masses))
  const names = [...new Set(mapping === "centre-of-mass" ? ["A"] : mapping.map(({ name }) => name))]
  return {
    meta: {
      ...meta,
      typeNames: names,
      types: beads.flatMap((table) => table.map(({ name }) => names.indexOf(name))),
      masses: beads.flatMap((table) => table.map(({ weights }) => weights.reduce((a, b) => a + b, 0))),
      molecule: beads.flatMap((table, molecule) => table.map(() => molecule)),
      unwrapped: true
    },
    frames: verdictOf(meta).quality === "ok" ? beadFrames(trajectory.frames, molecules, beads) : noFrames
  }
}

interface WeightedBead extends Mapping.BeadTable {
  readonly name: string
}

async function* beadFrames(
  frames: AsyncIterable<Frame>,
  molecules: ReadonlyArray<ReadonlyArray<number>>,
  beads: ReadonlyArray<ReadonlyArray<WeightedBead>>
): AsyncGenerator<Frame> {
  let state: { mapping: Mapping.Mapping; unwrapper: Unwrapper.Unwrapper } | undefined
  for await (const { box, positions, step, time } of frames) {
    try {
      if (state === undefined) {
        const mapping = Mapping.make(
          molecules.map((atoms, m): MoleculeTable => ({
            molecules: 1,
            atoms: atoms.length,
            bonds: shortestLinks(positions, atoms, box),
            beads: beads[m]
          }))
        )
        state = { mapping, unwrapper: Unwrapper.make(mapping.beads) }
      }
      const wrapped = Mapping.mapWrapped(state.mapping, positions, box)
      const unwrapped = Unwrapper.next(state.unwrapper, wrapped, box)
      yield { step, time, box, positions: Float32Array.from(unwrapped) }
    } catch (problem) {
      throw unfit(problem)
    }
  }
}

/** The atoms of each molecule, which must lie side by side. */
const moleculesOf = ({ molecule }: TrajectoryMeta): Array<Array<number>> => {
  const molecules: Array<Array<number>> = []
  for (const [atom, id] of molecule.entries()) {
    if (id === molecules.length) molecules.push([])
    if (id !== molecules.length - 1) {
      throw new RangeError(
        `atom ${atom} belongs to molecule ${id} after atoms of molecule ${molecules.length - 1}`
      )
    }
    molecules[id].push(atom)
  }
  return molecules
}

const beadsOf = (
  atoms: ReadonlyArray<number>,
  mapping: MappingTable,
  masses: ReadonlyArray<number>
): Array<WeightedBead> => {
  const table: ReadonlyArray<Bead> =
    mapping === "centre-of-mass" ? [{ name: "A", atoms: [0, ...atoms.keys().drop(1)] }] : mapping
  return table.map(({ name, atoms: members }) => ({
    name,
    atoms: members,
    weights: members.map((member) => {
      const mass = masses[atoms[member]]
      if (mass === undefined)
        throw new RangeError(`bead ${name} names atom ${member} of a molecule of ${atoms.length} atoms`)
      return mass
    })
  }))
}
