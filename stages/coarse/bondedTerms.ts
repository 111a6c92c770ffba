// The bonds and angles of a trajectory of beads, sorted by the types of the beads that they join.
import type { TrajectoryMeta } from "../../formats/trajectory.ts"

/** All bonds, or all angles, between beads of the same types: they share one potential. */
export interface BondedTerm {
  readonly kind: "bond" | "angle"
  /** Types along it, such as A-B-A; of the two directions the one whose first type comes first. */
  readonly beads: string
  /** Flat rows of two or three beads, from 0. */
  readonly rows: Int32Array
}

/** Bonds first, then angles; none where molecules have one bead. */
export const bondedTerms = (meta: TrajectoryMeta): ReadonlyArray<BondedTerm> =>
  (
    [
      ["bond", meta.bonds ?? []],
      ["angle", meta.angles ?? []]
    ] as const
  ).flatMap(([kind, rows]) =>
    Array.from(
      Map.groupBy(rows, (row) => nameOf(meta, row)),
      ([beads, own]): BondedTerm => ({ kind, beads, rows: Int32Array.from(own.flat()) })
    )
  )

const nameOf = ({ typeNames, types }: TrajectoryMeta, row: ReadonlyArray<number>): string => {
  const along = row.map((bead) => types[bead])
  const backward = along.toReversed()
  const turned = along.findIndex((type, i) => type !== backward[i])
  return (turned >= 0 && along[turned] > backward[turned] ? backward : along)
    .map((type) => typeNames[type])
    .join("-")
}
