// The error of a diffusion coefficient that comes from molecules not moving independently of each other.

/** Of the squared distance (V/N)^(2/3) between neighbours; see `collectiveError`. */
const share = 0.15

/**
 * Relative standard error of D in a dense liquid of N molecules in a volume V followed for a time t: its square is
 * 0.15 (V/N)^(2/3) / (N t D), whatever the fit window. Until a molecule has moved some distance its neighbours are the
 * same and hinder or push each other, so a run holds fewer independent displacements than theories of independent walks
 * count. The constant is from the scatter over independent runs of one-bead liquids with and without friction (0.15 to
 * 0.18), and agrees with all-atom 2,3,4-trimethylpentane (62 molecule ps at 1e-9 m2/s for an error of 1).
 *
 * D: 1e-9 m2/s; time: ps; volume: nm3.
 */
export const collectiveError = (
  D: number,
  { molecules, time, volume }: { readonly molecules: number; readonly time: number; readonly volume: number }
): number => Math.sqrt((share * Math.cbrt(volume / molecules) ** 2) / (molecules * time * 1e-3 * D))
