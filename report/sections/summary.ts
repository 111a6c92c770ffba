// The campaign in one screen: what was asked, what came out with its errors, and whether it can be trusted.
import type { Campaign } from "../Campaign.ts"
import { duration, significant } from "../format.ts"
import { html } from "../html.ts"
import type { Html } from "../html.ts"
import { meanWords } from "./mobility.ts"
import { checksOf, verdictOf } from "./checks.ts"
import type { Check } from "./checks.ts"
import { note, value } from "./pieces.ts"

export const summary = (campaign: Campaign): Html => {
  const checks = checksOf(campaign)
  const verdict = verdictOf(checks)
  const { absent, provenance } = campaign
  return html`${asked(campaign)}
    <div class="screen">
      <section aria-labelledby="result">
        <h2 id="result">What came out</h2>
        ${facts(campaign)}
      </section>
      <section aria-labelledby="trust">
        <h2 id="trust">Can it be trusted?</h2>
        <p class="verdict ${verdict.state}">${icon(verdict.state)} ${verdict.words}</p>
        <ul class="checks">
          ${checks.map(
            ({ section, state, words }) =>
              html`<li class="${state}">${icon(state)} <a href="#${section}">${words}</a></li>`
          )}
        </ul>
      </section>
    </div>
    ${
      absent.length === 0
        ? undefined
        : note(
            html`Not shown:
              <ul>
                ${absent.map(({ table, why }) => html`<li>${table}: ${shorten(why)}</li>`)}
              </ul>`
          )
    }
    ${provenance.failures.map(({ fix, message, node }) => note(`${node} failed: ${message}. ${fix}`))}`
}

/** A kind that changed since may have a hundred problems with what was stored. */
const shorten = (why: string): string => (why.length <= 160 ? why : `${why.slice(0, 160)}…`)

const icons = { good: ["✔", "passed"], fair: ["◐", "in part"], bad: ["✖", "failed"] } as const

const icon = (state: Check["state"]): Html =>
  html`<span class="icon" role="img" aria-label="${icons[state][1]}">${icons[state][0]}</span>`

const asked = ({ provenance }: Campaign): Html => {
  const { counts, host, params, pipeline, run, startedAt, version } = provenance
  const chips = ["molecule", "forceField", "samples", "protocol", "temperature", "seed"].flatMap((name) =>
    params[name] === undefined ? [] : [{ name, words: value(params[name]) }]
  )
  return html`<p class="chips">
      <span class="soft">Asked:</span>
      ${chips.map(({ name, words }) => html`<span class="chip"><b>${name}</b> ${words}</span> `)}
      <a href="#params">all params</a>
    </p>
    <p class="soft">
      Run ${run} of ${pipeline}, ${startedAt.slice(0, 10)} on
      ${host}${counts === null ? "" : `, ${duration(counts.seconds)}`}, largo ${version}. Every number leads
      to the node that made it.
    </p>`
}

interface Fact {
  readonly name: string
  readonly section: string
  readonly words: string | undefined
}

/** The numbers that a reader looks for first. */
const facts = ({ frictions, mobilities, pairs, routes, samples, validations }: Campaign): Html => {
  const good = (rows: ReadonlyArray<{ readonly quality: string; readonly acceleration: number | null }>) =>
    rows.filter((row) => row.quality === "ok").map(({ acceleration }) => acceleration)
  const structure = samples.flatMap(({ noise_floor, quality, residual }) =>
    quality !== "ok" || residual === null || noise_floor === null ? [] : [{ residual, noise_floor }]
  )
  const mean = (values: ReadonlyArray<number>): string =>
    significant(values.reduce((a, b) => a + b, 0) / values.length, 2)
  const found: ReadonlyArray<Fact> = [
    {
      name: "Times too fast: coarse-grained, structure alone",
      words: meanWords(good(mobilities)),
      section: "mobility"
    },
    {
      name: "Tempo with calibrated friction (1 is the aim)",
      words: meanWords(good(frictions)),
      section: "mobility"
    },
    {
      name: "Tempo of unseen force fields, friction predicted",
      words: meanWords(
        good(validations.filter(({ method, route }) => route === "friction" && method === "network"))
      ),
      section: "validation"
    },
    {
      name: "Residual of the RDF",
      words:
        structure.length === 0
          ? undefined
          : `${mean(structure.map(({ residual }) => residual))}, noise alone gives ${mean(structure.map(({ noise_floor }) => noise_floor))}`,
      section: "structure"
    },
    {
      name: "Pairs of equal mobility",
      words: pairs.length > 0 || routes.length > 0 ? `${pairs.length}` : undefined,
      section: "mobility"
    }
  ]
  return html`<dl class="facts">
    ${found.map(({ name, section, words }) => {
      if (words === undefined) return undefined
      const [number = "", ...rest] = words.split(", ")
      return html`<div>
        <dt>${name}</dt>
        <dd>
          <a href="#${section}">${number}</a
          >${rest.length === 0 ? undefined : html`<small>${rest.join(", ")}</small>`}
        </dd>
      </div>`
    })}
  </dl>`
}
