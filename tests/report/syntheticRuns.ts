// Made-up runs of the samples of the made-up campaign: thermo output, inversions, and a liquid of eight small molecules.
import { stream } from "../../kernels/random.ts"
import type { AllAtomRun, Thermo } from "../../schemas/AllAtomRun.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import type { MoleculeFile } from "../../schemas/moleculeFiles.ts"
import type { Inversion } from "../../schemas/Potential.ts"
import type { Atoms, Beads } from "../../schemas/Trajectory.ts"
import { ok } from "../../schemas/Verdict.ts"

const random = stream(11, "synthetic runs")

export const molecule: ValueOf<typeof MoleculeFile> = {
  name: "difluoride <of carbon>",
  atoms: [
    { type: "CT", element: "C", mass: 12.011, charge: 0.2 },
    { type: "HC", element: "H", mass: 1.008, charge: -0.1 },
    { type: "HC", element: "H", mass: 1.008, charge: -0.1 }
  ],
  bonds: [
    [0, 1],
    [0, 2]
  ]
}

const molecules = 8
/** nm */
const edge = 2
const meta = { unwrapped: true, quality: "ok", reason: "" }
const box = Float64Array.of(edge, edge, edge, 0, 0, 0)
const corner = (index: number) => [index & 1, (index >> 1) & 1, (index >> 2) & 1].map((bit) => 0.5 + bit)

/** Molecule 0 stands two boxes away, as unwrapped molecules do; molecule 1 is torn apart by a boundary. */
export const atoms = (): Atoms => ({
  meta: {
    ...meta,
    types: Array.from({ length: molecules }, () => [0, 1, 1]).flat(),
    typeNames: ["CT", "HC"],
    masses: Array.from({ length: molecules }, () => [12.011, 1.008, 1.008]).flat(),
    molecule: Array.from({ length: 3 * molecules }, (_, i) => Math.floor(i / 3))
  },
  frames: frames(
    Array.from({ length: molecules }, (_, index) => {
      const [x, y, z] = corner(index)
      const away = index === 0 ? 2 * edge : 0
      const torn = index === 1 ? edge : 0
      return [x + away, y, z, x + away + 0.1, y, z, x + away, y + 0.1 - torn, z]
    }).flat()
  )
})

export const beads = (): Beads => ({
  meta: {
    ...meta,
    types: Array<number>(molecules).fill(0),
    typeNames: ["A"],
    masses: Array<number>(molecules).fill(14.027),
    molecule: Array.from({ length: molecules }, (_, i) => i)
  },
  frames: frames(Array.from({ length: molecules }, (_, index) => corner(index)).flat())
})

async function* frames(positions: ReadonlyArray<number>) {
  yield { step: 0, time: 0, box, positions: Float32Array.from(positions) }
}

export const runOf = (sample: number): ValueOf<typeof AllAtomRun> => [
  {
    molecules,
    temperature: 298 + sample,
    temperature_stderr: 0.5,
    pressure: 10,
    pressure_stderr: 25,
    density: 0.73,
    density_stderr: 0.003,
    ...ok
  }
]

export const thermoOf = (sample: number): ValueOf<typeof Thermo> =>
  (["constant pressure", "production"] as const).flatMap((phase) =>
    Array.from({ length: 300 }, (_, i) => ({
      time: 0.1 * (i + 1),
      phase,
      temperature: 298 + 5 * random.normal(),
      pressure: 400 * random.normal(),
      density: 0.73 + 0.005 * sample - 0.1 * Math.exp(-i / 20) + 0.004 * random.normal(),
      potential_energy: -100
    }))
  )

export const inversionOf = (sample: number): ValueOf<typeof Inversion> => {
  const measured = (residual: number) => ({
    residual,
    noiseFloor: 0.016,
    chiSquare: null,
    variation: null,
    variationFloor: null,
    timeStep: 0.01,
    temperature: 298,
    pressure: 500
  })
  const history = Array.from({ length: 8 }, (_, i) => measured(0.018 + 0.3 * Math.exp(-i) + 0.001 * sample))
  return { ...history[7], iteration: 8, converged: true, history, ...ok }
}
