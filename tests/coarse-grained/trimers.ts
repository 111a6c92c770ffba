// Liquid trimers whose bonds, angles and pair potentials are known, put through the coarse-grained stages.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { TrajectoryMeta } from "../../formats/trajectory.ts"
import { labelled } from "../../pipeline/combinators.ts"
import * as Pipeline from "../../pipeline/Pipeline.ts"
import * as Stage from "../../pipeline/Stage.ts"
import { BondedPotential } from "../../schemas/Bonded.ts"
import { Potential } from "../../schemas/Potential.ts"
import { BeadTrajectory } from "../../schemas/Trajectory.ts"
import { cgMd } from "../../stages/cgMd.ts"
import { tableRows } from "../../stages/coarse/bondedRows.ts"
import { invertBoltzmann } from "../../stages/invertBoltzmann.ts"
import { measureStructure } from "../../stages/measureStructure.ts"
import { framesOf } from "./runStage.ts"

const perEdge = 3
const molecules = perEdge ** 3
const edge = 1.95
const cutoff = 0.9
export const temperature = 298.15

const well = (x: number, at: number, stiffness: number) => (stiffness / 2) * (x - at) ** 2
/** The lower envelope of two wells, rounded: kJ/mol. */
const twoWells = (first: number, second: number) =>
  Math.min(first, second) - 2 * Math.log1p(Math.exp(-Math.abs(first - second) / 2))

/** A bond with two lengths, such as two conformers have; nm, kJ/mol. */
export const knownBond = (r: number): number => twoWells(well(r, 0.245, 6e4), 2 + well(r, 0.262, 8e4))
/** An angle near 97 degrees; rad, kJ/mol. */
export const knownAngle = (theta: number): number => well(theta, (97 * Math.PI) / 180, 250)

/** Lennard-Jones led to 0 over the last 0.2 nm; kJ/mol. */
const knownPair = (sigma: number) => (r: number) => {
  const t = Math.min(1, Math.max(0, (r - cutoff + 0.2) / 0.2))
  const x = (sigma / Math.max(r, 0.5 * sigma)) ** 6
  return 4 * 0.7 * (x * x - x) * (1 - t * t * t * (10 - 15 * t + 6 * t * t))
}

const tabulate = (U: (x: number) => number, start: number, end: number, points: number) => {
  const x = Float64Array.from({ length: points }, (_, i) => start + ((end - start) * i) / (points - 1))
  return { x, U: x.map(U), F: x.map((at) => (U(at - 1e-6) - U(at + 1e-6)) / 2e-6) }
}

const meta: TrajectoryMeta = {
  types: Array.from({ length: 3 * molecules }, (_, bead) => (bead % 3 === 1 ? 1 : 0)),
  typeNames: ["A", "B"],
  masses: Array.from({ length: 3 * molecules }, (_, bead) => (bead % 3 === 1 ? 28 : 43)),
  molecule: Array.from({ length: 3 * molecules }, (_, bead) => Math.floor(bead / 3)),
  bonds: Array.from({ length: 2 * molecules }, (_, bond) => {
    const first = 3 * Math.floor(bond / 2) + (bond % 2)
    return [first, first + 1]
  }),
  angles: Array.from({ length: molecules }, (_, m) => [3 * m, 3 * m + 1, 3 * m + 2]),
  unwrapped: true,
  quality: "ok",
  reason: ""
}

const start = {
  step: 0,
  time: 0,
  box: Float64Array.of(edge, edge, edge, 0, 0, 0),
  positions: Float32Array.from({ length: 9 * molecules }, (_, k) => {
    const [m, bead, axis] = [Math.floor(k / 9), Math.floor(k / 3) % 3, k % 3]
    const cell = ((Math.floor(m / perEdge ** axis) % perEdge) + 0.5) * (edge / perEdge)
    const shape = [0.25, 0, 0, 0, 0, 0, -0.03, 0.248, 0]
    return cell + shape[3 * bead + axis] - 0.1
  })
}

export const knownTrimers = Stage.make("known-trimers", {
  module: import.meta.url,
  params: Schema.Struct({}),
  inputs: {},
  outputs: { beads: BeadTrajectory, potential: Potential, bonded: BondedPotential },
  deterministic: true,
  run: () => {
    const pairs = [
      ["A-A", 0.46],
      ["A-B", 0.43],
      ["B-B", 0.4]
    ] as const
    const potential = pairs.flatMap(([pair, sigma]) => {
      const { F, U, x } = tabulate(knownPair(sigma), 0.02, cutoff, 441)
      return Array.from(x, (r, i) => ({ pair, r: Number(r.toPrecision(10)), U: U[i], F: F[i] }))
    })
    const bonded = [
      ...tableRows({ kind: "bond", beads: "A-B" }, tabulate(knownBond, 0.001, 0.5, 999)),
      ...tableRows({ kind: "angle", beads: "A-B-A" }, tabulate(knownAngle, 0, Math.PI, 361))
    ]
    return Effect.succeed({ beads: { meta, frames: framesOf([start]) }, potential, bonded })
  }
})

/** The trimers play the all-atom system: from their structure all potentials are found anew. */
export const trimerRoundTrip = Pipeline.make("trimer-round-trip", { params: Schema.Struct({}) }, () => {
  const times = { temperature, timeStep: 0.01, equilibration: 10, frameInterval: 0.2 }
  const grid = { rMax: cutoff, binWidth: 0.01 }
  const known = knownTrimers({}, {})
  const { beads, run: hidden } = labelled("hidden", () => cgMd({ ...times, production: 120, seed: 1 }, known))
  const { distributions: bondedTarget, rdf: target, structure } = measureStructure(grid, { beads })
  const { bonded, inversion, potential } = invertBoltzmann(
    { ...times, equilibration: 4, production: 60, max: 5, seed: 2 },
    { target, structure, bondedTarget, beads }
  )
  const model = cgMd({ ...times, production: 120, seed: 3 }, { potential, bonded, beads, inversion })
  const { distributions } = measureStructure(grid, { beads: model.beads })
  return { hidden, known: known.bonded, bonded, inversion, bondedTarget, distributions, run: model.run }
})
