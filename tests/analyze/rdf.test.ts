// `largo analyze rdf` beside LAMMPS, csg_stat, gmx rdf, freud and MDAnalysis on the same frames.
import fs from "node:fs"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as Boxes from "../../kernels/box.ts"
import { place } from "../cli/largo.ts"
import type { Place } from "../cli/largo.ts"
import { noLammps } from "../formats/runLammps.ts"
import { pairs, rdfBins, rdfRange, simulate } from "./fluid.ts"
import type { Fluid, Frame } from "./fluid.ts"
import { analyze } from "./largoAnalyze.ts"
import { askPython, missing, positionsOf, readColumns, run, writeTrr } from "./peers.ts"

const width = rdfRange / rdfBins
const normalizations = ["N2", "N(N-1)"] as const

for (const shape of ["rectangular", "triclinic"] as const) {
  describe.skipIf(noLammps)(`in a ${shape} box (${noLammps ?? "LAMMPS is here"})`, () => {
    let here: Place
    let fluid: Fluid
    let ours: { readonly [N in (typeof normalizations)[number]]: ReadonlyArray<ReadonlyArray<number>> }

    const measure = async (
      dump: Uint8Array,
      normalization: (typeof normalizations)[number],
      bins = rdfBins
    ) => {
      const options = ["--bins", `${bins}`, "--rmax", `${rdfRange}`, "--normalization", normalization]
      const printed = await analyze(here, "rdf", dump, ...options)
      expect(printed.header).toBe("type_i,type_j,r_nm,g,sem")
      return pairs.map(([i, j]) => printed.rows.filter((row) => row[0] === i && row[1] === j))
    }
    const gOf = (rows: ReadonlyArray<ReadonlyArray<number>>) => rows.map((row) => row[3])

    beforeAll(async () => {
      here = place()
      fluid = await simulate(shape)
      const [squared, counted] = await Promise.all(
        normalizations.map(async (each) => (await measure(fluid.still.dump, each)).map(gOf))
      )
      ours = { N2: squared, "N(N-1)": counted }
    })
    afterAll(() => here.remove())

    it("is LAMMPS' own to 1e-8, at constant volume and constant pressure", async () => {
      for (const { dump, g } of [fluid.still, fluid.breathing]) {
        for (const [p, rows] of (await measure(dump, "N(N-1)")).entries()) {
          expect(rows.map((row) => row[2])).toEqual(rows.map((_, k) => expect.closeTo((k + 0.5) * width, 10)))
          expect(largestDifference(gOf(rows), g[p])).toBeLessThan(1e-8)
        }
      }
      expect(fluid.breathing.frames.at(-1)?.box).not.toEqual(fluid.breathing.frames[0]?.box)
      expect(Boxes.isOrthogonal(fluid.still.frames[0].box)).toBe(shape === "rectangular")
    })

    it("has both normalisations, apart by (N-1)/N for one type and equal for two", () => {
      const { types } = fluid.still.frames[0]
      for (const [p, [i, j]] of pairs.entries()) {
        const N = types.filter((type) => type === i).length
        for (const [k, g] of ours["N(N-1)"][p].entries()) {
          expect(ours.N2[p][k]).toBeCloseTo(i === j ? (g * (N - 1)) / N : g, 9)
        }
      }
    })

    // Other programs keep positions in single precision: only pairs that lie on the edge of a bin may change sides.
    it.skipIf(missing.python)(`is freud's (${missing.python ?? "which is here"})`, () => {
      const { frames } = fluid.still
      const theirs = askPython<Answer>(here.folder, "freud", positionsOf(frames), request(frames))
      for (const [p, pair] of pairs.entries()) {
        const slack = edgeSlack(frames, pair, rdfBins, 2e-6)
        // its shell volumes are of single precision too
        expectWithin(theirs.N2[p] ?? [], ours.N2[p], slack, 1e-5)
        const counted = theirs["N(N-1)"][p]
        if (counted !== null) expectWithin(counted, ours["N(N-1)"][p], slack, 1e-5)
      }
    })

    it.skipIf(missing.python)(`is MDAnalysis' (${missing.python ?? "which is here"})`, () => {
      const { frames } = fluid.still
      const theirs = askPython<Answer>(here.folder, "mdanalysis", positionsOf(frames), request(frames))
      for (const [p, pair] of pairs.entries()) {
        expectWithin(
          theirs["N(N-1)"][p] ?? [],
          ours["N(N-1)"][p],
          edgeSlack(frames, pair, rdfBins, 2e-6),
          1e-6
        )
      }
    })

    it.skipIf(missing.gromacs ?? missing.votca)(
      `is csg_stat's (${missing.gromacs ?? missing.votca ?? "which is here"})`,
      () => {
        const { frames } = fluid.still
        writeTrr(here.folder, frames)
        const wanted = pairs.map(([i, j]) => {
          const range = `<min>${width / 2}</min><max>${rdfRange - width / 2}</max><step>${width}</step>`
          return `<non-bonded><name>${i}-${j}</name><type1>T${i}</type1><type2>T${j}</type2>${range}</non-bonded>`
        })
        fs.writeFileSync(path.join(here.folder, "options.xml"), `<cg>${wanted.join("\n")}</cg>`)
        run(here.folder, "csg_stat", ["--top", "top.gro", "--trj", "frames.trr", "--options", "options.xml"])
        for (const [p, pair] of pairs.entries()) {
          const theirs = readColumns(here.folder, `${pair.join("-")}.dist.new`).map((row) => row[1])
          expectWithin(theirs, ours.N2[p], edgeSlack(frames, pair, rdfBins, 2e-6), 1e-6)
        }
      }
    )

    it.skipIf(missing.gromacs)(`is gmx rdf's (${missing.gromacs ?? "which is here"})`, async () => {
      const { dump, frames } = fluid.still
      writeTrr(here.folder, frames)
      // Its bins have their centres at multiples of their width: two of ours, half as wide, are one of its.
      const fine = (await measure(dump, "N2", 2 * rdfBins)).map(gOf)
      for (const [p, pair] of pairs.entries()) {
        const [first, second] = pair.map((type) => `name T${type}`)
        const selection = ["-ref", first, "-sel", second, "-bin", `${width}`, "-rmax", `${rdfRange}`]
        const files = ["-f", "frames.trr", "-s", "top.gro", "-o", "g.xvg"]
        run(here.folder, "gmx", ["-quiet", "-nobackup", "rdf", ...files, ...selection])
        const slack = edgeSlack(frames, pair, 2 * rdfBins, 2e-6)
        const shell = (k: number) => (k + 1) ** 3 - k ** 3
        const theirs = readColumns(here.folder, "g.xvg")
        for (let k = 1; k < rdfBins; k++) {
          const [a, b] = [2 * k - 1, 2 * k]
          const merged = (at: ReadonlyArray<number>) =>
            (at[a] * shell(a) + at[b] * shell(b)) / (shell(a) + shell(b))
          expect(theirs[k][0]).toBeCloseTo(k * width, 6)
          // three decimals
          expect(Math.abs(theirs[k][1] - merged(fine[p]))).toBeLessThan(0.00051 + merged(slack))
        }
      }
    })
  })
}

