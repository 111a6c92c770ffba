// The settings of the coarse-graining campaign: what each protocol stands for, and what a user's params change in it.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { makeFolds } from "../kernels/folds.ts"
import { range } from "../pipeline/combinators.ts"
import { defaultRanges, SamplingRanges } from "../schemas/ForceFieldSampling.ts"
import type { FitWindow } from "../schemas/FitWindow.ts"
import { windowBounds } from "../schemas/FitWindow.ts"
import { allAtomProtocols } from "../schemas/allAtomProtocols.ts"
import { Method } from "../schemas/Model.ts"
import { FrictionKind } from "../schemas/CgProtocol.ts"
import { AllAtomEngine } from "../schemas/Protocol.ts"

const Finite = Schema.Finite
const Positive = Finite.check(Schema.isGreaterThan(0))
const Count = Schema.Int.check(Schema.isGreaterThan(0))
const Counted = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** The description goes to docs/params.md. */
const described = <S extends Schema.Top>(description: string, schema: S) => schema.annotate({ description })

/** A setting whose default comes from the protocol, or from the stage that reads it. */
const setting = <S extends Schema.Top>(description: string, schema: S) =>
  Schema.optionalKey(described(description, schema))

const Text = (description: string, value: string) =>
  described(description, Schema.NonEmptyString).pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

const Times = {
  timeStep: setting("longest time step, ps; bonds and angles may need a shorter one", Positive),
  equilibration: setting("before the first frame, ps", Positive),
  production: setting("length of the run, ps", Positive),
  frameInterval: setting("between two frames, ps", Positive)
}

const optional = Schema.optionalKey

/** A bound that is not set is the protocol's. */
const Fit = Schema.Struct({
  window: setting(
    "lags that are fitted, never beyond half the run: `tmin` to `tmax` in ps, later by a factor where the MSD reaches " +
      "`msdMin` (nm2) later; or `auto`",
    Schema.Union([
      Schema.Literal("auto"),
      Schema.Struct({
        tmin: optional(windowBounds.tmin),
        tmax: optional(windowBounds.tmax),
        msdMin: optional(windowBounds.msdMin)
      })
    ])
  ),
  maxRelativeError: setting("a larger stderr / D makes the row `noisy`", Positive),
  minSlope: setting("a smaller slope of log MSD against log time makes the row `not diffusive`", Positive)
})

/**
 * What a user may set. Everything has a default: most of them come from the protocol, see `protocols`. Times in ps,
 * lengths in nm, energies in kJ/mol, temperature in K, pressure in bar.
 */
