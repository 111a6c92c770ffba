// Structure and diffusion of beads: against known answers, and with verdicts instead of quiet numbers.
import { describe, expect, it } from "vitest"
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"
import { orthogonal } from "../../kernels/box.ts"
import { collectiveError } from "../../kernels/collectiveError.ts"
import { stream } from "../../kernels/random.ts"
import { extractDiffusion } from "../../stages/extractDiffusion.ts"
import { measureStructure } from "../../stages/measureStructure.ts"
import { framesOf, latticeMeta, runStage } from "./runStage.ts"

const edge = 2.4
const beads = 27
const meta = latticeMeta(3)

/** Random walkers with the given D (1e-9 m2/s), a frame each ps. */
const walk = (frames: number, D: number, name: string): Array<Frame> => {
  const random = stream(3, name)
  const step = Math.sqrt(2 * D * 1e-3)
  const positions = Float32Array.from({ length: 3 * beads }, () => edge * random.uniform())
  return Array.from({ length: frames }, (_, f) => {
    for (let k = 0; k < positions.length; k++) positions[k] += step * random.normal()
    return { step: f, time: f, box: orthogonal(edge), positions: positions.slice() }
  })
}

const structureOf = async (params: object, frames: ReadonlyArray<Frame>, own: TrajectoryMeta = meta) => {
  const { failure, outputs } = await runStage(measureStructure, params, {
    beads: { meta: own, frames: framesOf(frames) }
  })
  if (failure !== undefined) throw failure
  return outputs as {
    rdf: ReadonlyArray<{ pair: string; r: number; g: number; sem: number }>
    structure: { noiseFloor: number | null; frames: number; quality: string; reason: string | null }
  }
}

const diffusionOf = async (params: object, frames: ReadonlyArray<Frame>, own: TrajectoryMeta = meta) => {
  const { failure, outputs } = await runStage(extractDiffusion, params, {
    beads: { meta: own, frames: framesOf(frames) }
  })
  if (failure !== undefined) throw failure
  const { diffusion, msd } = outputs as {
    diffusion: ReadonlyArray<Readonly<Record<string, number | string | null>>>
    msd: ReadonlyArray<{ t: number; msd: number }>
  }
  return { row: diffusion[0], msd }
}

describe("structure", () => {
  it("is 1 for an ideal gas, its noise floor the residual of two halves", async () => {
    const { rdf, structure } = await structureOf({ binWidth: 0.04 }, walk(400, 400, "gas"))
    expect(rdf).toHaveLength(30) // half the box
    const far = rdf.filter(({ r }) => r > 0.4)
    expect(far.reduce((sum, { g }) => sum + g, 0) / far.length).toBeCloseTo(1, 1)
    expect(structure).toMatchObject({ frames: 400, quality: "ok" })
    const residual = rdf.reduce((sum, { g }) => sum + Math.abs(g - 1), 0) / rdf.length
    // Against the exact answer one error counts, between two measurements two.
    expect(structure.noiseFloor! / Math.SQRT2 / residual).toBeGreaterThan(0.4)
    expect(structure.noiseFloor! / Math.SQRT2 / residual).toBeLessThan(2)
  })

  it("has a row for each pair of types and bin, and leaves out pairs within a molecule", async () => {
    const two: TrajectoryMeta = {
      ...meta,
      typeNames: ["A", "B"],
      types: meta.types.map((_, bead) => bead % 2),
      molecule: meta.molecule.map((bead) => Math.floor(bead / 2))
    }
    const frames = walk(10, 50, "two").map((frame) => {
      // Bonded beads sit on each other: they would show in the first bins.
      const positions = frame.positions.slice()
      for (let bead = 1; bead < beads; bead += 2)
        for (let axis = 0; axis < 3; axis++)
          positions[3 * bead + axis] = positions[3 * bead - 3 + axis] + 1e-3
      return { ...frame, positions }
    })
    const { rdf } = await structureOf({ rMax: 1, binWidth: 0.01 }, frames, two)
    expect([...new Set(rdf.map(({ pair }) => pair))]).toEqual(["A-A", "A-B", "B-B"])
    expect(rdf).toHaveLength(300)
    expect(rdf.filter(({ r }) => r < 0.03).every(({ g }) => g < 50)).toBe(true)
    expect(rdf[99].r).toBe(0.995)
  })

  it("is declined with the numbers where the box is too small or frames are too few, and passes verdicts on", async () => {
    const small = await structureOf({ rMax: 1.3 }, walk(10, 1, "small"))
    expect(small.rdf).toEqual([])
    expect(small.structure).toMatchObject({
      quality: "declined",
      noiseFloor: null,
      reason: /choose rMax <= 1.2/
    })
    expect((await structureOf({}, walk(4, 1, "few"))).structure).toMatchObject({
      quality: "declined",
      frames: 4
    })
    const bad = { ...meta, quality: "vapour", reason: "0.01 g/cm3" }
    expect((await structureOf({}, [], bad)).structure).toMatchObject({
      quality: "vapour",
      reason: "0.01 g/cm3"
    })
  })
})

