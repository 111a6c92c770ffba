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

/** What was learned, where anything was. */
export const Trained = Schema.Struct({
  /** The force-field factors that go in, in order, and the range that the training saw. */
  features: Schema.Array(
    Schema.Struct({ name: Schema.String, minimum: Schema.Finite, maximum: Schema.Finite })
  ),
  network: NetworkData,
  /** The network's outputs are coordinates along these rows, about their mean. */
  basis: Schema.Struct({ mean: Numbers, components: Schema.Array(Numbers) }),
  /** For potentials: what the numbers of a row are, pair after pair; nm. Null for a scalar. */
  grid: Schema.NullOr(
    Schema.Array(Schema.Struct({ pair: Schema.String, r: Numbers, start: Schema.Finite, points: Schema.Int }))
  ),
  /** Potentials: energies above it, kJ/mol, do not count in errors. */
  energyCap: Schema.Finite,
  /** Root mean squared error of the network on samples that it did not see: kJ/mol, or of the logarithm. */
  error: Schema.Finite
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
    /** D_CG / D_AA, or the damping time in ps; null for a potential. */
    value: Schema.NullOr(Schema.Finite),
    /**
     * Standard error of the value; for a potential the root mean squared deviation of U, kJ/mol. The larger one of the
     * ensemble's spread here and the model's error on samples that it did not see.
     */
    stderr: Schema.NullOr(Schema.Finite),
    /** Force-field parameters that lie outside the range that the training saw. */
    extrapolated: Schema.Array(Schema.String),
    ...Verdict.fields
  })
)
