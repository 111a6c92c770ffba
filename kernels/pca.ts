// Principal components of a table.
import { SingularValueDecomposition } from "ml-matrix"
import type { Dense } from "./Dense.ts"
import * as Tables from "./Dense.ts"

export interface PrincipalComponents {
  readonly mean: Float64Array
  /** Orthonormal, one a row, most variance first; its largest element is positive. */
  readonly components: Dense
  /** Variance along each component (divided by n - 1). */
  readonly variance: Float64Array
  /** Share of the total variance that each component holds. */
  readonly share: Float64Array
}

/**
 * The first principal components by singular value decomposition of the centred table (I. T. Jolliffe, *Principal
 * Component Analysis*, Springer, 2002): `count` of them, or as many as hold the given share of the variance.
 */
export const fitPca = (
  table: Dense,
  keep: { readonly count: number } | { readonly share: number }
): PrincipalComponents => {
  const { mean } = Tables.standardOf(table)
  const centred = Tables.standardise(table, { mean, scale: mean.map(() => 1) })
  const svd = new SingularValueDecomposition(Tables.toMatrix(centred), {
    autoTranspose: true,
    computeLeftSingularVectors: false
  })
  const all = svd.diagonal.map((d) => (d * d) / Math.max(1, table.rows - 1))
  const total = all.reduce((a, b) => a + b, 0)
  const shares = all.map((v) => (total > 0 ? v / total : 0))
  const count = "count" in keep ? Math.min(keep.count, all.length) : countForShare(shares, keep.share)
  const right = svd.rightSingularVectors
  const components = Array.from({ length: count }, (_, k) => {
    const direction = right.getColumn(k)
    const widest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) + 1e-9 ? b : a), 0)
    return direction.map((value) => (widest < 0 ? -value : value))
  })
  return {
    mean,
    components:
      count > 0
        ? Tables.fromRows(components)
        : { rows: 0, columns: table.columns, values: new Float64Array() },
    variance: Float64Array.from(all.slice(0, count)),
    share: Float64Array.from(shares.slice(0, count))
  }
}

/** Coordinates of each row along the components: rows x components. */
export const toComponents = (pca: PrincipalComponents, table: Dense): Dense =>
  Tables.fromRows(
    Array.from({ length: table.rows }, (_, i) => {
      const row = Tables.row(table, i)
      return Array.from({ length: pca.components.rows }, (_unused, k) =>
        Tables.row(pca.components, k).reduce((sum, c, j) => sum + c * (row[j] - pca.mean[j]), 0)
      )
    })
  )

/** The rows that belong to given coordinates, as near as the kept components come. */
export const fromComponents = (pca: PrincipalComponents, coordinates: Dense): Dense =>
  Tables.fromRows(
    Array.from({ length: coordinates.rows }, (_, i) => {
      const along = Tables.row(coordinates, i)
      return pca.mean.map((mean, j) =>
        along.reduce((sum, a, k) => sum + a * pca.components.values[k * pca.mean.length + j], mean)
      )
    })
  )

const countForShare = (shares: ReadonlyArray<number>, wanted: number): number => {
  let sum = 0
  for (const [k, share] of shares.entries()) {
    sum += share
    if (sum >= wanted) return k + 1
  }
  return shares.length
}
