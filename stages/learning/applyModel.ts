// Applies a trained model to the force-field parameters of one sample.
import { restoreDeviation } from "../../kernels/crossValidate.ts"
import { standardErrors } from "../../kernels/calibration.ts"
import * as Tables from "../../kernels/Dense.ts"
import { predictGaussianProcess } from "../../kernels/gaussianProcess.ts"
import { predict } from "../../kernels/Network.ts"
import { fromComponents } from "../../kernels/pca.ts"
import type { PotentialGrid } from "../../kernels/PotentialGrid.ts"
import * as Grid from "../../kernels/PotentialGrid.ts"
import type { BondedPotential } from "../../schemas/Bonded.ts"
import type { Parameters } from "../../schemas/Parameters.ts"
import type { Potential } from "../../schemas/Potential.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import type { Method, Trained } from "../../schemas/Model.ts"
import { tableRows } from "../coarse/bondedRows.ts"
import { factorsOf } from "./features.ts"
import { fromData, fromProcessData } from "./modelData.ts"

export interface Applied {
  /** The numbers that were learned, and their standard errors. */
  readonly row: Float64Array
  readonly stderr: Float64Array
  /** Half a 90 % interval of the numbers; undefined where the samples were too few for one. */
  readonly half: Float64Array | undefined
  /** Parameters beyond the range that the training saw. */
  readonly extrapolated: ReadonlyArray<string>
}

/** What a model says of a sample by one of its methods. Throws RangeError for a parameter that the sample lacks. */
export const applyModel = (
  trained: Trained,
  parameters: ValueOf<typeof Parameters>,
  method: Method
): Applied => {
  const { basis, calibration, features, network, process } = trained
  const names = features.map(({ name }) => name)
  const factors = factorsOf(parameters, names, "the sample")
  const x = Tables.fromRows([factors])
  const { deviation, mean } =
    method === "network"
      ? renamed(predict(fromData(network), x))
      : predictGaussianProcess(fromProcessData(process), x)
  const components = {
    mean: Float64Array.from(basis.mean),
    components: Tables.fromRows(basis.components),
    variance: new Float64Array(),
    share: new Float64Array()
  }
  const { factor, floor } = calibration[method]
  const own = restoreDeviation(components, deviation).values
  const stderr = standardErrors(Float64Array.from(floor), own)
  return {
    row: fromComponents(components, mean).values,
    stderr,
    half: factor === null ? undefined : stderr.map((error) => factor * error),
    extrapolated: features.flatMap(({ maximum, minimum, name }, k) =>
      factors[k] < minimum || factors[k] > maximum ? [name] : []
    )
  }
}

const renamed = ({ mean, spread }: ReturnType<typeof predict>) => ({ mean, deviation: spread })

/**
 * The potential tables of what was learned: of pairs, and of bonds and angles. Throws RangeError for a model of something
 * else, or a potential that repels nowhere.
 */
export const potentialsOf = (
  trained: Trained,
  { row }: Applied
): { readonly potential: ValueOf<typeof Potential>; readonly bonded: ValueOf<typeof BondedPotential> } => {
  const decoded = Grid.decode(gridOf(trained), row)
  return {
    potential: decoded.flatMap(({ kind, pair, table: { F, U, x } }) =>
      // Distances are decimal fractions, and the rows of two tables are compared by them.
      kind === undefined
        ? Array.from(x, (r, i) => ({ pair, r: Number(r.toPrecision(10)), U: U[i], F: F[i] }))
        : []
    ),
    bonded: decoded.flatMap(({ kind, pair, table }) =>
      kind === undefined ? [] : tableRows({ kind, beads: pair }, table)
    )
  }
}

/** Root mean squared standard error of U, kJ/mol, where U is below the cap. */
export const energyError = ({ energyCap }: Trained, { row, stderr }: Applied): number => {
  const deviations = Grid.energyDeviations(row, stderr, energyCap)
  let squares = 0
  let count = 0
  for (const [k, U] of Grid.energies(row).entries()) {
    if (U >= energyCap) continue
    squares += deviations[k] ** 2
    count++
  }
  return Math.sqrt(squares / Math.max(1, count))
}

const gridOf = ({ grid }: Trained): PotentialGrid => {
  if (grid === null) throw new RangeError("the model predicts no potential")
  return grid.map(({ r, ...rest }) => ({ ...rest, r: Float64Array.from(r) }))
}
