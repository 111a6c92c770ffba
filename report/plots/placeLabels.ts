// Places short labels beside points so that none lies on another label or on a point, where there is room.

export interface Point {
  /** Pixels, y downwards. */
  readonly x: number
  readonly y: number
  readonly text: string
}

export interface Label extends Point {
  /** From the point to the middle of its label. */
  readonly dx: number
  readonly dy: number
}

const height = 11
const widthOf = (text: string): number => 6.5 * text.length + 2

/** Directions in the order in which they are tried, then the same further away. */
const directions = [
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0]
] as const

/** Points keep their order; a label for which there is no room anywhere is left out. */
export const placeLabels = (points: ReadonlyArray<Point>): ReadonlyArray<Label> => {
  const placed: Array<Label> = []
  for (const point of points) {
    const half = widthOf(point.text) / 2
    const place = [1, 1.7]
      .flatMap((far) =>
        directions.map(([right, down]) => ({
          ...point,
          dx: right * far * (half + (down === 0 ? 6 : 4)),
          dy: down * far * (right === 0 ? 13 : 9)
        }))
      )
      .find(
        (label) =>
          points.every((other) => !covers(label, other)) && placed.every((other) => !touches(label, other))
      )
    if (place !== undefined) placed.push(place)
  }
  return placed
}

const covers = (label: Label, point: Point): boolean =>
  Math.abs(label.x + label.dx - point.x) < widthOf(label.text) / 2 + 4 &&
  Math.abs(label.y + label.dy - point.y) < height / 2 + 4

const touches = (a: Label, b: Label): boolean =>
  Math.abs(a.x + a.dx - b.x - b.dx) < (widthOf(a.text) + widthOf(b.text)) / 2 &&
  Math.abs(a.y + a.dy - b.y - b.dy) < height
