// A still of a liquid: its particles in the box seen a little from above, the nearer ones last.
import type { Liquid, Particles } from "../loadLiquid.ts"

/** Pixels. */
const size = 420

/** How the box is turned: about the vertical, then towards the viewer. */
const turn = { about: (24 * Math.PI) / 180, down: (16 * Math.PI) / 180 }

/** Radius and colour of what is drawn; elements by the usual colours, beads alike. */
const looks: Readonly<Record<string, { readonly radius: number; readonly colour: string }>> = {
  C: { radius: 0.055, colour: "var(--m-carbon)" },
  H: { radius: 0.032, colour: "var(--m-hydrogen)" },
  O: { radius: 0.055, colour: "var(--c-vermilion)" },
  N: { radius: 0.055, colour: "var(--c-blue)" }
}

const beadColours = ["var(--c-orange)", "var(--c-sky)", "var(--c-purple)", "var(--c-green)"]

export interface Look {
  readonly radius: number
  readonly colour: string
}

/** nm, by name of the particle. */
export const looksOf = (liquid: Liquid, what: "atoms" | "beads"): ReadonlyMap<string, Look> => {
  const names = [...new Set(liquid[what].names)]
  const [x, y, z] = liquid.box
  const beadRadius = 0.38 * ((x * y * z) / liquid.beads.names.length) ** (1 / 3)
  return new Map(
    names.map((name, i) => [
      name,
      what === "beads"
        ? { radius: beadRadius, colour: beadColours[i % beadColours.length] }
        : (looks[name] ?? { radius: 0.055, colour: "var(--c-orange)" })
    ])
  )
}

export const drawLiquid = (liquid: Liquid, what: "atoms" | "beads", label: string): string => {
  const { box } = liquid
  const particles: Particles = liquid[what]
  const looksByName = looksOf(liquid, what)
  const scale = size / (1.5 * Math.max(...box))
  const project = (x: number, y: number, z: number) => {
    const [a, b, c] = [x - box[0] / 2, y - box[1] / 2, z - box[2] / 2]
    const [right, back] = [
      a * Math.cos(turn.about) + c * Math.sin(turn.about),
      c * Math.cos(turn.about) - a * Math.sin(turn.about)
    ]
    const up = b * Math.cos(turn.down) + back * Math.sin(turn.down)
    const depth = back * Math.cos(turn.down) - b * Math.sin(turn.down)
    return { x: size / 2 + scale * right, y: size / 2 - scale * up, depth }
  }
  const spots = particles.names.map((name, i) => ({
    name,
    ...project(particles.positions[3 * i], particles.positions[3 * i + 1], particles.positions[3 * i + 2])
  }))
  const depths = spots.map(({ depth }) => depth)
  const [far, near] = [Math.max(...depths), Math.min(...depths)]
  /** 1 in front, 0.35 at the back: a little fog. */
  const clear = (depth: number): string => (1 - (0.65 * (depth - near)) / (far - near || 1)).toFixed(2)
  const bonds = particles.bonds.map(([i, j]) => ({
    depth: (spots[i].depth + spots[j].depth) / 2 + 1e-6,
    svg: `<path d="M${at(spots[i])}L${at(spots[j])}" stroke="var(--m-bond)" stroke-width="1.6" stroke-opacity="${clear(spots[i].depth)}"/>`
  }))
  const discs = spots.map(({ depth, name, x, y }) => {
    const { colour, radius } = looksByName.get(name)!
    return {
      depth,
      svg: `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${(radius * scale).toFixed(1)}" fill="${colour}" stroke="var(--surface)" stroke-width=".6" opacity="${clear(depth)}"/>`
    }
  })
  const body = [...bonds, ...discs].sort((a, b) => b.depth - a.depth).map(({ svg }) => svg)
  return `<svg class="plot liquid" viewBox="0 0 ${size} ${size}" width="${size}" height="${size}" role="img" aria-label="${label}">${edges(project, box)}${body.join("")}</svg>`
}

const at = ({ x, y }: { readonly x: number; readonly y: number }): string => `${x.toFixed(1)},${y.toFixed(1)}`

const edges = (
  project: (x: number, y: number, z: number) => { readonly x: number; readonly y: number },
  [lx, ly, lz]: Liquid["box"]
): string => {
  const corner = (i: number) => project(i & 1 ? lx : 0, i & 2 ? ly : 0, i & 4 ? lz : 0)
  const pairs = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((i) =>
    [1, 2, 4].flatMap((bit) => (i & bit ? [] : [[i, i | bit] as const]))
  )
  return pairs
    .map(([i, j]) => `<path d="M${at(corner(i))}L${at(corner(j))}" stroke="var(--line)" stroke-width="1"/>`)
    .join("")
}
