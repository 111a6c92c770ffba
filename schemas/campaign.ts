// The tables of a campaign: what the collectors gather over all samples, as data sets for training and for others.
import { BondedPotential } from "./Bonded.ts"
import { number } from "./columns.ts"
import * as Kind from "./Kind.ts"
import { Parameters } from "./Parameters.ts"
import { quality } from "./quality.ts"

const sample = {
  type: "int32",
  unit: "",
  description: "index of the sample; 0 is the unchanged force field",
  minimum: 0
} as const
/** A row a sample: the all-atom run and what became of its inversion. */
export const Samples = Kind.table("samples", {
  sample,
  temperature: number("K", "mean temperature of the all-atom run"),
  pressure: number("bar", "mean pressure of the all-atom run"),
  pressure_stderr: number("bar", "its standard error"),
  density: number("g/cm3", "density of the all-atom run"),
  density_stderr: number("g/cm3", "its standard error"),
  residual: number("", "relative L1 distance of the RDF of the structure-preserving model to the target"),
  residual_stderr: number("", "standard error of the residual"),
  noise_floor: number("", "the residual that the errors of both RDFs alone would give"),
  variation: number(
    "",
    "largest total variation between the distribution of a bond or angle and its target; null where molecules are one bead"
  ),
  variation_floor: number("", "the largest that the errors of both distributions alone would give"),
  iterations: { type: "int32", unit: "", description: "iterations of the inversion", nullable: true },
  ...quality
})

/** A row a sample and force-field parameter. */
export const SampleParameters = Kind.table("sample-parameters", { sample, ...Parameters.columns })

/** A row a sample, pair and distance: the structure-preserving potentials of the usable samples. */
export const Potentials = Kind.table("potentials", {
  sample,
  pair: { type: "string", unit: "", description: "bead types, such as A-A" },
  r: { type: "float64", unit: "nm", description: "distance" },
  U: { type: "float64", unit: "kJ/mol", description: "potential" },
  F: { type: "float64", unit: "kJ/mol/nm", description: "force, -dU/dr" }
})

/** A row a sample, pair and bin: all-atom target and the structure-preserving model. */
export const Rdfs = Kind.table("rdfs", {
  sample,
  pair: { type: "string", unit: "", description: "bead types, such as A-A" },
  r: { type: "float64", unit: "nm", description: "centre of the bin" },
  g_target: {
    type: "float64",
    unit: "",
    description: "radial distribution function of the mapped all-atom run"
  },
  g_target_sem: { type: "float64", unit: "", description: "its standard error" },
  g_model: number("", "radial distribution function of the structure-preserving model")
})

/** A row a sample, bond or angle, and point: the structure-preserving potentials of the usable samples. */
export const BondedPotentials = Kind.table("bonded-potentials", { sample, ...BondedPotential.columns })

const { beads, kind, r, theta } = BondedPotential.columns

/** A row a sample, bond or angle, and bin: all-atom target and the structure-preserving model. */
export const BondedDistributions = Kind.table("bonded-distributions", {
  sample,
  kind,
  beads,
  r,
  theta,
  target: {
    type: "float64",
    unit: "",
    description: "share of all values in the bin, in the mapped all-atom run"
  },
  target_sem: { type: "float64", unit: "", description: "its standard error" },
  model: number("", "the share in the structure-preserving model")
})

/** A row a sample: mobility at both resolutions. */
export const Mobilities = Kind.table("mobilities", {
  sample,
  D_AA: number("1e-9 m2/s", "all-atom self-diffusion coefficient"),
  D_AA_stderr: number("1e-9 m2/s", "its standard error"),
  Q_AA: number("", "quality of its fit"),
  D_CG: number("1e-9 m2/s", "self-diffusion coefficient of the structure-preserving model"),
  D_CG_stderr: number("1e-9 m2/s", "its standard error"),
  Q_CG: number("", "quality of its fit"),
  acceleration: number("", "D_CG / D_AA"),
  acceleration_stderr: number("", "its standard error"),
  ...quality
})

/** A row a sample: `Friction` with the sample. */
export const Frictions = Kind.table("frictions", {
  sample,
  tau: number("ps", "relaxation time of the friction"),
  tau_stderr: number("ps", "its standard error"),
  c: number("ps/(1e-9 m2/s)", "slope of 1/D(tau) = 1/D0 + c/tau"),
  D_target: number("1e-9 m2/s", "all-atom diffusion coefficient that was aimed at"),
  D: number("1e-9 m2/s", "diffusion coefficient reached, from a run of its own"),
  D_stderr: number("1e-9 m2/s", "its standard error"),
  acceleration: number("", "D / D_target"),
  acceleration_stderr: number("", "its standard error"),
  residual: number("", "relative L1 distance of the RDF with friction to the all-atom target"),
  residual_without: number("", "the same without friction"),
  rdf_change: number("", "relative L1 distance of the RDF with friction to that without"),
  rdf_change_noise: number("", "the distance that the errors of both alone would give"),
  pressure: number("bar", "mean pressure with friction"),
  pressure_without: number("bar", "mean pressure without friction"),
  pressure_change: number("bar", "pressure with friction less that without"),
  pressure_change_stderr: number("bar", "its standard error"),
  pressure_change_reduced: number("", "the change over rho kT of the beads"),
  ...quality
})

