// `largo explain`: everything that decides the result of a node, and what of it differs from an earlier one.
import type { Entry } from "../cache/ActionCache.ts"
import * as Manifest from "../cache/Manifest.ts"
import type { Store } from "../cache/Store.ts"
import type * as Graph from "../pipeline/Graph.ts"
import * as Plan from "../pipeline/Plan.ts"
import type * as Resolution from "../pipeline/Resolution.ts"
import type { Session } from "../pipeline/Session.ts"
import type { State } from "../pipeline/State.ts"
import * as Command from "./Command.ts"
import { openPipeline, pipelineOptions } from "./openPipeline.ts"
import { names } from "./openStore.ts"
import { suggestion, UsageError } from "./Usage.ts"
import * as words from "./view/words.ts"

export const command = Command.make(
  {
    name: "explain",
    summary: "Says what decides the result of a node, and what differs from the nearest earlier one.",
    words: ["PIPELINE", "NODE"],
    options: pipelineOptions,
    notes: "NODE is a name such as all-atom-md@sample=3, or the start of a key."
  },
  async (given, out) => {
    const { opened, retryFailed } = await openPipeline(given)
    const { past, session, targets } = opened
    const resolution = await Plan.resolve(session, Object.values(targets), { retryFailed })
    const { nodes } = await Plan.make(session, Object.values(targets), past, { retryFailed })
    const word = given.words[1]
    const found = nodes.filter(({ id, key }) => names(word, id, key))
    if (found.length !== 1) throw unknownNode(word, nodes, found.length)
    const planned = found[0]
    const [node, state] = [...resolution.states].find(([{ name }]) => name === planned.id)!

    const manifest = manifestOf(session, resolution, node, state)
    const earlier = nearest(session.store, past, node, manifest)
    const differences =
      earlier === undefined ? [] : Manifest.diff(earlier.manifest, manifest).flatMap(Manifest.fields)
    const lines = Manifest.explain(manifest)
    const { id, key, state: planState, stage, why } = planned
    const answer = {
      node: id,
      stage,
      state: planState,
      why,
      key,
      manifest: lines,
      earlier:
        earlier === undefined ? null : { node: earlier.node, key: earlier.key, run: earlier.record.run },
      differences: differences.map(({ name, before, after }) => ({
        name,
        before: before ?? null,
        after: after ?? null
      }))
    }
    out.answer(answer, () => {
      const head = [
        `${id}: ${planState === "hit" ? "cached" : planState}${why === "" ? "" : `, ${why}`}`,
        `key ${key ?? "not known yet"}`
      ]
      const shown = differences.map(({ after, before, name }) => [
        `  ${name}`,
        brief(before),
        "->",
        brief(after)
      ])
      const compared =
        earlier === undefined
          ? "there is no earlier result of this stage"
          : differences.length === 0
            ? `the same as ${earlier.node} of run ${earlier.record.run}`
            : `differs from ${earlier.node} of run ${earlier.record.run}:\n${words.columns(shown)}`
      const manifestLines = words.columns(lines.map(({ name, value }) => [`  ${name}`, value]))
      return [head.join("\n"), `decided by:\n${manifestLines}`, compared].join("\n\n")
    })
    return 0
  }
)

const unknownNode = (
  word: string,
  nodes: ReadonlyArray<{ readonly id: string }>,
  found: number
): UsageError =>
  found > 1
    ? new UsageError(
        [`NODE: "${word}" is the start of ${found} keys`],
        "give more of the key, or the node's name"
      )
    : new UsageError(
        [
          `NODE: the pipeline has no node "${word}"${suggestion(
            word,
            nodes.slice(0, 2000).map(({ id }) => id)
          )}`
        ],
        "type: largo plan PIPELINE --nodes, or largo graph PIPELINE"
      )

/** The manifest of a node; inputs that are not known yet stand in it with an empty digest. */
const manifestOf = (
  session: Session,
  resolution: Resolution.Resolution,
  node: Graph.StageNode,
  state: State
): Manifest.Manifest => {
  const entry = state._tag === "hit" ? session.store.actions.lookup(state.key) : undefined
  if (entry !== undefined) return entry.manifest
  if (state._tag === "run") return state.manifest
  const inputs = node.inputs.filter((input) => input._tag !== "each" || input.each.result !== undefined)
  return session.manifestOf(
    { ...node, inputs },
    (artifact) => resolution.digestOf(artifact) ?? "(not known yet)"
  )
}

/** The entry of the node's earlier namesake, else the entry of its stage that differs in the fewest facts. */
const nearest = (
  store: Store,
  past: Plan.Past,
  node: Graph.StageNode,
  manifest: Manifest.Manifest
): Entry | undefined => {
  const key = Manifest.key(manifest)
  const namesake = past.entryOf(node.name)
  if (namesake !== undefined && namesake.key !== key) return namesake
  let best: Entry | undefined
  let fewest = Infinity
  for (const other of store.actions.list()) {
    if (other === key) continue
    const entry = store.actions.lookup(other)
    if (entry === undefined || entry.manifest.stage !== manifest.stage) continue
    const count = Manifest.diff(entry.manifest, manifest).length
    if (count < fewest || (count === fewest && entry.record.startedAt > best!.record.startedAt)) {
      best = entry
      fewest = count
    }
  }
  return best
}

const brief = (value: string | undefined): string =>
  value === undefined ? "(none)" : value.length > 70 ? `${value.slice(0, 67)}...` : value
