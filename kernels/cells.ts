// Cell lists: points sorted into a grid over the periodic cell, so that near pairs are found in linear time.

/** How many cells the grid has along each box vector, each 1 or at least 4. */
export interface Grid {
  readonly nx: number
  readonly ny: number
  readonly nz: number
}

/**
 * The finest grid whose cells are at least `reach` wide. Below four cells a direction gains nothing: three of three
 * cells are neighbours, and one cell is then the cheaper answer.
 * heights: distances between opposite faces of the box, nm.
 */
export const gridFor = (heights: readonly [number, number, number], reach: number): Grid => {
  const along = (height: number) => {
    const cells = Math.floor(height / reach)
    return cells < 4 ? 1 : Math.min(cells, 64)
  }
  return { nx: along(heights[0]), ny: along(heights[1]), nz: along(heights[2]) }
}

/** The part of all pairs that a search over neighbouring cells looks at, 0 to 1. */
export const share = ({ nx, ny, nz }: Grid): number =>
  (Math.min(nx, 3) * Math.min(ny, 3) * Math.min(nz, 3)) / (nx * ny * nz)

export interface CellList {
  /** Point `order[k]` is the k-th in order of cells. */
  readonly order: Int32Array
  /** Cell c holds k = start[c] to start[c + 1] (exclusive). */
  readonly start: Int32Array
}

/** Sorts points by cell; fractional coordinates in [0, 1). Order within a cell is the order of the points. */
export const build = (
  sx: ArrayLike<number>,
  sy: ArrayLike<number>,
  sz: ArrayLike<number>,
  { nx, ny, nz }: Grid
): CellList => {
  const points = sx.length
  const cell = new Int32Array(points)
  const start = new Int32Array(nx * ny * nz + 1)
  for (let i = 0; i < points; i++) {
    // rounding can carry a fraction just below 1 up to the full count
    const cx = Math.min(nx - 1, Math.floor(sx[i] * nx))
    const cy = Math.min(ny - 1, Math.floor(sy[i] * ny))
    const cz = Math.min(nz - 1, Math.floor(sz[i] * nz))
    cell[i] = cx + nx * (cy + ny * cz)
    start[cell[i] + 1]++
  }
  for (let c = 0; c < nx * ny * nz; c++) start[c + 1] += start[c]
  const next = start.slice()
  const order = new Int32Array(points)
  for (let i = 0; i < points; i++) order[next[cell[i]]++] = i
  return { order, start }
}

/**
 * Flat pairs of cells [c, d, c, d, ...] whose points can be nearer than a cell's width. With `half`, each unordered
 * pair of cells once, a cell with itself included; without, each ordered pair.
 */
export const neighbours = ({ nx, ny, nz }: Grid, half: boolean): Int32Array => {
  const pairs: Array<number> = []
  for (let cz = 0; cz < nz; cz++)
    for (let cy = 0; cy < ny; cy++)
      for (let cx = 0; cx < nx; cx++) {
        const c = cx + nx * (cy + ny * cz)
        for (const dz of offsets(nz))
          for (const dy of offsets(ny))
            for (const dx of offsets(nx)) {
              const d = ((cx + dx + nx) % nx) + nx * (((cy + dy + ny) % ny) + ny * ((cz + dz + nz) % nz))
              if (!half || c <= d) pairs.push(c, d)
            }
      }
  return Int32Array.from(pairs)
}

const offsets = (n: number): Array<number> => (n === 1 ? [0] : [-1, 0, 1])
