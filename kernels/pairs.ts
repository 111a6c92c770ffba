// Pairs of systems with equal mobility at two resolutions, acceleration and friction.

/** A diffusion coefficient with its standard error, 1e-9 m2/s. */
export interface Mobility {
  readonly D: number
  readonly stderr: number
}

/** Source i (all-atom) and target j (coarse-grained) that diffuse alike. */
export interface Pair {
  readonly source: number
  readonly target: number
  /** D_CG(j) / D_AA(i), and its standard error. */
  readonly ratio: number
  readonly ratioStderr: number
}

export interface Matching {
  readonly verdict: "matched" | "declined"
  /** Why declined, with its numbers; empty when matched. */
  readonly reason: string
  /** By source, then from the nearest target on. */
  readonly pairs: ReadonlyArray<Pair>
  /** Sources with at least one pair. */
  readonly sources: number
}

/**
 * All pairs (i, j) with |D_AA(i) - D_CG(j)| within the relative `tolerance` of D_AA(i) and within 2 standard errors of
 * the difference. Fewer distinct sources than `minimumSources` (default 10) decline the matching: the pairs are there
 * still, and the reason says how far the two ranges are apart. Systems with a D that is not finite and positive match
 * nothing.
 */
export const matchPairs = (
  allAtom: ReadonlyArray<Mobility>,
  coarse: ReadonlyArray<Mobility>,
  options: { readonly tolerance: number; readonly minimumSources?: number }
): Matching => {
  const minimum = options.minimumSources ?? 10
  const pairs = allAtom.flatMap((a, source) =>
    coarse
      .flatMap((c, target) => {
        const difference = Math.abs(a.D - c.D)
        const alike =
          isMobile(a) &&
          isMobile(c) &&
          difference <= options.tolerance * a.D &&
          difference <= 2 * Math.hypot(a.stderr, c.stderr)
        if (!alike) return []
        const { factor, stderr } = acceleration(a, c)
        return [{ difference, pair: { source, target, ratio: factor, ratioStderr: stderr } }]
      })
      .sort((p, q) => p.difference - q.difference || p.pair.target - q.pair.target)
      .map(({ pair }) => pair)
  )
  const sources = new Set(pairs.map(({ source }) => source)).size
  const enough = sources >= minimum
  return {
    verdict: enough ? "matched" : "declined",
    reason: enough ? "" : whyDeclined(allAtom.filter(isMobile), coarse.filter(isMobile), sources, minimum),
    pairs,
    sources
  }
}

/**
 * Acceleration a = D_CG / D_AA of a coarse-grained model, with (da/a)^2 = (dD_CG/D_CG)^2 + (dD_AA/D_AA)^2 for
 * independent errors.
 */
export const acceleration = (
  allAtom: Mobility,
  coarse: Mobility
): { readonly factor: number; readonly stderr: number } => {
  const factor = coarse.D / allAtom.D
  return { factor, stderr: factor * Math.hypot(coarse.stderr / coarse.D, allAtom.stderr / allAtom.D) }
}

const isMobile = ({ D, stderr }: Mobility): boolean => D > 0 && Number.isFinite(D) && stderr >= 0

const whyDeclined = (
  allAtom: ReadonlyArray<Mobility>,
  coarse: ReadonlyArray<Mobility>,
  sources: number,
  minimum: number
): string => {
  const found = `${minimum} sources with a pair are needed, ${sources === 0 ? "none" : sources} found`
  if (allAtom.length === 0 || coarse.length === 0) {
    return `${found}: ${allAtom.length} all-atom and ${coarse.length} coarse-grained mobilities are known`
  }
  const rate = sources / allAtom.length
  const advice = rate > 0 ? `; about ${Math.ceil(minimum / rate)} samples needed at this rate` : ""
  return `${found}: D_AA ${rangeOf(allAtom)}, D_CG ${rangeOf(coarse)}${advice}`
}

/** From the slowest to the fastest, 1e-9 m2/s. */
const rangeOf = (mobilities: ReadonlyArray<Mobility>): string => {
  const values = mobilities.map(({ D }) => D)
  const [slowest, fastest] = [Math.min(...values), Math.max(...values)]
  return slowest === fastest
    ? slowest.toPrecision(3)
    : `${slowest.toPrecision(3)} to ${fastest.toPrecision(3)}`
}
