// The stage that maps an all-atom trajectory to beads.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Frame, Trajectory, TrajectoryMeta } from "../formats/trajectory.ts"
import * as Boxes from "../kernels/box.ts"
import type { MoleculeTable } from "../kernels/mapping.ts"
import * as Beads from "../kernels/mapping.ts"
import { shortestLinks } from "../kernels/shortestLinks.ts"
import * as Unwrapper from "../kernels/unwrap.ts"
import { badInput } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Mapping } from "../schemas/MappingFile.ts"
import { AtomTrajectory, BeadTrajectory, noFrames, verdictOf } from "../schemas/Trajectory.ts"
import { moleculeCentres } from "./coarse/moleculeCentres.ts"

/** Mass-weighted beads of every molecule, unwrapped; without a mapping one bead "A" at the centre of mass. */
export const mapToCg = Stage.make("map-to-cg", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: { trajectory: AtomTrajectory, mapping: Stage.optional(Mapping) },
  outputs: { beads: BeadTrajectory },
  deterministic: true,
  resources: { cores: 1, memory: 256 },
  run: ({ inputs: { mapping, trajectory } }) =>
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
export const mapTrajectory = (trajectory: Trajectory, mapping?: Mapping): Trajectory => {
  const { meta } = trajectory
  const molecules = moleculesOf(meta)
  const beads = molecules.map((atoms) => beadsOf(atoms, mapping, meta.masses))
  const names = [...new Set(mapping?.beads.map(({ type }) => type) ?? ["A"])]
  const first = molecules.map((_, m) => m * (mapping?.beads.length ?? 1))
  const rows = (own: ReadonlyArray<ReadonlyArray<number>>) =>
    first.flatMap((bead) => own.map((row) => row.map((index) => bead + index)))
  const beadMeta: TrajectoryMeta = {
    ...meta,
    typeNames: names,
    types: beads.flatMap((table) => table.map(({ type }) => names.indexOf(type))),
    masses: beads.flatMap((table) => table.map(({ weights }) => weights.reduce((a, b) => a + b, 0))),
    molecule: beads.flatMap((table, molecule) => table.map(() => molecule)),
    unwrapped: true,
    ...(mapping === undefined || mapping.bonds.length === 0
      ? {}
      : { bonds: rows(mapping.bonds), angles: rows(mapping.angles) })
  }
  const usable = verdictOf(meta).quality === "ok"
  return {
    meta: beadMeta,
    frames: usable ? beadFrames(trajectory.frames, molecules, beads, beadMeta) : noFrames
  }
}

interface WeightedBead extends Beads.BeadTable {
  readonly type: string
}

/**
 * Molecules follow their centres of mass through the boundaries and stay whole: beads that were unwrapped one by one
 * would drift apart at constant pressure.
 */
async function* beadFrames(
  frames: AsyncIterable<Frame>,
  molecules: ReadonlyArray<ReadonlyArray<number>>,
  beads: ReadonlyArray<ReadonlyArray<WeightedBead>>,
  meta: TrajectoryMeta
): AsyncGenerator<Frame> {
  const centresOf = moleculeCentres(meta)
  const unwrapper = Unwrapper.make(molecules.length)
  const wrapped = new Float64Array(3 * molecules.length)
  let mapping: Beads.Mapping | undefined
  for await (const { box, positions, step, time } of frames) {
    try {
      mapping ??= Beads.make(
        molecules.map((atoms, m): MoleculeTable => ({
          molecules: 1,
          atoms: atoms.length,
          bonds: shortestLinks(positions, atoms, box),
          beads: beads[m]
        }))
      )
      const placed = Beads.mapWrapped(mapping, positions, box)
      const centres = centresOf(placed)
      Boxes.wrap(centres, box, wrapped)
      const unwrapped = Unwrapper.next(unwrapper, wrapped, box)
      for (let k = 0; k < placed.length; k++) {
        const at = 3 * meta.molecule[Math.floor(k / 3)] + (k % 3)
        placed[k] += unwrapped[at] - centres[at]
      }
      yield { step, time, box, positions: Float32Array.from(placed) }
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
  mapping: Mapping | undefined,
  masses: ReadonlyArray<number>
): Array<WeightedBead> => {
  const table: Mapping["beads"] = mapping?.beads ?? [{ type: "A", atoms: [0, ...atoms.keys().drop(1)] }]
  return table.map(({ type, atoms: members }) => ({
    type,
    atoms: members,
    weights: members.map((member) => {
      const mass = masses[atoms[member]]
      if (mass === undefined)
        throw new RangeError(`bead ${type} names atom ${member} of a molecule of ${atoms.length} atoms`)
      return mass
    })
  }))
}
