// The liquid of a sample at one moment, as atoms and as beads: the first frame of its trajectories.
import type { Frame, Trajectory } from "../formats/trajectory.ts"
import * as Boxes from "../kernels/box.ts"
import { shortestLinks } from "../kernels/shortestLinks.ts"
import { MoleculeFile } from "../schemas/moleculeFiles.ts"
import { AtomTrajectory, BeadTrajectory } from "../schemas/Trajectory.ts"
import type { Reader } from "./Reader.ts"
import type { NodeRecord } from "./RunRecord.ts"
import { kindName } from "./SampleNodes.ts"
import type { SampleNodes } from "./SampleNodes.ts"

/** Particles with the links between them; molecules are whole, their centres in the box. */
export interface Particles {
  /** Chemical elements, or bead types. */
  readonly names: ReadonlyArray<string>
  /** [particle, xyz], nm. */
  readonly positions: Float64Array
  readonly bonds: ReadonlyArray<readonly [number, number]>
}

export interface Liquid {
  readonly sample: number
  /** ps */
  readonly time: number
  /** Edges, nm. */
  readonly box: readonly [number, number, number]
  readonly molecules: number
  readonly atoms: Particles
  readonly beads: Particles
}

/** Undefined where a sample has no trajectories, or has no frames; throws where their bytes are gone. */
export const loadLiquid = async (
  read: Reader,
  sample: number,
  { beads: mapping, run }: SampleNodes
): Promise<Liquid | undefined> => {
  const digests = {
    atoms: outputOf(run, "atom-trajectory"),
    beads: outputOf(mapping, "bead-trajectory"),
    molecule: inputOf(run, "molecule")
  }
  if (digests.atoms === undefined || digests.beads === undefined || digests.molecule === undefined)
    return undefined
  const molecule = await read(MoleculeFile, digests.molecule)
  const atoms = await firstFrame(await read(AtomTrajectory, digests.atoms))
  const beads = await firstFrame(await read(BeadTrajectory, digests.beads))
  if (atoms === undefined || beads === undefined) return undefined
  const { box, time } = atoms.frame
  const inMolecule = (particle: number): number => particle % molecule.atoms.length
  return {
    sample,
    time,
    box: [box[0], box[1], box[2]],
    molecules: new Set(atoms.meta.molecule).size,
    atoms: particlesOf(
      atoms,
      (particle) => molecule.atoms[inMolecule(particle)].element,
      (members) => molecule.bonds.map(([i, j]) => [members[i], members[j]])
    ),
    beads: particlesOf(
      beads,
      (particle) => beads.meta.typeNames[beads.meta.types[particle]],
      (members) =>
        shortestLinks(beads.frame.positions, members, box).map(([i, j]) => [members[i], members[j]])
    )
  }
}

const outputOf = (node: NodeRecord | undefined, kind: string): string | undefined => {
  const made = Object.entries(node?.entry?.manifest.outputs ?? {}).find(([, id]) => kindName(id) === kind)
  return made === undefined ? undefined : node?.entry?.outputs[made[0]]?.digest
}

const inputOf = (node: NodeRecord | undefined, kind: string): string | undefined => {
  for (const slot of Object.values(node?.entry?.manifest.inputs ?? {})) {
    if ("digest" in slot && kindName(slot.kind) === kind) return slot.digest
  }
  return undefined
}

interface Snapshot {
  readonly meta: Trajectory["meta"]
  readonly frame: Frame
}

const firstFrame = async ({ frames, meta }: Trajectory): Promise<Snapshot | undefined> => {
  for await (const frame of frames) {
    return { meta, frame: { ...frame, box: frame.box.slice(), positions: frame.positions.slice() } }
  }
  return undefined
}

type Bond = readonly [number, number]

const particlesOf = (
  { frame: { box, positions: given }, meta }: Snapshot,
  nameOf: (particle: number) => string,
  bondsOf: (members: ReadonlyArray<number>) => ReadonlyArray<Bond>
): Particles => {
  const positions = Float64Array.from(given)
  const molecules = Map.groupBy(meta.molecule.keys(), (particle) => meta.molecule[particle])
  const bonds = [...molecules.values()].flatMap((members) => {
    const some = bondsOf(members)
    makeWhole(positions, members, some, box)
    return some
  })
  return { names: meta.types.map((_, particle) => nameOf(particle)), positions, bonds }
}

/** Brings the members of a molecule together along its bonds, and its centre into the box. */
const makeWhole = (
  positions: Float64Array,
  members: ReadonlyArray<number>,
  bonds: ReadonlyArray<Bond>,
  box: Float64Array
): void => {
  const done = new Set([members[0]])
  const d = new Float64Array(3)
  for (let reached = 0; reached < done.size;) {
    reached = done.size
    for (const bond of bonds) {
      const [from, to] = done.has(bond[0]) ? bond : [bond[1], bond[0]]
      if (!done.has(from) || done.has(to)) continue
      for (let axis = 0; axis < 3; axis++) d[axis] = positions[3 * to + axis] - positions[3 * from + axis]
      Boxes.nearestImage(d, box)
      for (let axis = 0; axis < 3; axis++) positions[3 * to + axis] = positions[3 * from + axis] + d[axis]
      done.add(to)
    }
  }
  for (let axis = 0; axis < 3; axis++) {
    const centre = members.reduce((sum, i) => sum + positions[3 * i + axis], 0) / members.length
    const shift = Math.floor(centre / box[axis]) * box[axis]
    for (const i of members) positions[3 * i + axis] -= shift
  }
}
