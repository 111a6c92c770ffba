// A made-up campaign with sane numbers: nine samples, one glassy, one whose inversion diverged, no pairs.
import { stream } from "../../kernels/random.ts"
import type {
  Frictions,
  Mobilities,
  Pairs,
  Potentials,
  Predictions,
  Rdfs,
  Routes,
  SampleParameters,
  Samples,
  Scores,
  Validations
} from "../../schemas/campaign.ts"
import type { Diffusion, Msd } from "../../schemas/Diffusion.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import { bad, ok } from "../../schemas/Verdict.ts"

export const count = 9
const glassy = 3
const diverged = 7
export const indices = Array.from({ length: count }, (_, sample) => sample)
const usable = indices.filter((sample) => sample !== glassy && sample !== diverged)
const random = stream(7, "synthetic campaign")
const noise = (sigma: number): number => sigma * random.normal()

const glass = bad("glassy", "the slope of log MSD is 0.62 between 5 and 20 ps; 0.9 is needed <of a liquid>")
const lost = bad("diverged", "iteration 4 reached 402 K | the thermostat has 298.15 K")
const verdictOf = (sample: number) => (sample === glassy ? glass : sample === diverged ? lost : ok)

export const samples: ValueOf<typeof Samples> = indices.map((sample) => ({
  sample,
  temperature: 298.15 + noise(0.8),
  pressure: noise(40),
  pressure_stderr: 25,
  density: sample === glassy ? null : 0.73 + noise(0.02),
  density_stderr: sample === glassy ? null : 0.003,
  residual: sample === glassy || sample === diverged ? null : 0.02 + Math.abs(noise(0.004)),
  residual_stderr: sample === glassy || sample === diverged ? null : 0.004,
  noise_floor: sample === glassy ? null : 0.016,
  variation: null,
  variation_floor: null,
  iterations: sample === glassy ? null : 8,
  ...verdictOf(sample)
}))

export const parameters: ValueOf<typeof SampleParameters> = indices.flatMap((sample) =>
  [
    ["bond CT-CT r0", 0.1529, "nm"],
    ["bond CT-HC r0", 0.109, "nm"],
    ["angle CT-CT-CT k", 488.273, "kJ/mol/rad2"],
    ["dihedral CT-CT-CT-CT v1", 5.4392, "kJ/mol"]
  ].map(([name, reference, unit]) => {
    const factor = sample === 0 ? 1 : 1 + noise(0.1)
    return {
      sample,
      name: String(name),
      value: Number(reference) * factor,
      reference: Number(reference),
      factor,
      parameter_unit: String(unit)
    }
  })
)

const grid = Array.from({ length: 90 }, (_, i) => 0.35 + 0.01 * i)

export const potentials: ValueOf<typeof Potentials> = usable.flatMap((sample) => {
  const [depth, sigma] = [1.2 + 0.08 * sample, 0.58 + 0.006 * sample]
  return grid.map((r) => {
    const x = (sigma / r) ** 6
    return {
      sample,
      pair: "A-A",
      r,
      U: 4 * depth * (x * x - x),
      F: (24 * depth * (2 * x * x - x)) / r
    }
  })
})

export const rdfs: ValueOf<typeof Rdfs> = indices
  .filter((sample) => sample !== glassy)
  .flatMap((sample) =>
    grid.map((r) => {
      const g =
        (1 / (1 + Math.exp(-(r - 0.55) / 0.02))) *
        (1 + 0.9 * Math.exp(-(r - 0.6) / 0.15) * Math.cos((r - 0.66) * 12))
      return {
        sample,
        pair: "A-A",
        r,
        g_target: g,
        g_target_sem: 0.01 + 0.02 * Math.abs(g - 1),
        g_model: sample === diverged ? null : Math.max(0, g + noise(0.012))
      }
    })
  )

