// A stage: name, params, input and output slots, and the code between them. Calling one inside a pipeline makes a node.
import type * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { canonicalJson } from "../formats/canonicalJson.ts"
import { problems } from "../schemas/issues.ts"
import type { Kind } from "../schemas/Kind.ts"
import type { Artifact, Each, ErasedKind } from "./Artifact.ts"
import { contractOf } from "./command.ts"
import type { CommandOutputs, CommandSpec } from "./command.ts"
import * as Graph from "./Graph.ts"
import type { StageFailure } from "./outcome.ts"
import { register } from "./registry.ts"
import type { Tool } from "./Tool.ts"
import type { Workspace } from "./Workspace.ts"

/** A slot that takes an ordered list of labelled rows of artifacts. */
export interface ListSlot<F extends Readonly<Record<string, ErasedKind>>> {
  readonly _tag: "list"
  readonly fields: F
}

/** A slot that may stay empty. */
export interface OptionalSlot<K extends ErasedKind> {
  readonly _tag: "optional"
  readonly kind: K
}

export type Slot = ErasedKind | ListSlot<Readonly<Record<string, ErasedKind>>> | OptionalSlot<ErasedKind>
export type Slots = Readonly<Record<string, Slot>>
export type Outputs = Readonly<Record<string, ErasedKind>>

/** A slot for a list: each row holds one artifact a field and a label. */
export const list = <const F extends Readonly<Record<string, ErasedKind>>>(fields: F): ListSlot<F> => ({
  _tag: "list",
  fields
})

/** A slot that may be left out. */
export const optional = <K extends ErasedKind>(kind: K): OptionalSlot<K> => ({ _tag: "optional", kind })

type Value<K> = K extends Kind<infer A> ? A : never

/** The artifacts that a stage call takes. */
export type InputArtifacts<In extends Slots> = {
  readonly [K in keyof In as In[K] extends OptionalSlot<ErasedKind> ? never : K]: In[K] extends ListSlot<
    infer F
  >
    ? ReadonlyArray<RowArtifacts<F>> | Each<RowArtifacts<F>>
    : Artifact<Value<In[K]>>
} & {
  readonly [K in keyof In as In[K] extends OptionalSlot<ErasedKind> ? K : never]?:
    | Artifact<In[K] extends OptionalSlot<infer O> ? Value<O> : never>
    | undefined
}

type RowArtifacts<F> = { readonly [K in keyof F]: Artifact<Value<F[K]>> } & { readonly label?: string }

/** The values that a running stage is given. */
export type InputValues<In extends Slots> = {
  readonly [K in keyof In]: In[K] extends ListSlot<infer F>
    ? ReadonlyArray<{ readonly [L in keyof F]: Value<F[L]> } & { readonly label: string }>
    : In[K] extends OptionalSlot<infer O>
      ? Value<O> | undefined
      : Value<In[K]>
}

/** The artifacts that a stage call returns. */
export type OutputArtifacts<Out extends Outputs> = { readonly [K in keyof Out]: Artifact<Value<Out[K]>> }

/** The values that a running stage returns. */
export type OutputValues<Out extends Outputs> = { readonly [K in keyof Out]: Value<Out[K]> }

/** What an attempt asks for. None of it is part of the key. */
export interface Resources {
  readonly cores?: number
  /** Mebibytes. */
  readonly memory?: number
  /** Seconds. */
  readonly walltime?: number
}

/** The parts of a stage that the engine needs, its types forgotten. */
export interface ErasedStage {
  readonly name: string
  readonly module: string
  readonly inputs: Slots
  readonly outputs: Outputs
  /** All that it may start. */
  readonly tools: ReadonlyArray<Tool>
  /** Those of them that a node with these params starts; left out where that is all. */
  readonly uses: ((params: never) => ReadonlyArray<Tool>) | undefined
  readonly salt: string
  /** Whether the same key always gives the same bytes. */
  readonly deterministic: boolean
  readonly resources: (params: never) => Resources
  readonly decodeParams: (encoded: unknown) => unknown
  readonly run: (context: never) => Effect.Effect<Readonly<Record<string, unknown>>, StageFailure, Workspace>
}

/** A stage is a function from params and artifacts to artifacts, and the contract behind it. */
export interface Stage<in E, In extends Slots, Out extends Outputs> extends ErasedStage {
  (params: E, inputs: InputArtifacts<In>): OutputArtifacts<Out>
}

