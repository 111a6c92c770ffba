// The methods that a network is compared with, and the network, behind one face: fit to rows, predict rows.
import type { Dense } from "./Dense.ts"
import * as Tables from "./Dense.ts"
import { fitGaussianProcess, predictGaussianProcess } from "./gaussianProcess.ts"
import { fitNearestNeighbour, predictNearestNeighbour } from "./nearestNeighbour.ts"
import type { Network } from "./Network.ts"
import { predict } from "./Network.ts"
import { fitRidge, predictRidge } from "./ridge.ts"

/** A row for each row of x, and the standard deviation of its numbers from methods that know it. */
export interface Prediction {
  readonly mean: Dense
  readonly deviation?: Dense
}

export interface Regressor {
  readonly name: string
  /** Learns y from x, row by row; two rows at least. */
  readonly fit: (x: Dense, y: Dense) => Promise<(x: Dense) => Prediction>
}

/** A network that `train` makes from rows. */
export const network = (train: (x: Dense, y: Dense) => Promise<Network>): Regressor => ({
  name: "network",
  fit: async (x, y) => {
    const trained = await train(x, y)
    return (at) => {
      const { mean, spread } = predict(trained, at)
      return { mean, deviation: spread }
    }
  }
})

/** Ridge regression, a Gaussian process, the nearest neighbour, and the mean of all rows. */
export const baselines: ReadonlyArray<Regressor> = [
  {
    name: "ridge",
    fit: async (x, y) => {
      const model = fitRidge(x, y)
      return (at) => ({ mean: predictRidge(model, at) })
    }
  },
  {
    name: "gaussian process",
    fit: async (x, y) => {
      const model = fitGaussianProcess(x, y)
      return (at) => predictGaussianProcess(model, at)
    }
  },
  {
    name: "nearest neighbour",
    fit: async (x, y) => {
      const model = fitNearestNeighbour(x, y)
      return (at) => ({ mean: predictNearestNeighbour(model, at) })
    }
  },
  {
    name: "mean",
    fit: async (_x, y) => {
      const { mean } = Tables.standardOf(y)
      return (at) => ({ mean: Tables.fromRows(Array.from({ length: at.rows }, () => mean)) })
    }
  }
]
