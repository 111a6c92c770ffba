// Shear viscosity from stresses whose Green-Kubo integral is known.
import { describe, expect, it } from "vitest"
import { stream } from "../../kernels/random.ts"
import { shearViscosity, ViscosityError } from "../../kernels/viscosity.ts"

const interval = 0.02
const options = { interval, volume: 16, temperature: 300, window: { tmin: 2, tmax: 6 } }
/** Scatter of a component, bar, and the time in which it forgets itself, ps. */
const [scatter, memory] = [300, 0.4]

/** A symmetric tensor around `pressure` whose traceless part is isotropic. */
const stress = (seed: number, rows: number, pressure = 40) => {
  const random = stream(seed, "stress")
  const keep = Math.exp(-interval / memory)
  const kick = Math.sqrt(1 - keep * keep)
  const independent = Float64Array.from({ length: 6 }, () => random.normal())
  const tensor = new Float64Array(6 * rows)
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < 6; k++) independent[k] = keep * independent[k] + kick * random.normal()
    const [a, b, xy, xz, yz, trace] = independent.map((value) => scatter * value)
    // xx - yy = 2 a and xx + yy - 2 zz = sqrt(12) b, about any pressure.
    const mean = pressure + 5 * trace
    const zz = mean - (b * Math.sqrt(12)) / 3
    const half = (b * Math.sqrt(12)) / 6
    tensor.set([mean + half + a, mean + half - a, zz, xy, xz, yz], 6 * row)
  }
  return tensor
}

describe("the shear viscosity", () => {
  // V / kT s^2 tau, with kT of 300 K in bar nm3, in mPa s
  const kT = (0.0083144626 * 300) / 0.0602214076
  const wanted = (1e-4 * options.volume * scatter ** 2 * memory) / kT

  it("is the Green-Kubo integral, its stated error right as often as one sigma should be", () => {
    const trials = 100
    let inside = 0
    let sum = 0
    let squares = 0
    for (let trial = 0; trial < trials; trial++) {
      const { stderr, viscosity } = shearViscosity(stress(trial, 3000), options)
      if (Math.abs(viscosity - wanted) < stderr) inside++
      sum += viscosity / trials
      squares += (viscosity - wanted) ** 2 / trials
    }
    expect(Math.abs(sum - wanted)).toBeLessThan(3 * Math.sqrt(squares / trials))
    expect(inside / trials).toBeGreaterThan(0.5)
    expect(inside / trials).toBeLessThan(0.8)
    expect(Math.sqrt(squares) / wanted).toBeLessThan(0.5)
  })

  it("does not depend on the pressure itself", () => {
    const { viscosity } = shearViscosity(stress(1, 3000, 0), options)
    expect(shearViscosity(stress(1, 3000, 5000), options).viscosity).toBeCloseTo(viscosity, 6)
  })

  it("is refused for a run that is too short", () => {
    expect(() => shearViscosity(stress(1, 1000), options)).toThrow(ViscosityError)
    expect(() => shearViscosity(stress(1, 1000), options)).toThrow(/20.0 ps is too short.* 2 and 6 ps/)
  })
})
