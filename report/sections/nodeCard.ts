// The card of one node: its key, params, inputs, outputs, tools and logs, and the commands that tell more.
import { duration } from "../format.ts"
import { html } from "../html.ts"
import type { Html } from "../html.ts"
import type { Made, Provenance, ProvenanceNode } from "../Provenance.ts"
import { anchorOf, value } from "./pieces.ts"

export const nodeCard = (
  { pipeline }: Provenance,
  node: ProvenanceNode,
  nodes: ReadonlyMap<string, ProvenanceNode>
): Html => {
  const { cpu, key, made, node: name, state, wall } = node
  return html`<details class="node">
    <summary>
      ${name}
      <span class="soft"
        >${state === "failed" ? html`<span class="bad">failed</span>` : state}${cpu > 0 ? `, ${duration(cpu)} CPU` : ""}</span
      >
    </summary>
    <div id="${anchorOf(node)}" class="node-card" data-name="${name}">
      <dl>
        <dt>key</dt>
        <dd><code>${key}</code></dd>
        ${
          made === null
            ? html`<dt>result</dt>
                <dd>is no longer in the store, or there never was one</dd>`
            : madePart(made, nodes)
        }
        <dt>time</dt>
        <dd>${duration(wall)} on the clock, ${duration(cpu)} CPU</dd>
        <dt>more</dt>
        <dd>
          <code>largo explain ${pipeline} ${name}</code>
          ${made === null || made.logs.length > 0 ? html`<br /><code>largo logs ${name}</code>` : undefined}
        </dd>
      </dl>
    </div>
  </details>`
}

const madePart = (made: Made, nodes: ReadonlyMap<string, ProvenanceNode>): Html => {
  const { code, host, inputs, logs, outputs, params, run, startedAt, tools } = made
  const names = Object.keys(params)
  return html`<dt>made</dt>
    <dd>${startedAt.slice(0, 19).replace("T", " ")} on ${host}, in run ${run}</dd>
    ${
      names.length === 0
        ? undefined
        : html`<dt>params</dt>
            <dd class="params">
              ${names.map((name) => html`<span><b>${name}</b> ${value(params[name])}</span> `)}
            </dd>`
    }
    ${
      inputs.length === 0
        ? undefined
        : html`<dt>inputs</dt>
            <dd>
              ${list(inputs.map(({ digest, from, slot }) => inputLine(slot, digest, nodes.get(from ?? ""))))}
            </dd>`
    }
    <dt>outputs</dt>
    <dd>
      ${list(
        outputs.map(
          ({ digest, name, size }) =>
            html`${name} <code title="SHA-256 ${digest}">${digest.slice(0, 12)}</code>
              <span class="soft">${size.toLocaleString("en-US")} bytes</span>`
        )
      )}
    </dd>
    ${
      Object.keys(tools).length === 0
        ? undefined
        : html`<dt>tools</dt>
            <dd>${list(Object.entries(tools).map(([name, identity]) => html`${name}: ${identity}`))}</dd>`
    }
    <dt>code</dt>
    <dd><code title="digest of the stage's module and all that it imports">${code.slice(0, 12)}</code></dd>
    ${
      logs.length === 0
        ? undefined
        : html`<dt>logs</dt>
            <dd>
              ${logs.map(
                ({ name, size, tail }) =>
                  html`${name} <span class="soft">${size.toLocaleString("en-US")} bytes</span>${
                      tail === null || tail === "" ? undefined : html`<pre tabindex="0">${tail}</pre>`
                    }`
              )}
            </dd>`
    }`
}

/** So many of the inputs of a collector are enough to see what it gathers. */
const most = 40

const list = (items: ReadonlyArray<Html>): Html =>
  html`<ul>
    ${items.slice(0, most).map((item) => html`<li>${item}</li>`)}
    ${items.length > most ? html`<li>and ${items.length - most} more</li>` : undefined}
  </ul>`

const inputLine = (slot: string, digest: string, from: ProvenanceNode | undefined): Html =>
  html`${slot} <code title="SHA-256 ${digest}">${digest.slice(0, 12)}</code> ${
      from === undefined || from.key === ""
        ? undefined
        : html`<a class="from" href="#${anchorOf(from)}">${from.node}</a>`
    }`