export const mobilities: ValueOf<typeof Mobilities> = indices.map((sample) => {
  const verdict = verdictOf(sample)
  if (sample === glassy) {
    const nothing = { D_AA: null, D_AA_stderr: null, Q_AA: null, D_CG: null, D_CG_stderr: null, Q_CG: null }
    return { sample, ...nothing, acceleration: null, acceleration_stderr: null, ...verdict }
  }
  const D_AA = 0.9 + 0.13 * sample
  const D_CG = sample === diverged ? null : 5.6 * D_AA ** 0.31 * (1 + noise(0.04))
  return {
    sample,
    D_AA,
    D_AA_stderr: 0.1 * D_AA,
    Q_AA: 0.48,
    D_CG,
    D_CG_stderr: D_CG === null ? null : 0.04 * D_CG,
    Q_CG: D_CG === null ? null : 0.52,
    acceleration: D_CG === null ? null : D_CG / D_AA,
    acceleration_stderr: D_CG === null ? null : (D_CG / D_AA) * Math.hypot(0.1, 0.04),
    ...verdict
  }
})

export const frictions: ValueOf<typeof Frictions> = mobilities.map(({ D_AA, D_CG, sample }) => {
  if (D_AA === null || D_CG === null) {
    const nothing = { tau: null, tau_stderr: null, c: null, D_target: D_AA, D: null, D_stderr: null }
    const more = { acceleration: null, acceleration_stderr: null, residual: null, residual_without: null }
    const pressures = {
      pressure: null,
      pressure_without: null,
      pressure_change: null,
      pressure_change_stderr: null
    }
    const changes = { rdf_change: null, rdf_change_noise: null, pressure_change_reduced: null }
    return { sample, ...nothing, ...more, ...pressures, ...changes, ...verdictOf(sample) }
  }
  const acceleration = 1 + noise(0.05)
  return {
    sample,
    tau: 0.18 + noise(0.01),
    tau_stderr: 0.012,
    c: 0.14,
    D_target: D_AA,
    D: D_AA * acceleration,
    D_stderr: 0.05 * D_AA,
    acceleration,
    acceleration_stderr: acceleration * Math.hypot(0.1, 0.05),
    residual: 0.024,
    residual_without: 0.022,
    pressure: 520 + noise(20),
    pressure_without: 530 + noise(20),
    rdf_change: 0.006,
    rdf_change_noise: 0.005,
    pressure_change: 8,
    pressure_change_stderr: 6,
    pressure_change_reduced: 0.05,
    ...ok
  }
})

export const pairs: ValueOf<typeof Pairs> = []
export const matching = {
  samples: usable.length,
  sources: 0,
  minimumSources: 10,
  pairs: 0,
  ...bad("declined", "the largest D_AA is 1.94, below the smallest D_CG of 5.2; about 64 samples are needed")
}

const methods = ["network", "ridge", "gaussian process", "nearest neighbour", "mean"]

export const scores: ValueOf<typeof Scores> = [
  ["structure", "kJ/mol"] as const,
  ["mobility", "kJ/mol"],
  ["acceleration", ""],
  ["friction", ""]
].flatMap(([model, target_unit]) =>
  methods.map((method, rank) => {
    const declined = model === "mobility"
    return {
      model,
      method,
      samples: declined ? 0 : usable.length,
      folds: declined ? 0 : 3,
      rmse: declined ? null : 0.1 + 0.05 * rank,
      rmse_stderr: declined ? null : 0.02,
      r2: declined ? null : 0.9 - 0.22 * rank,
      coverage: declined ? null : 0.88 + 0.01 * rank,
      target_unit,
      ...(declined ? bad("declined", "0 pairs where 10 sources are needed") : ok)
    }
  })
)

export const predictions: ValueOf<typeof Predictions> = usable.flatMap((sample) => {
  const [acceleration, tau] = [mobilities[sample]?.acceleration ?? 1, frictions[sample]?.tau ?? 1]
  const curve = potentials.filter((row) => row.sample === sample && row.r > 0.55 && row.r < 1)
  return methods.flatMap((method, rank) => {
    const spread = method === "network" ? 0.06 : null
    const wrong = () => noise(0.03 * (rank + 1))
    const scalars = [
      ["acceleration", "ln acceleration", Math.log(acceleration), ""],
      ["friction", "ln tau", Math.log(tau), "ln ps"]
    ] as const
    return [
      ...curve.map(({ pair, r, U }) => ({
        model: "structure",
        sample,
        method,
        target: `U ${pair}`,
        r,
        theta: null,
        predicted: U + wrong(),
        spread,
        truth: U,
        target_unit: "kJ/mol"
      })),
      ...scalars.map(([model, target, truth, target_unit]) => ({
        model,
        sample,
        method,
        target,
        r: null,
        theta: null,
        predicted: truth + wrong(),
        spread,
        truth,
        target_unit
      }))
    ]
  })
})

