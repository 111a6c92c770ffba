// The liquid: one frame as atoms and as beads, still, and in three dimensions where the browser can.
import type { Campaign } from "../Campaign.ts"
import { significant } from "../format.ts"
import { figure, html, raw } from "../html.ts"
import type { Html } from "../html.ts"
import type { Liquid, Particles } from "../loadLiquid.ts"
import { drawLiquid, looksOf } from "../plots/liquid.ts"
import { sourceOf } from "../Source.ts"
import { legend, note, sources } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const liquidSection = (campaign: Campaign): Section => {
  const { liquid } = campaign
  return {
    id: "liquid",
    title: "The liquid",
    body:
      liquid === undefined
        ? note("There is no frame to show: the trajectories were not made, or were removed from the store.")
        : shown(campaign, liquid)
  }
}

const shown = (campaign: Campaign, liquid: Liquid): Html => {
  const { atoms, beads, box, molecules, sample, time } = liquid
  const source = sourceOf(campaign)
  const frame = `Sample ${sample} at ${significant(time, 3)} ps, ${molecules} molecules in a box of ${significant(box[0], 3)} nm`
  const half = (what: "atoms" | "beads", caption: string, from: Html | undefined): Html =>
    html`<div class="molecules" data-liquid="${what}">
      ${figure(drawLiquid(liquid, what, `${caption}. ${frame}`), html`${caption}. ${from}`)}
      <button type="button" hidden>Turn it in three dimensions</button>
    </div>`
  return html`<p>${frame}; the same moment at both resolutions.</p>
    ${legend([...keysOf(liquid, "atoms"), ...keysOf(liquid, "beads")])}
    <div class="pair">
      ${half("atoms", `${atoms.names.length} atoms`, sources([source.ofSample(sample, "run")]))}
      ${half("beads", `${beads.names.length} beads`, sources([source.ofSample(sample, "beads")]))}
    </div>
    <p class="soft" id="liquid-trouble" role="status"></p>
    ${raw(`<script type="application/json" id="liquid-data">${JSON.stringify(dataOf(liquid))}</script>`)}`
}

const keysOf = (liquid: Liquid, what: "atoms" | "beads") =>
  [...looksOf(liquid, what)].map(([name, { colour }]) => ({
    text: what === "atoms" ? name : `bead ${name}`,
    colour,
    mark: "circle" as const
  }))

/** What the viewer needs: ångströms, a name's number and colour for each particle. */
const dataOf = (liquid: Liquid) => ({
  box: liquid.box.map((edge) => Number((10 * edge).toFixed(2))),
  atoms: particlesOf(liquid.atoms, looksOf(liquid, "atoms")),
  beads: particlesOf(liquid.beads, looksOf(liquid, "beads"))
})

const particlesOf = ({ bonds, names, positions }: Particles, looks: ReturnType<typeof looksOf>) => {
  const known = [...looks.keys()]
  return {
    names: known,
    radii: [...looks.values()].map(({ radius }) => Number((10 * radius).toFixed(2))),
    colours: [...looks.values()].map(({ colour }) => colour.replace(/^var\((.*)\)$/, "$1")),
    of: names.map((name) => known.indexOf(name)),
    positions: Array.from(positions, (nm) => Number((10 * nm).toFixed(2))),
    bonds: bonds.flat()
  }
}