describe("diffusion", () => {
  it("of a random walk is what it was made with, within its error", async () => {
    const { msd, row } = await diffusionOf({ window: { tmin: 1, tmax: 20 } }, walk(600, 2, "walk"))
    expect(row).toMatchObject({ quality: "ok", reason: null, molecules: beads, frames: 600, tmin: 1 })
    expect(Math.abs(Number(row.D) - 2)).toBeLessThan(3 * Number(row.stderr))
    expect(row.box).toBeCloseTo(edge, 10)
    expect(row.slope).toBeCloseTo(1, 1)
    expect(msd).toHaveLength(301)
    expect(msd[10].msd).toBeGreaterThan(0.08)
  })

  it("has at least the error of collective motion", async () => {
    const { row } = await diffusionOf({ window: { tmin: 1, tmax: 20 } }, walk(600, 2, "walk"))
    const least = collectiveError(Number(row.D), { molecules: beads, time: 599, volume: edge ** 3 })
    expect(Number(row.stderr) / Number(row.D)).toBeGreaterThanOrEqual(least * (1 - 1e-12))
    // 74 molecule ps at 1e-9 m2/s and 0.72 g/cm3 of 2,3,4-trimethylpentane: an error of 1.
    expect(collectiveError(1, { molecules: 64, time: 74 / 64, volume: 16.7 })).toBeCloseTo(1, 2)
  })

  it("that is noisy, slow or no diffusion says so", async () => {
    const noisy = await diffusionOf(
      { window: { tmin: 1, tmax: 5 }, maxRelativeError: 0.01 },
      walk(60, 2, "noisy")
    )
    expect(noisy.row).toMatchObject({ quality: "noisy", reason: /limit 1 %/ })
    expect(noisy.row.D).not.toBeNull()
    const slow = await diffusionOf({}, walk(60, 0.01, "slow"))
    expect(slow.row).toMatchObject({ quality: "glassy", D: null, stderr: null, frames: 60 })
    const caged = walk(100, 2, "caged").map((frame, f, all) => ({
      ...frame,
      positions: all[f % 2].positions
    }))
    const glass = await diffusionOf({ window: { tmin: 2, tmax: 20 } }, caged)
    expect(glass.row.quality).toBe("not diffusive")
    const bad = await diffusionOf({}, [], { ...meta, quality: "diverged", reason: "nan" })
    expect(bad.row).toMatchObject({ quality: "diverged", reason: "nan", D: null, frames: 0 })
    expect(bad.msd).toEqual([])
  })

  it("doubts a fit where a later window reads another D, and not for a low quality alone", async () => {
    const random = stream(5, "rattle")
    /** Walkers that rattle by 0.1 nm about their place, which relaxes in 2 frames. */
    const rattling = (frames: number, size: number) => {
      const shift = new Float32Array(3 * beads)
      return walk(frames, 2, "rattling").map((frame) => {
        for (let k = 0; k < shift.length; k++) {
          shift[k] = 0.6 * shift[k] + 0.8 * size * random.normal()
        }
        return { ...frame, positions: frame.positions.map((x, k) => x + shift[k]) }
      })
    }
    const frames = rattling(3000, 0.12)
    const early = await diffusionOf({ window: { tmin: 1, tmax: 6 } }, frames)
    expect(early.row).toMatchObject({
      quality: "not diffusive",
      reason: /from 1.00 to 6.00 ps with quality Q = \S+, but \S+ from 2.00 to 12.0 ps: choose a later window/
    })
    expect(early.row.D).not.toBeNull()
    const late = await diffusionOf({ window: { tmin: 10, tmax: 60 } }, frames)
    expect(late.row).toMatchObject({ quality: "ok", reason: null })
    expect(Math.abs(Number(late.row.D) - 2)).toBeLessThan(3 * Number(late.row.stderr))
    expect(Number(late.row.offset)).toBeGreaterThan(0.05) // 6 variances of the rattling
    const { offset, D } = late.row
    expect(late.msd[30].msd).toBeCloseTo(Number(offset) + 6e-3 * Number(D) * 30, 1)
  })

  it("refuses frames that are not evenly spaced in time", async () => {
    const frames = walk(20, 1, "uneven").map((frame, f) => (f === 9 ? { ...frame, time: 9.4 } : frame))
    await expect(diffusionOf({}, frames)).rejects.toMatchObject({
      name: "BadInput",
      message: /frame 9 is at 9.4 ps/
    })
  })
})