/** From 3 samples, 5, and all. */
export const curves: ValueOf<typeof Scores> = [3, 5, usable.length].flatMap((size) =>
  scores
    .filter(({ quality }) => quality === "ok")
    .map((row) => ({ ...row, samples: size, rmse: (row.rmse ?? 0) * Math.sqrt(usable.length / size) }))
)

export const routes: ValueOf<typeof Routes> = [
  { route: "ibi", method: "inversion", mean_ln_a: 1.5 },
  { route: "friction", method: "network", mean_ln_a: 0.02 }
].map(({ mean_ln_a, ...row }) => ({
  ...row,
  samples: 2,
  mean_ln_a,
  mean_ln_a_low: mean_ln_a - 0.4,
  mean_ln_a_high: mean_ln_a + 0.4,
  scatter_ln_a: 0.1,
  error_ln_a: 0.11,
  residual: 0.03,
  residual_stderr: 0.004,
  residual_ratio: row.route === "ibi" ? 1 : 1.2,
  residual_ratio_stderr: row.route === "ibi" ? 0 : 0.1,
  pressure: 510,
  pressure_change: row.route === "friction" ? 0.01 : null,
  pressure_change_stderr: row.route === "friction" ? 0.02 : null,
  pressure_kept: row.route === "friction" ? 2 : null,
  ...ok
}))

export const validations: ValueOf<typeof Validations> = [2, 6].flatMap((sample) =>
  ["ibi", "structure", "mobility", "rescaled", "friction"].map((route) => {
    const declined = route === "mobility"
    const D_target = mobilities[sample]?.D_AA ?? null
    const fast = route === "ibi" || route === "structure"
    const acceleration = declined ? null : (fast ? 4.6 : 1) * (1 + noise(0.08))
    return {
      sample,
      route,
      method: route === "ibi" ? "inversion" : "network",
      residual: declined ? null : 0.02 + Math.abs(noise(0.02)),
      noise_floor: 0.016,
      D: acceleration === null || D_target === null ? null : acceleration * D_target,
      D_stderr: acceleration === null || D_target === null ? null : 0.05 * acceleration * D_target,
      D_target,
      D_target_stderr: D_target === null ? null : 0.1 * D_target,
      acceleration,
      acceleration_stderr: acceleration === null ? null : 0.11 * acceleration,
      pressure: declined ? null : 500 + noise(40),
      pressure_stderr: declined ? null : 6,
      ideal_pressure: declined ? null : 160,
      tau: route === "friction" ? 0.18 : null,
      ...(declined ? bad("declined", "no mobility model: 0 pairs where 10 sources are needed") : ok)
    }
  })
)

/** The rows of `Diffusion` and `Msd` of one trajectory; D of `mobilities`, ballistic below 0.5 ps. */
export const diffusionOf = (
  sample: number,
  resolution: "all-atom" | "coarse-grained"
): { diffusion: ValueOf<typeof Diffusion>; msd: ValueOf<typeof Msd> } => {
  const row = mobilities[sample]
  const D = (resolution === "all-atom" ? row?.D_AA : row?.D_CG) ?? null
  const stderr = (resolution === "all-atom" ? row?.D_AA_stderr : row?.D_CG_stderr) ?? null
  const window = D === null ? { tmin: null, tmax: null } : { tmin: 5 / D, tmax: 20 / D }
  const size = { molecules: 64, box: 2.55, frames: D === null ? 0 : 400 }
  const values = {
    D,
    stderr,
    offset: D === null ? null : 0.01,
    Q: D === null ? null : 0.5,
    slope: D === null ? null : 0.98
  }
  const diffusion = [{ ...values, ...window, ...size, ...(D === null ? verdictOf(sample) : ok) }]
  const msd =
    D === null
      ? []
      : Array.from({ length: 200 }, (_, i) => {
          const t = 0.2 * (i + 1)
          return { t, msd: 6e-3 * D * t + 0.01 * (1 - Math.exp(-t)) }
        })
  return { diffusion, msd }
}