/** Params that a stage refuses: every problem with its path. */
export class BadParams extends Error {
  readonly problems: ReadonlyArray<string>
  constructor(owner: string, found: ReadonlyArray<string>) {
    super(`params of ${owner} are not valid:\n${found.map((problem) => `  ${problem}`).join("\n")}`)
    this.name = "BadParams"
    this.problems = found
  }
}

/** Canonical JSON, or undefined for what has none. */
const textOf = (params: unknown): string | undefined => {
  try {
    return canonicalJson(params)
  } catch {
    return undefined
  }
}

/** Encoded params as the plain JSON object that keys are made of; keys whose value is undefined are left out. */
const toPlain = (stage: string, encoded: unknown): Graph.EncodedParams => {
  if (typeof encoded !== "object" || encoded === null || Array.isArray(encoded)) {
    throw new BadParams(`stage ${stage}`, ["they are no object; wrap the value in a Schema.Struct"])
  }
  const value = Object.fromEntries(Object.entries(encoded).filter(([, field]) => field !== undefined))
  try {
    return { value, text: canonicalJson(value) }
  } catch (error) {
    throw new BadParams(`stage ${stage}`, [error instanceof Error ? error.message : String(error)])
  }
}

/** How many different params of a stage are remembered at once. */
const remembered = 1000

/**
 * Makes a stage. It must stand at the top level of its module: its code is known by that module and what it imports,
 * and a closure would capture what no hash sees.
 */
export const make = <P, E, const In extends Slots, const Out extends Outputs>(
  name: string,
  spec: {
    /** `import.meta.url` of the module that makes it. */
    readonly module: string
    readonly params: Schema.Codec<P, E>
    readonly inputs: In
    readonly outputs: Out
    readonly tools?: ReadonlyArray<Tool>
    /** Those of the tools that a node with these params starts: no other is asked for, or part of its key. */
    readonly uses?: (params: P) => ReadonlyArray<Tool>
    /** Change it to make every earlier result of this stage count no more. */
    readonly salt?: string
    /** Declares that the same key gives the same bytes on every machine with the same tools. */
    readonly deterministic?: boolean
    readonly resources?: Resources | ((params: P) => Resources)
    readonly run: (context: {
      readonly params: P
      readonly inputs: InputValues<In>
    }) => Effect.Effect<OutputValues<Out>, StageFailure, Workspace>
  }
): Stage<E, In, Out> => {
  const decode = Schema.decodeUnknownResult(spec.params, { errors: "all" })
  const encode = Schema.encodeUnknownSync(spec.params)
  const decodeParams = (encoded: unknown): P => {
    const decoded = decode(encoded)
    if (Result.isFailure(decoded)) throw new BadParams(`stage ${name}`, problems(decoded.failure))
    return decoded.success
  }
  // A campaign passes equal params to hundreds of calls: they are decoded once, and kept in memory once.
  const known = new Map<string, Graph.EncodedParams>()
  const encoded = (params: E): Graph.EncodedParams => {
    const given = textOf(params)
    const found = given === undefined ? undefined : known.get(given)
    if (found !== undefined) return found
    const made = toPlain(name, encode(decodeParams(params)))
    if (given !== undefined) {
      if (known.size === remembered) known.clear()
      known.set(given, made)
    }
    return made
  }

  const { resources } = spec
  const contract: ErasedStage = {
    name,
    module: spec.module,
    inputs: spec.inputs,
    outputs: spec.outputs,
    tools: spec.tools ?? [],
    uses: spec.uses,
    salt: spec.salt ?? "",
    deterministic: spec.deterministic ?? false,
    resources: typeof resources === "function" ? resources : () => resources ?? {},
    decodeParams,
    run: spec.run
  }
  const call = (params: E, inputs: InputArtifacts<In>): OutputArtifacts<Out> =>
    Graph.addStageNode(stage, encoded(params), inputs) as OutputArtifacts<Out>
  // A function has a name of its own, which Object.assign cannot set.
  Object.defineProperty(call, "name", { value: name })
  const { name: _, ...rest } = contract
  const stage: Stage<E, In, Out> = Object.assign(call, rest)
  register(stage)
  return stage
}

/**
 * Makes a stage of a program in any language. It runs without a shell in a folder that holds its inputs and
 * `params.json`; a status other than 0, or a file that it does not leave, is `ToolFailed`. Like any stage it stands at
 * the top level of its module. What the program reads besides, such as a script, has to be an input.
 */
export const command = <P, E, const In extends Slots, const Out extends CommandOutputs>(
  name: string,
  spec: CommandSpec<P, E, In, Out>
): Stage<E, In, { readonly [K in keyof Out]: Out[K]["kind"] }> => make(name, { ...spec, ...contractOf(spec) })