interface Answer {
  readonly N2: ReadonlyArray<ReadonlyArray<number> | null>
  readonly "N(N-1)": ReadonlyArray<ReadonlyArray<number> | null>
}

const request = (frames: ReadonlyArray<Frame>) => ({
  frames: frames.length,
  atoms: frames[0].ids.length,
  types: Array.from(frames[0].types),
  box: Array.from(frames[0].box),
  pairs,
  bins: rdfBins,
  rmax: rdfRange
})

const largestDifference = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  expect(a.length).toBe(b.length)
  return Math.max(...a.map((value, k) => Math.abs(value - b[k])))
}

const expectWithin = (
  theirs: ReadonlyArray<number>,
  ours: ReadonlyArray<number>,
  slack: ReadonlyArray<number>,
  relative: number
) => {
  expect(theirs.length).toBe(ours.length)
  for (const [k, g] of ours.entries()) {
    expect(Math.abs(theirs[k] - g), `bin ${k}`).toBeLessThanOrEqual(slack[k] + relative * g)
  }
}

/** What g of each bin would change by, if every pair nearer than `near` (nm) to one of its edges left or entered. */
const edgeSlack = (
  frames: ReadonlyArray<Frame>,
  [i, j]: readonly [number, number],
  bins: number,
  near: number
): ReadonlyArray<number> => {
  const { box, types } = frames[0]
  const slack = new Float64Array(bins)
  const step = rdfRange / bins
  const of = (wanted: number) => Array.from(types.keys()).filter((k) => types[k] === wanted)
  const [first, second] = [of(i), of(j)]
  const d = new Float64Array(3)
  for (const { positions } of frames) {
    for (const a of first) {
      for (const b of second) {
        if (i === j && b <= a) continue
        for (let axis = 0; axis < 3; axis++) d[axis] = positions[3 * a + axis] - positions[3 * b + axis]
        Boxes.nearestImage(d, box)
        const r = Math.hypot(d[0], d[1], d[2])
        const edge = Math.round(r / step)
        if (Math.abs(r - edge * step) > near) continue
        for (const bin of [edge - 1, edge]) if (bin >= 0 && bin < bins) slack[bin]++
      }
    }
  }
  const counted = i === j ? (first.length * (first.length - 1)) / 2 : first.length * second.length
  return Array.from(slack, (count, k) => {
    const shell = (4 / 3) * Math.PI * ((k + 1) ** 3 - k ** 3) * step ** 3
    return (count * Boxes.volume(box)) / (frames.length * counted * shell)
  })
}
