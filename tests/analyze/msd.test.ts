// `largo analyze msd` and `diffusion` beside LAMMPS, gmx msd, tidynamics and kinisi on the same frames.
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { place } from "../cli/largo.ts"
import type { Place } from "../cli/largo.ts"
import { noLammps } from "../formats/runLammps.ts"
import { everySteps, simulate, timestep } from "./fluid.ts"
import type { Fluid, Frame } from "./fluid.ts"
import { analyze } from "./largoAnalyze.ts"
import { askPython, missing, positionsOf, readColumns, run, writeTrr } from "./peers.ts"

const interval = everySteps * timestep
const dt = ["--dt", `${timestep}`]

for (const shape of ["rectangular", "triclinic"] as const) {
  describe.skipIf(noLammps)(`in a ${shape} box (${noLammps ?? "LAMMPS is here"})`, () => {
    let here: Place
    let fluid: Fluid
    beforeAll(async () => {
      here = place()
      fluid = await simulate(shape)
    })
    afterAll(() => here.remove())

    it("is LAMMPS' own where there is one origin: at the longest lag of any number of frames", async () => {
      const text = new TextDecoder().decode(fluid.still.dump)
      const N = fluid.still.frames[0].ids.length
      for (const frames of [2, 11, fluid.still.frames.length]) {
        const some = text
          .split("ITEM: TIMESTEP")
          .slice(0, frames + 1)
          .join("ITEM: TIMESTEP")
        const kept = await analyze(here, "msd", some, ...dt, "--com", "keep")
        const removed = await analyze(here, "msd", some, ...dt)
        expect(kept.header).toBe("t_ps,msd_nm2")
        const [time, value] = kept.rows.at(-1) ?? []
        expect(time).toBeCloseTo((frames - 1) * interval, 9)
        expect(value / fluid.msd.kept[frames - 1]).toBeCloseTo(1, 9)
        // about their own centre N atoms move like N - 1 free ones
        const bound = (removed.rows.at(-1)?.[1] ?? NaN) * ((N - 1) / N)
        expect(bound / fluid.msd.removed[frames - 1]).toBeCloseTo(1, 9)
      }
    })

    it.skipIf(missing.gromacs)(
      `is gmx msd's to its digits (${missing.gromacs ?? "which is here"})`,
      async () => {
        const { dump, frames } = fluid.still
        writeTrr(here.folder, frames)
        for (const type of [1, 2]) {
          const ours = await analyze(here, "msd", dump, ...dt, "--com", "keep", "--type", `${type}`)
          const files = ["-f", "frames.trr", "-s", "top.gro", "-o", "msd.xvg"]
          const wanted = ["-sel", `name T${type}`, "-trestart", "1"]
          run(here.folder, "gmx", ["-quiet", "-nobackup", "msd", ...files, ...wanted])
          const theirs = readColumns(here.folder, "msd.xvg")
          expect(theirs.length).toBe(frames.length)
          for (const [k, [, value]] of theirs.entries()) {
            // six digits; a little more, since its positions are of single precision
            const unit = value === 0 ? 0 : 10 ** (Math.floor(Math.log10(value)) - 5)
            expect(Math.abs(value - ours.rows[k][1])).toBeLessThanOrEqual(0.6 * unit)
          }
        }
      }
    )

    it.skipIf(missing.python)(`is tidynamics' to 1e-9 (${missing.python ?? "which is here"})`, async () => {
      const { dump, frames } = fluid.still
      const { rows } = await analyze(here, "msd", dump, ...dt, "--com", "keep")
      const request = { frames: frames.length, atoms: frames[0].ids.length }
      const { msd } = askPython<Tidynamics>(here.folder, "tidynamics", unwrapped(frames), request)
      for (const [k, value] of msd.entries()) expect(Math.abs(value - rows[k][1])).toBeLessThan(1e-9)
    })

    it.skipIf(missing.python)(
      `has kinisi's MSD, D and error (${missing.python ?? "which is here"})`,
      async () => {
        const { dump, frames } = fluid.still
        const [first, last] = [4, frames.length - 1]
        const com = shape === "rectangular" ? "keep" : "remove"
        const N = frames[0].ids.length
        const theirs = askPython<Kinisi>(here.folder, "kinisi", positionsOf(frames), {
          frames: frames.length,
          atoms: N,
          box: Array.from(frames[0].box),
          interval,
          start: first,
          drift: com === "remove"
        })
        const free = com === "remove" ? N / (N - 1) : 1
        const { rows } = await analyze(here, "msd", dump, ...dt, "--com", com)
        for (const [k, value] of theirs.msd.entries()) {
          expect((value * free) / rows[k + 1][1]).toBeCloseTo(1, 9)
        }
        const window = `${first * interval}:${last * interval}`
        const fit = await analyze(here, "diffusion", dump, ...dt, "--com", com, "--window", window)
        expect(fit.header).toBe("D_1e-9m2/s,stderr,Q,tmin_ps,tmax_ps,N")
        const [D, stderr, Q, tmin, , atoms] = fit.rows[0]
        expect(tmin).toBeCloseTo(first * interval, 9)
        expect(atoms).toBe(N)
        expect(Q).toBeGreaterThan(0)
        // The two weigh the same lags differently: over walks they differ by 0.7 of an error.
        expect(Math.abs(theirs.D * free - D)).toBeLessThan(Math.hypot(stderr, theirs.stderr))
        // Over walks its error is 1.2 times the scatter of D, ours is that scatter.
        expect(theirs.stderr / stderr).toBeGreaterThan(0.85)
        expect(theirs.stderr / stderr).toBeLessThan(1.7)
      }
    )
  })
}

interface Kinisi {
  readonly msd: ReadonlyArray<number>
  readonly D: number
  readonly stderr: number
}

interface Tidynamics {
  readonly msd: ReadonlyArray<number>
}

/** [frame, atom, xyz], nm, across the boundaries of a box that stays the same. */
const unwrapped = (frames: ReadonlyArray<Frame>): Float64Array =>
  positionsOf(
    frames.map((frame) => {
      const [lx, ly, lz, xy, xz, yz] = frame.box
      const positions = frame.positions.slice()
      const images = frame.images ?? new Int32Array(positions.length)
      for (let i = 0; i < positions.length; i += 3) {
        const [nx, ny, nz] = images.subarray(i, i + 3)
        positions[i] += nx * lx + ny * xy + nz * xz
        positions[i + 1] += ny * ly + nz * yz
        positions[i + 2] += nz * lz
      }
      return { ...frame, positions }
    })
  )