/** A row a pair: the all-atom force field of `source` moves like the coarse-grained model of `match`. */
export const Pairs = Kind.table("pairs", {
  source: { type: "int32", unit: "", description: "sample whose D_AA is matched", minimum: 0 },
  match: { type: "int32", unit: "", description: "sample whose D_CG matches", minimum: 0 },
  D_AA: { type: "float64", unit: "1e-9 m2/s", description: "all-atom diffusion of source" },
  D_CG: { type: "float64", unit: "1e-9 m2/s", description: "coarse-grained diffusion of match" },
  ratio: { type: "float64", unit: "", description: "D_CG / D_AA" },
  ratio_stderr: { type: "float64", unit: "", description: "its standard error" }
})

/** A row a model, fold method and target: how well it predicts samples that it did not see. */
export const Scores = Kind.table("scores", {
  model: { type: "string", unit: "", description: "structure, mobility, acceleration or friction" },
  method: {
    type: "string",
    unit: "",
    description: "network, ridge, gaussian process, nearest neighbour or mean"
  },
  samples: { type: "int32", unit: "", description: "samples in the cross-validation", minimum: 0 },
  folds: { type: "int32", unit: "", description: "folds of the cross-validation", minimum: 0 },
  rmse: number("", "root mean squared error over all folds, in the unit of the target (see target_unit)"),
  rmse_stderr: number("", "its standard error over the samples"),
  r2: number("", "1 - sum of squared errors / sum of squared deviations from the mean"),
  coverage: number(
    "",
    "share of the samples' values within their 90 % intervals, each found without the sample; null below 10 samples"
  ),
  target_unit: { type: "string", unit: "", description: "unit of rmse" },
  ...quality
})

/** A row a model, sample, method and target: what was predicted of a sample by a model that did not see it. */
export const Predictions = Kind.table("predictions", {
  model: { type: "string", unit: "", description: "structure, mobility, acceleration or friction" },
  sample,
  method: {
    type: "string",
    unit: "",
    description: "network, ridge, gaussian process, nearest neighbour or mean"
  },
  target: {
    type: "string",
    unit: "",
    description: "U with the pair, such as U A-A, ln acceleration or ln tau"
  },
  r: number("nm", "distance of a potential's energy; null for other targets"),
  theta: number("deg", "angle of an angle potential's energy; null for other targets"),
  predicted: { type: "float64", unit: "", description: "out-of-fold prediction, in target_unit" },
  spread: number(
    "",
    "its standard deviation over the ensemble or by the process, in target_unit, where known"
  ),
  truth: { type: "float64", unit: "", description: "the value of the campaign, in target_unit" },
  target_unit: { type: "string", unit: "", description: "unit of predicted, spread and truth" }
})

/** A row a held-out sample and route: what a simulation of the predicted model gives. */
export const Validations = Kind.table("validations", {
  sample,
  route: {
    type: "string",
    unit: "",
    description:
      "ibi, structure, mobility, rescaled (structure, its time divided by the predicted acceleration) or friction"
  },
  method: {
    type: "string",
    unit: "",
    description: "what predicted: network or gaussian process; inversion on the route ibi"
  },
  residual: number("", "relative L1 distance of the RDF to the all-atom target"),
  noise_floor: number("", "the residual that the errors of both RDFs alone would give"),
  D: number("1e-9 m2/s", "diffusion coefficient of the simulated model, rescaled where the route says so"),
  D_stderr: number("1e-9 m2/s", "its standard error"),
  D_target: number("1e-9 m2/s", "all-atom diffusion coefficient"),
  D_target_stderr: number("1e-9 m2/s", "its standard error"),
  acceleration: number("", "D / D_target"),
  acceleration_stderr: number("", "its standard error"),
  pressure: number("bar", "mean pressure"),
  pressure_stderr: number("bar", "its standard error"),
  ideal_pressure: number("bar", "rho kT: pressure of an ideal gas of as many beads"),
  tau: number("ps", "Langevin damping time, where the route has one"),
  ...quality
})

/** A row a route and method: what its simulations come to over all samples that were held out. */
export const Routes = Kind.table("routes", {
  route: { type: "string", unit: "", description: "ibi, structure, mobility, rescaled or friction" },
  method: { type: "string", unit: "", description: "network, gaussian process, or inversion" },
  samples: { type: "int32", unit: "", description: "samples with an acceleration", minimum: 0 },
  mean_ln_a: number("", "mean of ln(D / D_AA) over the samples: 0 keeps the all-atom tempo"),
  mean_ln_a_low: number(
    "",
    "lower end of its 95 % interval, by Student's t from the scatter over the samples"
  ),
  mean_ln_a_high: number("", "upper end"),
  scatter_ln_a: number("", "standard deviation of ln(D / D_AA) over the samples"),
  error_ln_a: number(
    "",
    "root mean square of its standard errors: the scatter that the errors of both D give"
  ),
  residual: number("", "mean relative L1 distance of the RDF to the all-atom target"),
  residual_stderr: number("", "its standard error over the samples"),
  residual_ratio: number("", "mean residual divided by that of the route ibi on the same samples"),
  residual_ratio_stderr: number("", "its standard error over the samples"),
  pressure: number("bar", "mean pressure"),
  pressure_change: number("", "mean of (p - p without friction) / rho kT; route friction"),
  pressure_change_stderr: number("", "its standard error over the samples"),
  pressure_kept: {
    type: "int32",
    unit: "",
    description: "samples whose pressure friction changes by less than 0.02 rho kT or two standard errors",
    nullable: true
  },
  ...quality
})