export const CampaignParams = Schema.Struct({
  protocol: described(
    "`tiny` for tests, `demo` for a first look, `paper` for a campaign",
    Schema.Literals(["tiny", "demo", "paper"])
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed("demo" as const))),
  samples: setting("how many force fields are sampled; sample 0 is the unchanged one", Count),
  validation: described(
    "which samples are held out and simulated by prediction: `holdout` the first after sample 0, by models that no" +
      " sample of them trained; `kfold` every sample once, by models trained on the other folds",
    Schema.Literals(["holdout", "kfold"])
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed("holdout" as const))),
  holdOut: setting(
    "with `validation=holdout`: how many samples, counted from sample 1, no model is trained on",
    Counted
  ),
  folds: described(
    "with `validation=kfold`: the parts that the samples are divided into, at most one a sample",
    Schema.Int.check(Schema.isGreaterThanOrEqualTo(2))
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(8))),
  methods: described(
    "whose predictions are simulated: `network`, `gaussian process` or both; both are trained and scored in any case",
    Schema.Array(Method)
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(["network"] as const))),
  acquisition: described(
    "how force fields are chosen: `sobol` spreads them evenly; `uncertainty` does so for the first `initial` and then" +
      " takes, `batch` at a time, those about which the networks of the samples so far disagree most",
    Schema.Literals(["sobol", "uncertainty"])
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed("sobol" as const))),
  warmStart: described(
    "after the first `initial` samples, inversions begin at what a network of the samples so far predicts, `batch` samples at a time",
    Schema.Boolean
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  initial: setting("samples before the first such network", Count),
  batch: setting("samples between one such network and the next", Count),
  seed: described("everything random in the campaign follows from it", Schema.Int).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(1))
  ),
  molecule: Text(
    "a shipped molecule (`234-trimethylpentane`, `n-hexane`), or the path of a molecule file that ends in `.json`",
    "234-trimethylpentane"
  ),
  forceField: Text(
    "a shipped force field, or the path of a force-field file that ends in `.json`",
    "opls-aa"
  ),
  mapping: Text(
    "which atoms are a bead: `centre-of-mass`, one bead a molecule; `three-bead`, 234-trimethylpentane with bonds and " +
      "an angle; or the path of a mapping file that ends in `.json`, or of one of VOTCA's that ends in `.xml`",
    "centre-of-mass"
  ),
  ranges: described(
    "lowest and highest factor on each kind of bonded parameter: `bondStiffness`, `bondLength`, `angleStiffness`, `angle`, `dihedral`",
    SamplingRanges
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaultRanges))),
  temperature: described("K", Positive).pipe(Schema.withDecodingDefaultKey(Effect.succeed(298.15))),
  pressure: described("bar", Finite).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1.01325))),
  engine: described(
    "the program of the all-atom runs: `lammps`, or `gromacs`, which is several times faster; coarse-grained runs need LAMMPS",
    AllAtomEngine
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed("lammps" as const))),
  allAtom: setting(
    "The all-atom run",
    Schema.Struct({
      molecules: setting("molecules in the box", Count),
      packingDensity: setting("density of the packed start, g/cm3", Positive),
      charges: setting(
        "partial charges with particle-mesh electrostatics, at three times the cost; for an alkane 1 +- 3 kg/m3 of density",
        Schema.Boolean
      ),
      cutoff: setting("Lennard-Jones cut-off, nm; the dispersion tail is corrected for", Positive),
      timeStep: setting("time step, ps", Positive),
      hydrogenMassFactor: setting(
        "hydrogens this many times as heavy, at the expense of their carriers",
        Positive
      ),
      constrainHydrogens: setting("bonds to hydrogen keep their length (SHAKE)", Schema.Boolean),
      pushOff: setting("Langevin with limited moves after the minimisation, ps", Positive),
      constantPressure: setting("run at constant pressure, ps", Positive),
      constantPressureDiscarded: setting("its first part, which the mean volume leaves out, ps", Positive),
      constantVolume: setting("run at the mean volume before the first frame, ps", Positive),
      production: setting("length of the trajectory, ps", Positive),
      frameInterval: setting("between two frames, ps", Positive),
      thermoInterval: setting("between two rows of the thermo table, ps", Positive)
    })
  ),
  structure: setting(
    "The radial distribution functions",
    Schema.Struct({
      rMax: setting("upper end, nm; the cut-off of the potentials too", Positive),
      binWidth: setting("width of a bin, nm", Positive),
      normalization: setting(
        "by pairs of different beads, or as VOTCA and GROMACS do",
        Schema.Literals(["N(N-1)", "N2"])
      ),
      blocks: setting("at least this many blocks of the trajectory give the errors", Count)
    })
  ),
  ibi: setting(
    "The inversion of structures to potentials",
    Schema.Struct({
      ...Times,
      method: setting(
        "`ibi`, iterative Boltzmann inversion, or `imc`, inverse Monte Carlo",
        Schema.Literals(["ibi", "imc"])
      ),
      max: setting("iterations at most; it stops earlier at the noise of the target", Count),
      alpha: setting("share of a step that is taken", Positive),
      clip: setting("largest change of the potential in an iteration, kT", Positive),
      smoothing: setting("waves of this length in an update of `ibi` are halved, nm", Positive),
      floorFactor: setting(
        "the residual counts as noise below this multiple of what chance alone would give",
        Positive
      ),
      targetPressure: setting("bar; null leaves the pressure alone", Schema.NullOr(Finite))
    })
  ),
  coarse: setting("Production runs of the coarse-grained models", Schema.Struct(Times)),
  friction: described(
    "what slows the coarse-grained models: `langevin` friction of each bead, or `dpd` friction between beads, which conserves momentum " +
      "and needs a LAMMPS with the package DPD-BASIC",
    FrictionKind
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed("langevin" as const))),
  fit: setting("How diffusion coefficients of the all-atom runs are fitted", Fit),
  coarseFit: setting("The same for all coarse-grained runs, which are longer", Fit),
  pairs: setting(
    "Which mobilities count as equal",
    Schema.Struct({
      tolerance: setting("largest |D_AA - D_CG| / D_AA; it must be within 2 standard errors too", Positive),
      minimumSources: setting("fewer samples than this with a pair: the mobility network declines", Count)
    })
  ),
  network: setting(
    "The networks",
    Schema.Struct({
      hidden: setting("widths of the hidden layers", Schema.Array(Count)),
      activation: setting("of the hidden layers", Schema.Literals(["tanh", "relu"])),
      epochs: setting("passes over all samples, each one step", Count),
      learningRate: setting("step of Adam at the start; it falls to 0 along half a cosine", Positive),
      weightDecay: setting("share of each weight lost per unit of learning rate and step", Positive),
      members: setting("networks of the ensemble", Count),
      folds: setting("folds of the cross-validation, as far as the samples reach", Count),
      curve: setting(
        "numbers of samples, fewer than there are, for which scores are found as well: a learning curve",
        Schema.Array(Schema.Int.check(Schema.isGreaterThanOrEqualTo(3)))
      ),
      backend: setting(
        "where tensors are computed; the two differ in the last bits",
        Schema.Literals(["wasm", "cpu"])
      )
    })
  )
})
export type CampaignParams = typeof CampaignParams.Type

