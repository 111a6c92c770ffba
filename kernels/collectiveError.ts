// The error of a diffusion coefficient that comes from molecules not moving independently of each other.

/** Of the squared distance (V/N)^(2/3) between neighbours; see `collectiveError`. */
const share = 0.18

/**
 * Relative standard error of D from collective motion in a dense liquid of N molecules in a volume V, followed for a time
 * t: its square is 0.18 (V/N)^(2/3) / (N t D), whatever the fit window. Until a molecule has moved some distance its
 * neighbours are the same, and hinder or push it as one, so a run holds fewer independent displacements than theories of
 * independent walks count; add it to their error in squares.
 *
 * The constant is from the scatter of D over pieces of 400 and 1000 ps of 15 long runs of one-bead models of
 * 2,3,4-trimethylpentane, with and without friction, D from 0.5 to 11e-9 m2/s: 0.65 to 1.4 of the error that it gives
 * together with the fit's own, 0.98 in the mean, where the fit alone states half of it. All-atom runs of the same liquid
 * agree. Lennard-Jones fluids scatter by 0.75 of it near their triple point and by 0.5 at twice that temperature
 * (`bench/diffusionErrors.ts`): for thin fluids it is an upper estimate.
 *
 * D: 1e-9 m2/s; time: ps; volume: nm3.
 */
export const collectiveError = (
  D: number,
  { molecules, time, volume }: { readonly molecules: number; readonly time: number; readonly volume: number }
): number => Math.sqrt((share * Math.cbrt(volume / molecules) ** 2) / (molecules * time * 1e-3 * D))
