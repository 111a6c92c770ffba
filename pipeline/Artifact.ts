// Artifacts: typed handles on the outputs of nodes, which a pipeline passes from stage to stage.
import type { Sink, Source } from "../schemas/Kind.ts"
import type { Node } from "./Graph.ts"

/** A kind whose value type is not known: what the engine handles. */
export interface ErasedKind {
  readonly name: string
  readonly id: string
  readonly media: string
  readonly big: boolean
  readonly encode: (value: never, sink: Sink) => Promise<void>
  readonly decode: (source: Source) => Promise<unknown>
}

/** A typed handle on one output of a node. It holds no data: the value exists once the node has run. */
export interface Artifact<out A> {
  readonly node: Node
  readonly output: string
  readonly kind: ErasedKind
  readonly "~value"?: A
}

/** The value behind an artifact. */
export type ValueOfArtifact<T> = T extends Artifact<infer A> ? A : never

/** Any record of artifacts: what a stage call returns and what combinators carry. */
export type Artifacts = Readonly<Record<string, Artifact<unknown>>>

/** Rows that are known only while running; a list slot takes them like an array. */
export interface Each<out R> {
  readonly _tag: "each"
  readonly node: Node
  readonly "~rows"?: R
}
