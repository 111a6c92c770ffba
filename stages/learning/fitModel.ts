// Fits a model to samples, and judges it beside simpler methods on samples that it did not see.
import { calibrate, coverage } from "../../kernels/calibration.ts"
import { crossValidate, foldsFor, scoreOf } from "../../kernels/crossValidate.ts"
import type { OutOfFold } from "../../kernels/crossValidate.ts"
import type { Dense } from "../../kernels/Dense.ts"
import * as Tables from "../../kernels/Dense.ts"
import { r2 } from "../../kernels/folds.ts"
import { fitGaussianProcess } from "../../kernels/gaussianProcess.ts"
import { fitPca, toComponents } from "../../kernels/pca.ts"
import type { PotentialGrid } from "../../kernels/PotentialGrid.ts"
import * as Grid from "../../kernels/PotentialGrid.ts"
import { permutation, stream } from "../../kernels/random.ts"
import { baselines, network } from "../../kernels/regressors.ts"
import { trainEnsemble } from "../../kernels/trainNetwork.ts"
import type { Predictions, Scores } from "../../schemas/campaign.ts"
import type { ValueOf } from "../../schemas/Kind.ts"
import { intervalLevel } from "../../schemas/Model.ts"
import type { Method, Trained } from "../../schemas/Model.ts"
import type { CampaignTables } from "./campaignTables.ts"
import { featuresOf } from "./features.ts"
import type { LearningParams } from "./LearningParams.ts"
import { processData, rowsOf, toData } from "./modelData.ts"
import type { Targets } from "./targets.ts"
import { targetsOf } from "./targets.ts"

type ScoreRows = ValueOf<typeof Scores>

export interface Fitted {
  readonly samples: ReadonlyArray<number>
  readonly trained: Trained
  readonly scores: ScoreRows
  /** The same scores for smaller numbers of samples. */
  readonly curve: ScoreRows
  readonly predictions: ValueOf<typeof Predictions>
}

/** Energies of about so many distances a pair are listed as predictions. */
const listedDistances = 25

/**
 * The model of all samples that are not held out, its scores by cross-validation, and the predictions behind them.
 * `wasmFolder` holds the .wasm files of TensorFlow.js. Throws TooLittle where there is too little to learn from,
 * RangeError for tables that do not fit or a training that diverged, BackendError.
 */
export const fitModel = async (
  tables: CampaignTables,
  params: LearningParams,
  wasmFolder: string,
  onFold: (fold: number, folds: number) => void
): Promise<Fitted> => {
  const targets = targetsOf(params.predict, tables, params)
  const { names, x } = featuresOf(tables.parameters, targets.samples)
  const train = (rows: Dense, answers: Dense) => trainEnsemble(rows, answers, params, wasmFolder)
  const judge = async (rows: Dense, answers: Dense): Promise<ReadonlyArray<Judged>> => {
    const options = { folds: params.folds, seed: params.seed, share: params.variance, onFold }
    const unseen = await crossValidate(rows, answers, [network(train), ...baselines], options)
    return unseen.map((method) => inUnit(method, answers, targets.grid, params.energyCap))
  }
  const judged = await judge(x, targets.y)
  const curve: Array<ScoreRows[number]> = []
  const order = permutation(stream(params.seed, "learning curve"), x.rows)
  for (const count of params.curve.filter((wanted) => wanted < x.rows)) {
    const some = order.slice(0, count).sort()
    curve.push(
      ...scored(await judge(Tables.takeRows(x, some), Tables.takeRows(targets.y, some)), targets, params)
    )
  }
  const basis = fitPca(targets.y, { share: params.variance })
  const components = toComponents(basis, targets.y)
  const calibration = {
    network: calibrationOf("network", judged),
    "gaussian process": calibrationOf("gaussian process", judged)
  }
  const trained: Trained = {
    features: names.map((name, k) => ({ name, ...rangeOf(x, k) })),
    network: toData(await train(x, components)),
    process: processData(fitGaussianProcess(x, components)),
    calibration,
    basis: { mean: [...basis.mean], components: rowsOf(basis.components) },
    grid: targets.grid && targets.grid.map(({ r, ...rest }) => ({ ...rest, r: [...r] })),
    energyCap: params.energyCap
  }
  const predictions = judged.flatMap((method) => listed(method, targets, params.predict))
  const scores = scored(judged, targets, params)
  return { samples: targets.samples, trained, scores, curve, predictions }
}