const coarse = { timeStep: 0.01, equilibration: 20, production: 2000, frameInterval: 0.2 }
const ibi = { timeStep: 0.01, equilibration: 10, production: 100, frameInterval: 0.2, max: 12 }
// Where D no longer depends on the window: see docs/algorithms.md for what others read.
const coarseFit = { window: { tmin: 10, tmax: 60, msdMin: 0.1 } }

/** What the protocols stand for. None of these numbers is the study's: its text does not give them. */
export const protocols = {
  tiny: {
    samples: 4,
    holdOut: 1,
    initial: 3,
    batch: 1,
    allAtom: allAtomProtocols.tiny,
    structure: { rMax: 0.85, binWidth: 0.01, blocks: 4 },
    ibi: { ...ibi, max: 8 },
    coarse: { ...coarse, production: 400 },
    // Too early to be unbiased, but all that 20 ps of 27 molecules can give.
    fit: { window: { tmin: 2, tmax: 8 }, maxRelativeError: 0.6, minSlope: 0.5 },
    coarseFit: { ...coarseFit, maxRelativeError: 0.6 },
    network: { folds: 2, members: 2, epochs: 300 }
  },
  demo: {
    samples: 6,
    holdOut: 2,
    initial: 5,
    batch: 1,
    allAtom: allAtomProtocols.demo,
    structure: { rMax: 1.1, binWidth: 0.01, blocks: 5 },
    ibi,
    coarse,
    fit: { window: { tmin: 8, tmax: 20, msdMin: 0.05 }, maxRelativeError: 0.35 },
    coarseFit: { ...coarseFit, maxRelativeError: 0.35 },
    network: { folds: 4, members: 5, epochs: 1000 }
  },
  paper: {
    samples: 300,
    holdOut: 30,
    initial: 50,
    batch: 25,
    allAtom: allAtomProtocols.paper,
    structure: { rMax: 1.1, binWidth: 0.01, blocks: 10 },
    ibi: { ...ibi, production: 400, max: 20 },
    coarse: { ...coarse, production: 5000 },
    fit: { window: { tmin: 10, tmax: 40, msdMin: 0.06 }, maxRelativeError: 0.1 },
    coarseFit: { ...coarseFit, maxRelativeError: 0.1 },
    network: { folds: 10, members: 5, epochs: 2000 }
  }
} as const

interface FitSettings<W> {
  readonly window: W
  readonly maxRelativeError: number
  readonly minSlope?: number
}

const fitOf = (
  base: FitSettings<Exclude<FitWindow, "auto">>,
  { window: own, ...rest }: typeof Fit.Type = {}
): FitSettings<FitWindow> => ({
  ...base,
  ...rest,
  window: typeof own === "object" ? { ...base.window, ...own } : (own ?? base.window)
})

/** The settings that a protocol and a user's changes to it come to. */
export const settingsOf = (params: CampaignParams) => {
  const base = protocols[params.protocol]
  const { pressure, temperature } = params
  const samples = params.samples ?? base.samples
  const isOneRound = params.acquisition === "sobol" && !params.warmStart
  return {
    samples,
    rounds: {
      samples,
      initial: isOneRound ? samples : (params.initial ?? base.initial),
      batch: params.batch ?? base.batch
    },
    holdOut: params.holdOut ?? base.holdOut,
    allAtom: { ...base.allAtom, ...params.allAtom, temperature, pressure },
    structure: { ...base.structure, ...params.structure },
    ibi: { ...base.ibi, ...params.ibi, temperature },
    coarse: { ...base.coarse, ...params.coarse, temperature },
    fit: fitOf(base.fit, params.fit),
    coarseFit: fitOf(base.coarseFit, params.coarseFit),
    pairs: { ...params.pairs },
    network: { ...base.network, ...params.network },
    methods: params.methods
  }
}

/** Samples that are kept from the training of some models, and then simulated by their prediction. */
export interface Fold {
  /** Of the models that are trained for this fold alone; without one it is validated by the models of the campaign. */
  readonly label?: string
  readonly samples: ReadonlyArray<number>
}

/** What no model of the campaign learns from, and the folds of its validation. */
export const heldOutOf = (
  params: CampaignParams
): { readonly heldOut: ReadonlyArray<number>; readonly folds: ReadonlyArray<Fold> } => {
  const { holdOut, samples } = settingsOf(params)
  if (params.validation === "holdout") {
    const heldOut = range(samples).slice(1, 1 + holdOut)
    return { heldOut, folds: [{ samples: heldOut }] }
  }
  if (samples < 2) return { heldOut: [], folds: [] }
  // Not every k-th sample: those are layers of a Sobol sequence, which lie apart.
  const folds = makeFolds(samples, Math.min(params.folds, samples), params.seed)
  return { heldOut: [], folds: folds.map(({ test }, k) => ({ label: `fold=${k}`, samples: [...test] })) }
}

export type Settings = ReturnType<typeof settingsOf>
