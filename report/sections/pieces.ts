// Pieces that several sections of a page share: legends, qualities, notes, links to where a number comes from, grids that fold.
import { html, raw } from "../html.ts"
import type { Html } from "../html.ts"
import { missing } from "../format.ts"

export interface Section {
  /** The anchor of its heading. */
  readonly id: string
  readonly title: string
  readonly body: Html
}

export interface Key {
  readonly text: string
  readonly colour: string
  readonly mark: "line" | "dashed" | "dotted" | "circle" | "triangle" | "hollow" | "ring" | "band" | "thick"
}

const marks: Readonly<Record<Key["mark"], (colour: string) => string>> = {
  line: (c) => `<line x1="0" x2="24" y1="6" y2="6" stroke="${c}" stroke-width="2"/>`,
  dashed: (c) => `<line x1="0" x2="24" y1="6" y2="6" stroke="${c}" stroke-width="2" stroke-dasharray="5 3"/>`,
  dotted: (c) => `<line x1="0" x2="24" y1="6" y2="6" stroke="${c}" stroke-width="2" stroke-dasharray="2 3"/>`,
  thick: (c) => `<line x1="0" x2="24" y1="6" y2="6" stroke="${c}" stroke-width="6" stroke-opacity=".35"/>`,
  band: (c) => `<rect width="24" height="12" fill="${c}" fill-opacity=".25"/>`,
  circle: (c) => `<circle cx="12" cy="6" r="4.5" fill="${c}"/>`,
  hollow: (c) => `<circle cx="12" cy="6" r="4" fill="none" stroke="${c}" stroke-width="1.5"/>`,
  ring: (c) => `<circle cx="12" cy="6" r="5.5" fill="none" stroke="${c}" stroke-width="1.5"/>`,
  triangle: (c) => `<path d="M12,0L18,11H6Z" fill="${c}"/>`
}

export const legend = (keys: ReadonlyArray<Key>): Html =>
  html`<ul class="legend">
    ${keys.map(
      ({ colour, mark, text }) =>
        html`<li>
          ${raw(`<svg class="key" width="24" height="12" aria-hidden="true">${marks[mark](colour)}</svg>`)}${text}
        </li>`
    )}
  </ul>`

/** The word for a quality; one that is not ok stands out. */
export const quality = (word: string): Html | string =>
  word === "ok" ? word : html`<span class="bad">${word}</span>`

export const note = (text: string | Html): Html => html`<div class="note">${text}</div>`

/** What a link to a node needs. */
export interface Linked {
  readonly key: string
  readonly node: string
}

/** The anchor of a node. */
export const anchorOf = ({ key }: Linked): string => `n-${key.slice(0, 12)}`

/** Words that lead to the node that they come from. */
export const from = (node: Linked | undefined, words: Html | string | number): Html | string | number =>
  node === undefined || words === missing
    ? words
    : html`<a class="from" href="#${anchorOf(node)}" title="from ${node.node}">${words}</a>`

/** "From all-atom-md, ibi-step iteration=6.": where what a figure shows was made; the sample is known there. */
export const sources = (nodes: ReadonlyArray<Linked | undefined>): Html | undefined => {
  const known = nodes.filter((node) => node !== undefined)
  if (known.length === 0) return undefined
  return html`<span class="sources"
    >From
    ${known.map((node, i) => html`${i === 0 ? "" : ", "}<a class="from" href="#${anchorOf(node)}" title="from ${node.node}">${shortOf(node)}</a>`)}.</span
  >`
}

/** `extract-diffusion all-atom` of `extract-diffusion@sample=0/resolution=all-atom`. */
const shortOf = ({ node }: Linked): string => {
  const [stage, labels = ""] = node.split("@")
  const others = labels.split("/").filter((label) => label !== "" && !label.startsWith("sample="))
  return [stage, ...others.map((label) => label.replace(/^(resolution|route)=/, ""))].join(" ")
}

/** Side by side; what is beyond the first `most` is folded away. */
export const grid = (figures: ReadonlyArray<Html>, most = 12): Html => {
  const rest = figures.slice(most)
  return html`<div class="grid">${figures.slice(0, most)}</div>
    ${
      rest.length === 0
        ? undefined
        : html`<details>
            <summary>${rest.length} more</summary>
            <div class="grid">${rest}</div>
          </details>`
    }`
}

/** "Not shown: sample 3 (glassy), sample 7 (diverged)."; of many, how many of each quality; or nothing. */
export const notShown = (
  rows: ReadonlyArray<{ readonly sample: number; readonly quality: string; readonly shown: boolean }>
): string => {
  const left = rows
    .filter(({ shown }) => !shown)
    .map(({ quality: word, sample }) => ({ sample, why: word === "ok" ? "no value" : word }))
  if (left.length === 0) return ""
  const words =
    left.length <= 8
      ? left.map(({ sample, why }) => `sample ${sample} (${why})`)
      : [...Map.groupBy(left, ({ why }) => why)].map(([why, some]) => `${some.length} samples (${why})`)
  return ` Not shown: ${words.join(", ")}.`
}

/** Any JSON as a reader's text. */
export const value = (json: unknown): string =>
  json === null || json === undefined ? missing : typeof json === "string" ? json : JSON.stringify(json)
