// A small Metropolis Monte Carlo of a fluid, as a reference for inversion.
import type { Distribution } from "../../kernels/Distribution.ts"
import { fromBlocks } from "../../kernels/Distribution.ts"
import type { Random } from "../../kernels/random.ts"

/** Its RDF from 6 blocks; lengths in nm, energies in kJ/mol, pairs beyond the cut-off ignored. */
export const simulateFluid = (options: {
  particles: number
  density: number
  kT: number
  cutoff: number
  bins: number
  binWidth: number
  sweeps: number
  potential: (r: number) => number
  random: Random
}): Distribution => {
  const { particles, density, kT, cutoff, bins, binWidth, sweeps, random } = options
  const box = Math.cbrt(particles / density)
  const perSide = Math.ceil(Math.cbrt(particles))
  const positions = Float64Array.from({ length: 3 * particles }, (_, k) => {
    const site = Math.floor(k / 3)
    return ((Math.floor(site / perSide ** (k % 3)) % perSide) + 0.5) * (box / perSide)
  })
  const steps = 4000
  const energies = Float64Array.from({ length: steps + 1 }, (_, i) =>
    options.potential(Math.max(0.02, (i * cutoff) / steps))
  )
  const squared = (i: number, px: number, py: number, pz: number) => {
    let dx = Math.abs(positions[3 * i] - px)
    let dy = Math.abs(positions[3 * i + 1] - py)
    let dz = Math.abs(positions[3 * i + 2] - pz)
    if (dx > box / 2) dx -= box
    if (dy > box / 2) dy -= box
    if (dz > box / 2) dz -= box
    return dx * dx + dy * dy + dz * dz
  }
  const energy = (self: number, px: number, py: number, pz: number) => {
    let sum = 0
    for (let i = 0; i < particles; i++) {
      if (i === self) continue
      const q = squared(i, px, py, pz)
      if (q < cutoff * cutoff) sum += energies[Math.round((Math.sqrt(q) / cutoff) * steps)]
    }
    return sum
  }
  const moved = (at: number) => {
    const to = at + 0.3 * (random.uniform() - 0.5)
    return to - box * Math.floor(to / box)
  }
  const blocks = Array.from({ length: 6 }, () => new Float64Array(bins))
  const equilibration = Math.floor(sweeps / 10)
  const every = 5
  const perBlock = Math.floor((sweeps - equilibration) / every / blocks.length)
  for (let sweep = 0; sweep < equilibration + perBlock * blocks.length * every; sweep++) {
    for (let i = 0; i < particles; i++) {
      const px = moved(positions[3 * i])
      const py = moved(positions[3 * i + 1])
      const pz = moved(positions[3 * i + 2])
      const before = energy(i, positions[3 * i], positions[3 * i + 1], positions[3 * i + 2])
      const rise = energy(i, px, py, pz) - before
      if (rise <= 0 || random.uniform() < Math.exp(-rise / kT)) positions.set([px, py, pz], 3 * i)
    }
    if (sweep < equilibration || (sweep - equilibration) % every !== 0) continue
    const block = blocks[Math.floor((sweep - equilibration) / every / perBlock)]
    for (let i = 0; i < particles; i++) {
      for (let j = i + 1; j < particles; j++) {
        const r = Math.sqrt(squared(j, positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]))
        const bin = Math.floor(r / binWidth)
        if (bin < bins) block[bin] += 1
      }
    }
  }
  const pairs = (particles * (particles - 1)) / 2
  const x = Float64Array.from({ length: bins }, (_, i) => (i + 0.5) * binWidth)
  const shell = (i: number) => ((4 * Math.PI) / 3) * ((i + 1) ** 3 - i ** 3) * binWidth ** 3
  return fromBlocks(
    x,
    blocks.map((block) => block.map((n, i) => (n / perBlock / pairs) * (box ** 3 / shell(i))))
  )
}
