// Mapping to beads: whole molecules, masses, unwrapping, and verdicts passed on.
import { describe, expect, it } from "vitest"
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"
import { orthogonal } from "../../kernels/box.ts"
import { permutation, stream } from "../../kernels/random.ts"
import { shortestLinks } from "../../kernels/shortestLinks.ts"
import type { Mapping } from "../../schemas/MappingFile.ts"
import { mapToCg, mapTrajectory } from "../../stages/mapToCg.ts"
import { framesOf, runStage } from "./runStage.ts"

const random = stream(5, "mapping")
const edge = 1.6
const perMolecule = 5
const molecules = 7
const masses = [12, 1, 16, 3, 7]

const meta: TrajectoryMeta = {
  types: Array.from({ length: molecules * perMolecule }, (_, atom) => atom % 2),
  typeNames: ["C", "H"],
  masses: Array.from({ length: molecules * perMolecule }, (_, atom) => masses[atom % perMolecule]),
  molecule: Array.from({ length: molecules * perMolecule }, (_, atom) => Math.floor(atom / perMolecule)),
  unwrapped: false,
  quality: "ok",
  reason: ""
}

/** Chains that drift through the boundaries, and where their atoms really are. */
const drifting = (count: number) => {
  const atoms = Array.from({ length: molecules * perMolecule * 3 }, () => 0)
  for (let m = 0; m < molecules; m++) {
    for (let axis = 0; axis < 3; axis++) {
      let at = edge * random.uniform()
      for (let k = 0; k < perMolecule; k++) {
        atoms[3 * (m * perMolecule + k) + axis] = at
        at += 0.2 * (random.uniform() - 0.3)
      }
    }
  }
  const velocity = Array.from({ length: molecules * 3 }, () => 0.5 * (random.uniform() - 0.5))
  return Array.from({ length: count }, (_, f) =>
    atoms.map((at, k) => at + f * velocity[3 * Math.floor(k / 3 / perMolecule) + (k % 3)])
  )
}

const wrapped = (positions: ReadonlyArray<number>, step: number): Frame => ({
  step,
  time: step,
  box: orthogonal(edge),
  positions: Float32Array.from(positions, (at) => at - edge * Math.floor(at / edge))
})

const collect = async (frames: AsyncIterable<Frame>) => {
  const all: Array<Frame> = []
  for await (const frame of frames) all.push({ ...frame, positions: frame.positions.slice() })
  return all
}

