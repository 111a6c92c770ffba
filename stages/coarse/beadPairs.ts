// Pairs of bead types: which there are, and what they are called.
import type { TrajectoryMeta } from "../../formats/trajectory.ts"

/** All pairs of bead types, each once, as indices into the names of types. */
export const pairsOf = ({ typeNames }: TrajectoryMeta): Array<readonly [number, number]> =>
  typeNames.flatMap((_, a) => typeNames.slice(a).map((__, k) => [a, a + k] as const))

export const pairName = ({ typeNames }: TrajectoryMeta, a: number, b: number): string =>
  `${typeNames[a]}-${typeNames[b]}`
