// What the columns of an analysis are called in each LAMMPS unit style, and how its numbers come out of the kernels.

/** The unit styles that an analysis takes. */
export const styles = ["real", "metal", "lj"] as const
export type Style = (typeof styles)[number]

export interface Names {
  readonly length: string
  readonly time: string
  readonly diffusion: string
  /** Times 1e-3 nm2/ps (the 1e-9 m2/s that the kernels give): the unit of `diffusion`. */
  readonly diffusionScale: number
}

const physical: Names = { length: "nm", time: "ps", diffusion: "D_1e-9m2/s", diffusionScale: 1 }

/** In `lj` the file's own numbers stand for nm and ps all the way through. */
export const names: Readonly<Record<Style, Names>> = {
  real: physical,
  metal: physical,
  lj: { length: "sigma", time: "tau", diffusion: "D_sigma2/tau", diffusionScale: 1e-3 }
}
