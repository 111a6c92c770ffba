// Downhill to a nearby minimum of a smooth function of many coordinates.

/** Adds nothing: overwrites `gradient` with dE/dx and returns E. */
export type EnergyAndGradient = (x: Float64Array, gradient: Float64Array) => number

/**
 * Fast inertial relaxation, FIRE (Bitzek, Koskinen, Gähler, Moseler and Gumbsch, Phys. Rev. Lett. 97, 170201,
 * 2006), with unit masses. Moves `x` in place until no gradient component exceeds `tolerance` or `steps` are
 * spent; no coordinate moves by more than `maxMove` in a step.
 *
 * @returns the last energy
 */
export function fireMinimise(
  x: Float64Array,
  energyAndGradient: EnergyAndGradient,
  options: { readonly steps: number; readonly tolerance: number; readonly maxMove: number }
): number {
  const n = x.length
  const gradient = new Float64Array(n)
  const velocity = new Float64Array(n)
  let energy = energyAndGradient(x, gradient)
  let timeStep = 0.1
  let mixing = 0.1
  let downhill = 0
  for (let step = 0; step < options.steps; step++) {
    let power = 0
    let steepest = 0
    let gradientSquare = 0
    let speedSquare = 0
    for (let i = 0; i < n; i++) {
      power -= gradient[i] * velocity[i]
      gradientSquare += gradient[i] * gradient[i]
      speedSquare += velocity[i] * velocity[i]
      if (Math.abs(gradient[i]) > steepest) steepest = Math.abs(gradient[i])
    }
    if (steepest <= options.tolerance) break
    if (power > 0) {
      const pull = mixing * Math.sqrt(speedSquare / gradientSquare)
      for (let i = 0; i < n; i++) velocity[i] = (1 - mixing) * velocity[i] - pull * gradient[i]
      if (++downhill > 5) {
        timeStep = Math.min(timeStep * 1.1, 0.7)
        mixing *= 0.99
      }
    } else {
      velocity.fill(0)
      downhill = 0
      timeStep *= 0.5
      mixing = 0.1
    }
    for (let i = 0; i < n; i++) {
      velocity[i] -= timeStep * gradient[i]
      const move = timeStep * velocity[i]
      x[i] += Math.max(-options.maxMove, Math.min(options.maxMove, move))
    }
    energy = energyAndGradient(x, gradient)
  }
  return energy
}
