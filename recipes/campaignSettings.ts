// The settings of the coarse-graining campaign: what each protocol stands for, and what a user's params change in it.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { defaultRanges, SamplingRanges } from "../schemas/ForceFieldSampling.ts"
import { FitWindow } from "../schemas/FitWindow.ts"
import { allAtomProtocols } from "../schemas/Protocol.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))
const Count = Schema.Int.check(Schema.isGreaterThan(0))
const Counted = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const optional = Schema.optionalKey

const text = (value: string) =>
  Schema.NonEmptyString.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

/** Times of a coarse-grained run, ps. */
const Times = {
  timeStep: optional(Positive),
  equilibration: optional(Positive),
  production: optional(Positive),
  frameInterval: optional(Positive)
}

/**
 * What a user may set. Everything has a default: most of them come from the protocol, see `protocols`. Times in ps,
 * lengths in nm, energies in kJ/mol, temperature in K, pressure in bar.
 */
export const CampaignParams = Schema.Struct({
  /** `tiny` for tests, `demo` for a first look, `paper` for a campaign. */
  protocol: Schema.Literals(["tiny", "demo", "paper"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("demo" as const))
  ),
  /** How many force fields are sampled; sample 0 is the unchanged one. */
  samples: optional(Count),
  /** How many of them, counted from sample 1, no model is trained on. */
  holdOut: optional(Counted),
  /** Everything random in the campaign follows from it. */
  seed: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  /** A shipped molecule, or the path of a molecule file that ends in `.json`. */
  molecule: text("234-trimethylpentane"),
  /** A shipped force field, or the path of a force-field file that ends in `.json`. */
  forceField: text("opls-aa"),
  /** Factors on the bonded parameters of the force field. */
  ranges: SamplingRanges.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaultRanges))),
  temperature: Positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(298.15))),
  pressure: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1.01325))),
  /** The all-atom run. */
  allAtom: optional(
    Schema.Struct({
      molecules: optional(Count),
      packingDensity: optional(Positive),
      charges: optional(Schema.Boolean),
      cutoff: optional(Positive),
      timeStep: optional(Positive),
      hydrogenMassFactor: optional(Positive),
      constrainHydrogens: optional(Schema.Boolean),
      pushOff: optional(Positive),
      constantPressure: optional(Positive),
      constantPressureDiscarded: optional(Positive),
      constantVolume: optional(Positive),
      production: optional(Positive),
      frameInterval: optional(Positive),
      thermoInterval: optional(Positive)
    })
  ),
  /** The radial distribution functions, and with `rMax` the cut-off of the potentials. */
  structure: optional(
    Schema.Struct({
      rMax: optional(Positive),
      binWidth: optional(Positive),
      normalization: optional(Schema.Literals(["N(N-1)", "N2"])),
      blocks: optional(Count)
    })
  ),
  /** Iterative Boltzmann inversion. */
  ibi: optional(
    Schema.Struct({
      ...Times,
      max: optional(Count),
      alpha: optional(Positive),
      clip: optional(Positive),
      smoothing: optional(Positive),
      floorFactor: optional(Positive),
      targetPressure: optional(Schema.NullOr(Schema.Finite))
    })
  ),
  /** Production runs of the coarse-grained models. */
  coarse: optional(Schema.Struct(Times)),
  /** How diffusion coefficients are fitted, at both resolutions. */
  fit: optional(
    Schema.Struct({
      window: optional(FitWindow),
      maxRelativeError: optional(Positive),
      minSlope: optional(Positive)
    })
  ),
  /** Which mobilities count as equal. */
  pairs: optional(Schema.Struct({ tolerance: optional(Positive), minimumSources: optional(Count) })),
  /** The networks. */
  network: optional(
    Schema.Struct({
      hidden: optional(Schema.Array(Count)),
      activation: optional(Schema.Literals(["tanh", "relu"])),
      epochs: optional(Count),
      learningRate: optional(Positive),
      weightDecay: optional(Positive),
      members: optional(Count),
      folds: optional(Count),
      backend: optional(Schema.Literals(["wasm", "cpu"]))
    })
  )
})
export type CampaignParams = typeof CampaignParams.Type

const coarse = { timeStep: 0.01, equilibration: 20, production: 1000, frameInterval: 0.2 }
const ibi = { timeStep: 0.01, equilibration: 10, production: 100, frameInterval: 0.2, max: 12 }
const diffusive = { msdMin: 0.04, msdMax: 0.25 }

/** What the protocols stand for. None of these numbers is the study's: its text does not give them. */
export const protocols = {
  tiny: {
    samples: 4,
    holdOut: 1,
    allAtom: allAtomProtocols.tiny,
    structure: { rMax: 0.85, binWidth: 0.01, blocks: 4 },
    ibi: { ...ibi, production: 60, max: 4, floorFactor: 1.2 },
    coarse: { ...coarse, production: 200 },
    // Too early to be unbiased, but all that 20 ps of 27 molecules can give.
    fit: { window: { tmin: 2, tmax: 8 }, maxRelativeError: 0.6 },
    network: { folds: 2, members: 2, epochs: 300 }
  },
  demo: {
    samples: 6,
    holdOut: 2,
    allAtom: allAtomProtocols.demo,
    structure: { rMax: 1.1, binWidth: 0.01, blocks: 5 },
    ibi,
    coarse,
    fit: { window: diffusive, maxRelativeError: 0.35 },
    network: { folds: 4, members: 5, epochs: 1000 }
  },
  paper: {
    samples: 300,
    holdOut: 30,
    allAtom: allAtomProtocols.paper,
    structure: { rMax: 1.1, binWidth: 0.01, blocks: 10 },
    ibi: { ...ibi, production: 400, max: 20 },
    coarse: { ...coarse, production: 5000 },
    fit: { window: diffusive, maxRelativeError: 0.1 },
    network: { folds: 10, members: 5, epochs: 2000 }
  }
} as const

/** The settings that a protocol and a user's changes to it come to. */
export const settingsOf = (params: CampaignParams) => {
  const base = protocols[params.protocol]
  const { pressure, temperature } = params
  return {
    samples: params.samples ?? base.samples,
    holdOut: params.holdOut ?? base.holdOut,
    allAtom: { ...base.allAtom, ...params.allAtom, temperature, pressure },
    structure: { ...base.structure, ...params.structure },
    ibi: { ...base.ibi, ...params.ibi, temperature },
    coarse: { ...base.coarse, ...params.coarse, temperature },
    fit: { ...base.fit, ...params.fit },
    pairs: { ...params.pairs },
    network: { ...base.network, ...params.network }
  }
}

export type Settings = ReturnType<typeof settingsOf>