describe("mapping", () => {
  it("puts beads at centres of mass and follows them through the boundaries", async () => {
    const real = drifting(12)
    const { frames, meta: beads } = mapTrajectory({ meta, frames: framesOf(real.map(wrapped)) })
    expect(beads).toMatchObject({
      typeNames: ["A"],
      unwrapped: true,
      masses: Array.from({ length: 7 }, () => 39)
    })
    const mapped = await collect(frames)
    expect(mapped).toHaveLength(12)
    const centre = (f: number, m: number, axis: number) =>
      masses.reduce((sum, mass, k) => sum + (mass * real[f][3 * (m * perMolecule + k) + axis]) / 39, 0)
    for (let m = 0; m < molecules; m++) {
      for (let axis = 0; axis < 3; axis++) {
        const first = mapped[0].positions[3 * m + axis]
        const images = (first - centre(0, m, axis)) / edge
        expect(images).toBeCloseTo(Math.round(images), 5)
        const moved = mapped[11].positions[3 * m + axis] - first
        expect(moved).toBeCloseTo(centre(11, m, axis) - centre(0, m, axis), 5)
      }
    }
  })

  it("makes several beads of a molecule, weighted by mass", async () => {
    const chain: Mapping = {
      beads: [
        { type: "A", atoms: [0, 1] },
        { type: "B", atoms: [2] },
        { type: "A", atoms: [3, 4] }
      ],
      bonds: [
        [0, 1],
        [1, 2]
      ],
      angles: [[0, 1, 2]]
    }
    const real = drifting(1)
    const { frames, meta: beads } = mapTrajectory({ meta, frames: framesOf(real.map(wrapped)) }, chain)
    expect(beads.typeNames).toEqual(["A", "B"])
    expect(beads.types.slice(0, 3)).toEqual([0, 1, 0])
    expect(beads.masses.slice(0, 3)).toEqual([13, 16, 10])
    expect(beads.molecule.slice(0, 6)).toEqual([0, 0, 0, 1, 1, 1])
    expect(beads.bonds?.slice(0, 3)).toEqual([
      [0, 1],
      [1, 2],
      [3, 4]
    ])
    expect(beads.angles?.slice(0, 2)).toEqual([
      [0, 1, 2],
      [3, 4, 5]
    ])
    const [{ positions }] = await collect(frames)
    const between = (a: number, b: number) => positions[a] - positions[b]
    const bead = (atoms: ReadonlyArray<number>, axis: number) => {
      const total = atoms.reduce((sum, atom) => sum + masses[atom], 0)
      return atoms.reduce((sum, atom) => sum + (masses[atom] / total) * real[0][3 * atom + axis], 0)
    }
    for (let axis = 0; axis < 3; axis++) {
      const distance = bead([3, 4], axis) - bead([0, 1], axis)
      expect(between(6 + axis, axis)).toBeCloseTo(distance, 5)
    }
  })

  it("keeps molecules whole while the box breathes, and their centres where one bead would be", async () => {
    const real = drifting(30)
    const breathing = real.map((positions, f): Frame => {
      const size = edge * (1 + 0.02 * Math.sin(f))
      return {
        step: f,
        time: f,
        box: orthogonal(size),
        positions: Float32Array.from(positions, (at) => at - size * Math.floor(at / size))
      }
    })
    const pair: Mapping = {
      beads: [
        { type: "A", atoms: [0, 1, 2] },
        { type: "B", atoms: [3, 4] }
      ],
      bonds: [[0, 1]],
      angles: []
    }
    const [one, two] = await Promise.all(
      [undefined, pair].map((mapping) =>
        collect(mapTrajectory({ meta, frames: framesOf(breathing) }, mapping).frames)
      )
    )
    for (const [f, { positions }] of two.entries()) {
      for (let m = 0; m < molecules; m++) {
        const apart = [0, 1, 2].map((axis) => positions[6 * m + axis] - positions[6 * m + 3 + axis])
        expect(Math.hypot(...apart)).toBeLessThan(0.6)
        const centre = (29 * positions[6 * m] + 10 * positions[6 * m + 3]) / 39
        expect(centre).toBeCloseTo(one[f].positions[3 * m], 4)
      }
    }
  })

  it("passes a verdict on without a frame", async () => {
    const trajectory = {
      meta: { ...meta, quality: "cavitated", reason: "P = -400 bar" },
      frames: framesOf([])
    }
    const { outputs } = await runStage(mapToCg, {}, { trajectory })
    const beads = outputs?.beads as ReturnType<typeof mapTrajectory>
    expect(beads.meta).toMatchObject({ quality: "cavitated", reason: "P = -400 bar", typeNames: ["A"] })
    expect(await collect(beads.frames)).toEqual([])
  })

  it("refuses atoms that are not there, molecules that are torn apart, and frames that are too far apart", async () => {
    const of = (frames: ReadonlyArray<Frame>, atoms = meta) => ({ meta: atoms, frames: framesOf(frames) })
    const mapping: Mapping = { beads: [{ type: "A", atoms: [5] }], bonds: [], angles: [] }
    expect((await runStage(mapToCg, {}, { trajectory: of([]), mapping })).failure).toMatchObject({
      name: "BadInput",
      message: /atom 5 of a molecule of 5/
    })
    const torn = { ...meta, molecule: meta.molecule.map((id, atom) => (atom === 3 ? 6 : id)) }
    expect((await runStage(mapToCg, {}, { trajectory: of([], torn) })).failure).toMatchObject({
      name: "BadInput"
    })
    const [first] = drifting(1)
    const jump = first.map((at) => at + 0.49 * edge)
    const { frames } = mapTrajectory(of([wrapped(first, 0), wrapped(jump, 1)]))
    await expect(collect(frames)).rejects.toMatchObject({
      name: "BadInput",
      message: /write frames more often/
    })
  })
})

describe("shortest links", () => {
  it("join all atoms by links that are no longer than the longest bond, whatever the order of the atoms", () => {
    for (let round = 0; round < 20; round++) {
      const [chain] = drifting(1)
      const own = chain.slice(0, 3 * perMolecule)
      const order = Array.from(permutation(random, perMolecule))
      const links = shortestLinks(wrapped(own, 0).positions, order, orthogonal(edge))
      expect(links).toHaveLength(perMolecule - 1)
      const distance = (a: number, b: number) =>
        Math.hypot(...[0, 1, 2].map((axis) => own[3 * a + axis] - own[3 * b + axis]))
      const longestBond = Math.max(...[0, 1, 2, 3].map((k) => distance(k, k + 1)))
      const reached = new Set([0])
      for (const [from, to] of links) {
        expect(reached.has(from)).toBe(true)
        reached.add(to)
        expect(distance(order[from], order[to])).toBeLessThanOrEqual(longestBond + 1e-6)
      }
      expect(reached.size).toBe(perMolecule)
    }
  })
})
