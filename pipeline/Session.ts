// A session: a store with what is known of code and tools, which planning and running both look nodes up in.
import { join } from "node:path"
import * as Digest from "../cache/Digest.ts"
import * as Manifest from "../cache/Manifest.ts"
import type { Store } from "../cache/Store.ts"
import type { ErasedKind } from "./Artifact.ts"
import * as CodeId from "./CodeId.ts"
import * as Graph from "./Graph.ts"
import * as memo from "./memo.ts"
import * as registry from "./registry.ts"
import type { ErasedStage } from "./Stage.ts"
import * as StagesLock from "./StagesLock.ts"
import type { Syntax } from "./syntax.ts"
import * as toolbox from "./toolbox.ts"
import type { Found } from "./Tool.ts"

export interface Session {
  readonly store: Store
  readonly lock: StagesLock.StagesLock
  /** The manifest of a node, once the digests of its inputs are known. */
  readonly manifestOf: (node: Graph.StageNode, digestOf: DigestOf) => Manifest.Manifest
  /** The key of that manifest, without making it. */
  readonly keyOf: (node: Graph.StageNode, digestOf: DigestOf) => Digest.Digest
  readonly codeOf: (stage: ErasedStage) => CodeId.CodeId
  /** The tools of a node with these encoded params. Throws `MissingTool`. */
  readonly toolsOf: (stage: ErasedStage, params: Graph.StageNode["params"]) => Readonly<Record<string, Found>>
  /** The value of a stored artifact, for the combinators that look at one. */
  readonly valueOf: (kind: ErasedKind, digest: string) => Promise<unknown>
  /** The files behind a code id, as a stored blob. */
  readonly codeFilesOf: (stage: ErasedStage) => string
}

type DigestOf = (artifact: Parameters<typeof Graph.resolve>[0]) => string

/**
 * Opens a session on a store.
 * @param pipelineFile the module of the pipeline, beside which the stages' lock lies
 */
export const open = async (store: Store, pipelineFile: string): Promise<Session> => {
  const lock = StagesLock.read(pipelineFile)
  const syntaxes = memo.open<Syntax>(join(store.local, "syntax.json"))
  const codes = CodeId.make(syntaxes)
  const tools = [...registry.all()].flatMap((stage) => stage.tools)
  const box = await toolbox.open(tools, memo.open<string>(join(store.local, "tools.json")))
  const codeFiles = new Map<string, string>()
  // All code is read now: what is edited later is another code, even where a stage is first needed then.
  for (const stage of registry.all()) readCode(codes, stage)
  const constants = new Map<string, { readonly facts: Manifest.Constants; readonly text: string }>()

  const constantsOf = ({ params, stage }: Graph.StageNode) => {
    const tools = usedBy(stage, params)
    const name = stage.uses === undefined ? stage.name : [stage, ...tools].map((one) => one.name).join(" ")
    let known = constants.get(name)
    if (known === undefined) {
      const identities = tools.map((tool) => [tool.name, box.found(tool).identity])
      const outputs = Object.entries(stage.outputs).map(([name, kind]) => [name, kind.id])
      const facts = {
        stage: stage.name,
        code: StagesLock.representative(lock, stage.name, codes.of(stage).digest),
        tools: Object.fromEntries(identities) as Record<string, string>,
        outputs: Object.fromEntries(outputs) as Record<string, string>,
        salt: stage.salt
      }
      known = { facts, text: Manifest.encodeConstants(facts) }
      constants.set(name, known)
      syntaxes.save()
    }
    return known
  }

  return {
    store,
    lock,
    codeOf: codes.of,
    toolsOf: (stage, params) =>
      Object.fromEntries(usedBy(stage, params).map((tool) => [tool.name, box.found(tool)])),
    manifestOf: (node, digestOf) => {
      const inputs: Record<string, Manifest.Slot> = {}
      for (const input of node.inputs) inputs[input.slot] = slotOf(input, digestOf)
      return { ...constantsOf(node).facts, params: node.params, inputs }
    },
    keyOf: (node, digestOf) => {
      let text = constantsOf(node).text + Manifest.encodeParams(node.params)
      for (const input of node.inputs) text += Manifest.encodeSlot(input.slot, slotOf(input, digestOf))
      return Digest.of(text)
    },
    valueOf: (kind, digest) =>
      kind.decode({
        path: store.contents.pathOf(digest),
        bytes: () => store.contents.read(digest),
        chunks: async function* () {
          yield store.contents.read(digest)
        }
      }),
    codeFilesOf: (stage) => {
      let digest = codeFiles.get(stage.name)
      if (digest === undefined) {
        digest = store.contents.put(Buffer.from(CodeId.filesText(codes.of(stage)))).digest
        store.flush()
        codeFiles.set(stage.name, digest)
      }
      return digest
    }
  }
}

const usedBy = ({ decodeParams, tools, uses }: ErasedStage, params: Graph.StageNode["params"]) =>
  uses === undefined ? tools : uses(decodeParams(params) as never)

const slotOf = (input: Graph.NodeInput, digestOf: DigestOf): Manifest.Slot => {
  if (input._tag === "one") return { kind: input.kind.id, digest: digestOf(input.artifact) }
  const fields = Object.keys(input.fields).sort()
  return {
    rows: Graph.rowsOf(input)!.map(({ label, artifacts }) => ({
      label,
      fields: fields.map((field) => ({
        field,
        kind: input.fields[field].id,
        digest: digestOf(artifacts[field])
      }))
    }))
  }
}

/** Reads the code of a stage ahead; a stage that cannot be identified matters only when it is used. */
const readCode = (codes: CodeId.CodeIds, stage: ErasedStage): void => {
  try {
    codes.of(stage)
  } catch {
    // Whoever uses the stage is told.
  }
}
