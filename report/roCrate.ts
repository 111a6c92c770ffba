// The provenance of an export as RO-Crate 1.1 with the profile Process Run Crate 0.5: which node made what from what.
import type { Entry } from "../cache/ActionCache.ts"
import type { Slot } from "../cache/Manifest.ts"
import { canonicalJson } from "../formats/canonicalJson.ts"
import type { About } from "./About.ts"
import type { FileFacts } from "./FileFacts.ts"
import type { NodeRecord, RunRecord } from "./RunRecord.ts"

type Entity = Readonly<Record<string, unknown>> & { readonly "@id": string }

const profile = "https://w3id.org/ro/wfrun/process/0.5"
const ref = (id: string) => ({ "@id": id })

/**
 * The metadata of the crate, plain JSON-LD: every file with its digest, an action for the run and for each of its nodes,
 * with the stage, the tools, the params and the digests that went in and came out. The same run gives the same crate.
 */
export const roCrate = (about: About, facts: ReadonlyArray<FileFacts>): object => {
  const { record } = about
  const nodes = record.nodes.flatMap((node) => (node.entry === undefined ? [] : [actionOf(node, node.entry)]))
  const params = Object.entries(record.params).map(([name, value]) => paramOf(`#param-${name}`, name, value))
  const files = facts.map(fileOf)
  const run: Entity = {
    "@id": "#run",
    "@type": "CreateAction",
    name: `run ${record.id} of the pipeline ${record.pipeline}`,
    description: "The run that this export is of; its nodes are actions of their own.",
    instrument: ref("#largo"),
    startTime: moment(Date.parse(record.startedAt)),
    object: params.map(({ "@id": id }) => ref(id)),
    result: files.map(({ "@id": id }) => ref(id)),
    ...statusOf(record)
  }
  const dataset = nodes.filter(({ outputs }) =>
    Object.values(record.targets).some((target) => target !== null && outputs.includes(target.digest))
  )
  const root: Entity = {
    "@id": "./",
    "@type": "Dataset",
    name: about.title,
    description: about.description,
    datePublished: record.startedAt,
    ...(about.license === undefined ? {} : { license: ref(about.license) }),
    conformsTo: ref(profile),
    hasPart: files.map(({ "@id": id }) => ref(id)),
    mentions: [ref("#run"), ...nodes.map(({ action }) => ref(action["@id"]))],
    // Where the files come from, node by node, begins at those that made the targets.
    isBasedOn: dataset.flatMap(({ outputs }) => outputs.map((digest) => ref(idOf(digest))))
  }
  const graph: ReadonlyArray<Entity> = [
    {
      "@id": "ro-crate-metadata.json",
      "@type": "CreativeWork",
      conformsTo: ref("https://w3id.org/ro/crate/1.1"),
      about: ref("./")
    },
    root,
    { "@id": profile, "@type": "CreativeWork", name: "Process Run Crate", version: "0.5" },
    ...(about.license === undefined
      ? []
      : [
          {
            "@id": about.license,
            "@type": "CreativeWork",
            name: about.license.slice(about.license.lastIndexOf("/") + 1)
          }
        ]),
    { "@id": "#largo", "@type": "SoftwareApplication", name: "largo", version: record.version },
    run,
    ...params,
    ...files,
    ...nodes.flatMap(({ action, others }) => [action, ...others])
  ]
  // Stages, tools and artifacts come up with every node that has to do with them.
  const byId = new Map(graph.map((entity) => [entity["@id"], entity]))
  return { "@context": ["https://w3id.org/ro/crate/1.1/context", { sha256 }], "@graph": [...byId.values()] }
}

const sha256 = "https://w3id.org/ro/terms/workflow-run#sha256"

/** ISO 8601 with an offset, the form that the profile asks for. */
const moment = (ms: number): string => new Date(ms).toISOString().replace("Z", "+00:00")

const statusOf = ({ failures, how }: RunRecord): object =>
  how === "finished" && failures.length === 0
    ? { actionStatus: "http://schema.org/CompletedActionStatus" }
    : {
        actionStatus: "http://schema.org/FailedActionStatus",
        error: failures.length === 0 ? `was ${how}` : `${failures.length} nodes failed`
      }

const fileOf = ({ encodingFormat, path, sha256, size }: FileFacts): Entity => ({
  "@id": encodeURI(path),
  "@type": "File",
  name: path,
  contentSize: String(size),
  encodingFormat,
  sha256
})

const paramOf = (id: string, name: string, value: unknown): Entity => ({
  "@id": id,
  "@type": "PropertyValue",
  name,
  value: typeof value === "string" || typeof value === "number" ? value : canonicalJson(value)
})

const idOf = (digest: string): string => `#artifact-${digest}`

/** An artifact that is known by its digest; its bytes are in the store, not in the crate. */
const artifact = (digest: string, kind: string): Entity => ({
  "@id": idOf(digest),
  "@type": "CreativeWork",
  name: kind.replace(/ \S+$/, ""),
  sha256: digest
})

const inputsOf = (slot: Slot): ReadonlyArray<Entity> =>
  "digest" in slot
    ? [artifact(slot.digest, slot.kind)]
    : slot.rows.flatMap(({ fields }) => fields.map(({ digest, kind }) => artifact(digest, kind)))

const actionOf = (
  { key, node, stage }: NodeRecord,
  { manifest, outputs, record }: Entry
): {
  readonly action: Entity
  readonly others: ReadonlyArray<Entity>
  readonly outputs: ReadonlyArray<string>
} => {
  const inputs = Object.values(manifest.inputs).flatMap(inputsOf)
  const results = Object.entries(outputs).map(([name, { digest }]) =>
    artifact(digest, manifest.outputs[name] ?? name)
  )
  const params = Object.entries(manifest.params).map(([name, value]) =>
    paramOf(`#node-${key}-${name}`, name, value)
  )
  const tools = Object.entries(manifest.tools).map(([name, identity]): Entity => ({
    "@id": `#tool-${encodeURIComponent(name)}-${encodeURIComponent(identity)}`,
    "@type": "SoftwareApplication",
    name,
    version: identity
  }))
  const code: Entity = {
    "@id": `#stage-${stage}-${manifest.code}`,
    "@type": "SoftwareApplication",
    name: `stage ${stage}`,
    version: manifest.code,
    ...(tools.length === 0 ? {} : { softwareRequirements: tools.map(({ "@id": id }) => ref(id)) })
  }
  const refs = (entities: ReadonlyArray<Entity>) => [...new Set(entities.map(({ "@id": id }) => id))].map(ref)
  const action: Entity = {
    "@id": `#node-${key}`,
    "@type": "CreateAction",
    name: node,
    description: `The node with the key ${key}: its result is decided by stage, params, inputs and tools.`,
    identifier: key,
    instrument: ref(code["@id"]),
    startTime: moment(Date.parse(record.startedAt)),
    endTime: moment(Date.parse(record.startedAt) + record.wallSeconds * 1000),
    actionStatus: "http://schema.org/CompletedActionStatus",
    object: refs([...inputs, ...params]),
    result: refs(results)
  }
  return {
    action,
    others: [code, ...tools, ...inputs, ...params, ...results],
    outputs: Object.values(outputs).map(({ digest }) => digest)
  }
}