const calibrationOf = (method: Method, judged: ReadonlyArray<Judged>) => {
  const found = judged.find(({ name }) => name === method)
  if (found === undefined) throw new RangeError(`the ${method} was not cross-validated`)
  const { errors, learned, mean, truth } = found
  const { factor, floor } = calibrate(errors, learned.deviation, intervalLevel)
  return {
    error: scoreOf(mean, truth).rmse,
    floor: [...floor],
    factor: Number.isFinite(factor) ? factor : null
  }
}

const scored = (judged: ReadonlyArray<Judged>, { unit }: Targets, params: LearningParams): ScoreRows =>
  judged.map(({ errors, learned, mean, name, truth }) => {
    const { rmse, stderr } = scoreOf(mean, truth)
    const explained = r2(mean, truth)
    const covered = coverage(errors, learned.deviation, intervalLevel)
    return {
      model: params.predict,
      method: name,
      samples: truth.rows,
      folds: foldsFor(truth.rows, params.folds),
      rmse,
      rmse_stderr: stderr,
      r2: Number.isFinite(explained) ? explained : null,
      coverage: Number.isFinite(covered) ? covered : null,
      target_unit: unit,
      quality: "ok",
      reason: null
    }
  })

interface Judged extends OutOfFold {
  readonly truth: Dense
  /** The same in the numbers that were learned, and what they were wrong by. */
  readonly learned: OutOfFold
  readonly errors: Dense
}

/** Predictions and truth in the unit of the score: energies of potentials, up to the cap. */
const inUnit = (learned: OutOfFold, truth: Dense, grid: PotentialGrid | null, cap: number): Judged => {
  const { deviation, mean, name } = learned
  const errors = { ...truth, values: truth.values.map((value, k) => mean.values[k] - value) }
  if (grid === null) return { ...learned, truth, learned, errors }
  const capped = (table: Dense): Dense => ({ ...table, values: Grid.energies(table.values, cap) })
  const judged = { name, mean: capped(mean), truth: capped(truth), learned, errors }
  if (deviation === undefined) return judged
  const values = Grid.energyDeviations(mean.values, deviation.values, cap)
  return { ...judged, deviation: { ...deviation, values } }
}

const listed = (
  { deviation, mean, name, truth }: Judged,
  targets: Targets,
  model: string
): Fitted["predictions"] => {
  const columns = listedColumns(targets)
  return targets.samples.flatMap((sample, i) =>
    columns.map(({ column, r, target, theta }) => ({
      model,
      sample,
      method: name,
      target,
      r,
      theta,
      predicted: Tables.row(mean, i)[column],
      spread: deviation ? Tables.row(deviation, i)[column] : null,
      truth: Tables.row(truth, i)[column],
      target_unit: targets.unit
    }))
  )
}

const listedColumns = ({ grid, scalar }: Targets) => {
  if (grid === null) return [{ column: 0, r: null, theta: null, target: scalar }]
  let before = 0
  return grid.flatMap(({ kind, pair, r }) => {
    const first = before
    before += r.length
    const step = Math.ceil(r.length / listedDistances)
    return Array.from({ length: Math.ceil(r.length / step) }, (_, k) => ({
      column: first + k * step,
      r: kind === "angle" ? null : r[k * step],
      theta: kind === "angle" ? (r[k * step] * 180) / Math.PI : null,
      target: `U ${Grid.nameOf({ kind, pair })}`
    }))
  })
}

const rangeOf = (x: Dense, column: number): { readonly minimum: number; readonly maximum: number } => {
  const values = Array.from({ length: x.rows }, (_, i) => Tables.row(x, i)[column])
  return { minimum: Math.min(...values), maximum: Math.max(...values) }
}
