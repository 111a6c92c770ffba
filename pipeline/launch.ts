// Launching: from a pipeline, params and a store to a plan or a run.
import { readFileSync } from "node:fs"
import { hostname } from "node:os"
import * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import type { Disk } from "../cache/Disk.ts"
import * as Lease from "../cache/Lease.ts"
import * as Store from "../cache/Store.ts"
import type { Artifact } from "./Artifact.ts"
import type { Event } from "./Event.ts"
import type { Executor } from "./Executor.ts"
import { eachNeed, GraphError } from "./Graph.ts"
import type { Graph, Node, StageNode } from "./Graph.ts"
import * as Ledger from "./Ledger.ts"
import { pastOf } from "./pastOf.ts"
import type { Built, Pipeline } from "./Pipeline.ts"
import * as Plan from "./Plan.ts"
import { killOrphans } from "./processes.ts"
import * as Run from "./Run.ts"
import * as Session from "./Session.ts"
import type { ErasedStage } from "./Stage.ts"

/** What to build, and where. */
export interface Request {
  readonly pipeline: Pipeline
  /** The pipeline's module, a path. */
  readonly file: string
  readonly params: unknown
  /** The store's folder. */
  readonly store: string
  /** Only these targets (or stages, or nodes) and what they need; all targets where it is empty. */
  readonly until?: ReadonlyArray<string>
  readonly retryFailed?: boolean
  /** The file system calls of the store: the real ones, but where a test makes some fail. */
  readonly disk?: Disk
}

/** A request with its graph built and its store open. */
export interface Opened {
  readonly built: Built
  readonly session: Session.Session
  readonly past: Plan.Past
  readonly targets: Readonly<Record<string, Artifact<unknown>>>
}

/** Builds the graph and opens the store. Throws `BadParams`, `GraphError`, `MissingTool`, `OpaqueCode`, ... */
export const open = async (request: Request): Promise<Opened> => {
  const built = request.pipeline.build(request.params)
  const store = Store.open(request.store, request.disk)
  const session = await Session.open(store, request.file)
  const targets = select(built, request.until ?? [])
  const stages = new Set<ErasedStage>()
  eachNodeBehind(built.graph, Object.values(targets), ({ params, stage }) => {
    // Most stages need the same tools whatever the params.
    if (stages.has(stage) && stage.uses === undefined) return
    stages.add(stage)
    session.codeOf(stage)
    session.toolsOf(stage, params)
  })
  return { built, session, past: pastOf(store, built.name), targets }
}

/** Shows each stage's node that targets need, as far as that is known before anything runs. */
const eachNodeBehind = (
  graph: Graph,
  targets: ReadonlyArray<Artifact<unknown>>,
  see: (node: StageNode) => void
): void => {
  const visited = new Uint8Array(graph.nodes.length)
  const stack: Array<Node> = []
  const visit = (node: Node): void => {
    if (visited[node.index] === 1) return
    visited[node.index] = 1
    stack.push(node)
  }
  for (const { node } of targets) visit(node)
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node._tag === "stage") see(node)
    eachNeed(node, visit)
  }
}

/** The targets of the given names: targets of the pipeline, else all outputs of the nodes of a stage or of one name. */
export const select = (built: Built, names: ReadonlyArray<string>): Opened["targets"] => {
  if (names.length === 0) return built.targets
  const selected: Record<string, Artifact<unknown>> = {}
  for (const name of names) {
    const target = built.targets[name]
    if (target !== undefined) {
      selected[name] = target
      continue
    }
    let found = false
    for (const node of built.graph.nodes) {
      if (node._tag !== "stage" || (node.name !== name && node.stage.name !== name)) continue
      found = true
      for (const [output, kind] of Object.entries(node.stage.outputs)) {
        selected[`${node.name}.${output}`] = { node, output, kind }
      }
    }
    if (!found) {
      const known = Object.keys(built.targets).join(", ")
      throw new GraphError(`"${name}" is no target, stage or node of ${built.name}; its targets are ${known}`)
    }
  }
  return selected
}

/** The plan of a request; nothing runs. */
export const plan = async (request: Request): Promise<Plan.Plan> => {
  const { past, session, targets } = await open(request)
  return Plan.make(session, Object.values(targets), past, { retryFailed: request.retryFailed ?? false })
}

/** The version of this largo. */
export const version = (): string => {
  const file = new URL("../package.json", import.meta.url)
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version
}

const stagesOf = ({ nodes }: Graph): ReadonlyArray<string> => {
  const stages = new Set<string>()
  for (const node of nodes) if (node._tag === "stage") stages.add(node.stage.name)
  return [...stages]
}

/** Runs a request. Its ledger is in the store under the run's id; `listen` gets each event as it happens. */
export const run = (
  opened: Opened,
  options: {
    readonly file: string
    readonly executor: Effect.Effect<Executor, never, Scope>
    readonly listen?: (event: Event) => void
    readonly retryFailed?: boolean
    readonly failFast?: boolean
    /** How many cores the executor may use at once; for those who watch. */
    readonly cores?: number
    readonly resourcesOf?: Run.Request["resourcesOf"]
  }
): Effect.Effect<Run.Result> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { built, past, session, targets } = opened
      const now = new Date()
      const id = Ledger.newId(now)
      killOrphans(session.store.root)
      const ledger = yield* Effect.acquireRelease(
        Effect.sync(() => Ledger.start(session.store, id)),
        ({ end }) => Effect.sync(end)
      )
      const emit = (event: Event): void => {
        ledger.append(event)
        options.listen?.(event)
      }
      const { name, params } = built
      emit({
        at: now.toISOString(),
        _tag: "RunStarted",
        run: id,
        pipeline: name,
        file: options.file,
        params,
        host: hostname(),
        pid: process.pid,
        version: version(),
        stages: stagesOf(built.graph),
        ...(options.cores === undefined ? {} : { cores: options.cores })
      })
      // Released after the executor has ended: nobody takes over what still runs.
      const leases = yield* Effect.acquireRelease(
        Effect.sync(() => Lease.open(session.store.disk, session.store.root)),
        ({ close }) => Effect.sync(close)
      )
      const executor = yield* options.executor
      const result = yield* Run.execute({
        run: id,
        session,
        graph: built.graph,
        targets,
        past,
        executor,
        leases,
        emit,
        close: ledger.close,
        retryFailed: options.retryFailed ?? false,
        failFast: options.failFast ?? false,
        ...(options.resourcesOf === undefined ? {} : { resourcesOf: options.resourcesOf })
      })
      session.store.actions.saveIndex()
      return result
    })
  )
