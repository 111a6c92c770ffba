// A pipeline: a params schema and a pure function from params to named target artifacts.
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { problems } from "../schemas/issues.ts"
import type { Artifact, Artifacts } from "./Artifact.ts"
import * as Graph from "./Graph.ts"
import { BadParams } from "./Stage.ts"

/** What `Pipeline.make` returns and a pipeline's module exports. */
export interface Pipeline {
  readonly "~largo": "pipeline"
  readonly name: string
  /** The schema of its params, for help, defaults and documents. */
  readonly params: Schema.Top
  /** Builds the graph. Throws `BadParams` with every problem, or `GraphError`. */
  readonly build: (params: unknown) => Built
}

/** A graph with the artifacts that were asked for, and the params that made it, defaults filled in. */
export interface Built {
  readonly name: string
  readonly params: Readonly<Record<string, unknown>>
  readonly graph: Graph.Graph
  readonly targets: Readonly<Record<string, Artifact<unknown>>>
}

/** Makes a pipeline. `body` is an ordinary function: loops are loops, stages are called like functions. */
export const make = <P, E>(
  name: string,
  spec: { readonly params: Schema.Codec<P, E> },
  body: (params: P) => Artifacts
): Pipeline => {
  const decode = Schema.decodeUnknownResult(spec.params, { errors: "all", onExcessProperty: "error" })
  const encode = Schema.encodeUnknownSync(spec.params)
  return {
    "~largo": "pipeline",
    name,
    params: spec.params,
    build: (given) => {
      const decoded = decode(given)
      if (Result.isFailure(decoded)) throw new BadParams(`pipeline ${name}`, problems(decoded.failure))
      const graph = Graph.empty()
      const targets = Graph.build(graph, () => body(decoded.success))
      const params = encode(decoded.success) as Readonly<Record<string, unknown>>
      return { name, params, graph, targets }
    }
  }
}

/** Says whether a module's export is a pipeline. */
export const isPipeline = (value: unknown): value is Pipeline =>
  typeof value === "object" && value !== null && "~largo" in value && value["~largo"] === "pipeline"
