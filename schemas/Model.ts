// A trained model as plain data: which numbers go in, the network, and what its outputs mean; and what one predicts.
import * as Schema from "effect/Schema"
import * as Kind from "./Kind.ts"
import { Verdict } from "./Verdict.ts"

const Numbers = Schema.Array(Schema.Finite)
const Standard = Schema.Struct({ mean: Numbers, scale: Numbers })

/**
 * - `structure`: force field -> potential that keeps its structure
 * - `mobility`: force field -> potential of a model that moves like it
 * - `acceleration`: force field -> ln(D_CG / D_AA) of the structure-preserving model
 * - `friction`: force field -> ln of the Langevin damping time, ps, that gives the all-atom mobility
 */
export const Predicts = Schema.Literals(["structure", "mobility", "acceleration", "friction"])
export type Predicts = typeof Predicts.Type

/** An ensemble of feed-forward networks on standardised inputs: y = x weights + bias, the activation between layers. */
export const NetworkData = Schema.Struct({
  sizes: Schema.Array(Schema.Int),
  activation: Schema.Literals(["tanh", "relu"]),
  inputs: Standard,
  outputs: Standard,
  /** Member by member, layer by layer; weights inputs x outputs, row by row. */
  members: Schema.Array(Schema.Array(Schema.Struct({ weights: Numbers, bias: Numbers })))
})

/** A Gaussian process on standardised inputs; its covariance follows from `x`, `length`, `linear` and `noise`. */
export const ProcessData = Schema.Struct({
  covariance: Schema.Literals(["rbf", "matern52"]),
  inputs: Standard,
  outputs: Standard,
  /** Standardised inputs of the samples, a row a sample. */
  x: Schema.Array(Numbers),
  length: Schema.Finite,
  linear: Schema.Finite,
  noise: Schema.Finite,
  signal: Numbers,
  logLikelihood: Schema.Finite,
  /** covariance^-1 times the standardised outputs, a row a sample. */
  weights: Schema.Array(Numbers)
})

/** The methods of a model whose predictions can be asked for. */
export const Method = Schema.Literals(["network", "gaussian process"])
export type Method = typeof Method.Type

/** The chance with which a new sample lies within a stated interval. */
export const intervalLevel = 0.9

/** What a method's predictions are worth, from samples that it did not see. */
const Calibration = Schema.Struct({
  /** Root mean squared error: kJ/mol, or of the logarithm. */
  error: Schema.Finite,
  /** Of each number of a row: standard deviation of the errors beyond the method's own deviations. */
  floor: Numbers,
  /** Half a 90 % interval in standard errors; null below 9 samples, which are too few for one. */
  factor: Schema.NullOr(Schema.Finite)
})

/** What was learned, where anything was. */
export const Trained = Schema.Struct({
  /** The force-field factors that go in, in order, and the range that the training saw. */
  features: Schema.Array(
    Schema.Struct({ name: Schema.String, minimum: Schema.Finite, maximum: Schema.Finite })
  ),
  network: NetworkData,
  process: ProcessData,
  calibration: Schema.Struct({ network: Calibration, "gaussian process": Calibration }),
  /** The outputs of network and process are coordinates along these rows, about their mean. */
  basis: Schema.Struct({ mean: Numbers, components: Schema.Array(Numbers) }),
  /** For potentials: what the numbers of a row are, pair after pair; nm. Null for a scalar. */
  grid: Schema.NullOr(
    Schema.Array(
      Schema.Struct({
        /** Bonds in nm, angles in rad; left out for a pair. */
        kind: Schema.optionalKey(Schema.Literals(["bond", "angle"])),
        pair: Schema.String,
        r: Numbers,
        start: Schema.Finite,
        end: Schema.optionalKey(Schema.Finite),
        points: Schema.Int
      })
    )
  ),
  /** Potentials: energies above it, kJ/mol, do not count in errors. */
  energyCap: Schema.Finite
})
export type Trained = typeof Trained.Type

export const Model = Kind.json(
  "model",
  Schema.Struct({
    predicts: Predicts,
    /** The samples that it learned from. */
    samples: Schema.Array(Schema.Int),
    /** Null where the verdict is `declined`. */
    trained: Schema.NullOr(Trained),
    ...Verdict.fields
  })
)

/** What a model says of one sample. */
export const Prediction = Kind.json(
  "prediction",
  Schema.Struct({
    predicts: Predicts,
    method: Method,
    /** D_CG / D_AA, or the damping time in ps; null for a potential. */
    value: Schema.NullOr(Schema.Finite),
    /**
     * Standard error of the value; for a potential the root mean squared one of U, kJ/mol. In it are the method's own
     * deviation here and what its errors on samples that it did not see have beyond that.
     */
    stderr: Schema.NullOr(Schema.Finite),
    /** Where the value lies with a chance of 90 %; null for a potential, and below 9 samples. */
    low: Schema.NullOr(Schema.Finite),
    high: Schema.NullOr(Schema.Finite),
    /** Force-field parameters that lie outside the range that the training saw. */
    extrapolated: Schema.Array(Schema.String),
    ...Verdict.fields
  })
)
