// A run: carries out what the resolution of a graph says, and writes down all that happens.
import * as Effect from "effect/Effect"
import type { Failure } from "../cache/Failures.ts"
import type { Leases } from "../cache/Lease.ts"
import type { Artifact } from "./Artifact.ts"
import type { Attempt } from "./Attempt.ts"
import * as Checkpoints from "./Checkpoints.ts"
import type { Draft, Event, Summary, Timings } from "./Event.ts"
import type { Executor, Report } from "./Executor.ts"
import type * as Graph from "./Graph.ts"
import { grow } from "./grow.ts"
import { growthOf } from "./growthOf.ts"
import type { NodeLine } from "./Ledger.ts"
import { makeAttempt } from "./makeAttempt.ts"
import { Marks } from "./Marks.ts"
import { nextReports } from "./nextReports.ts"
import { defect, repeats } from "./outcome.ts"
import type { Outcome, StageFailure } from "./outcome.ts"
import * as Plan from "./Plan.ts"
import { ranks } from "./priority.ts"
import * as Resolution from "./Resolution.ts"
import * as retry from "./retry.ts"
import type { Session } from "./Session.ts"
import * as Why from "./Why.ts"
import type { Resources } from "./Stage.ts"

export interface Request {
  readonly run: string
  readonly session: Session
  readonly graph: Graph.Graph
  readonly targets: Readonly<Record<string, Artifact<unknown>>>
  readonly past: Plan.Past
  readonly executor: Executor
  readonly leases: Leases
  readonly emit: (event: Event) => void
  /** Takes what became of the nodes, at the end of the run, interrupted or not. */
  readonly close: (nodes: Iterable<NodeLine>) => void
  readonly retryFailed: boolean
  /** Stops everything at the first failure. */
  readonly failFast: boolean
  /** What a stage gets of what it states; as it states where this is left out. */
  readonly resourcesOf?: (stage: string, stated: Resources) => Resources
}

export interface Result {
  readonly run: string
  readonly summary: Summary
  readonly timings: Timings
  readonly nodes: ReadonlyArray<NodeLine>
}

/** Expected seconds of a stage that has never run. */
const unknownCost = 1

/** Runs what is needed for the targets. It fails never: failures of nodes are in the events and the summary. */
export const execute = (request: Request): Effect.Effect<Result> =>
  Effect.gen(function* () {
    const run = new Progress(request)
    yield* Effect.gen(function* () {
      for (;;) {
        const attempts = yield* Effect.promise(() => run.advance())
        if (run.stopping) {
          yield* request.executor.cancel(run.abandon())
          break
        }
        if (attempts.length > 0) yield* request.executor.submit(attempts)
        if (run.idle) break
        for (const report of yield* nextReports(request.executor, run.patience)) run.take(report)
      }
    }).pipe(Effect.onInterrupt(() => Effect.sync(() => run.end("interrupted"))))
    return run.end("finished")
  })

/** Milliseconds between two looks at what another process works on: the first ones, and the most. */
const looks = { first: 5, most: 500 }

interface Active {
  readonly node: Graph.StageNode
  readonly state: Resolution.RunState
  readonly attempt: Attempt
}

/** The state of a run, changed by what the resolution finds and what the executor reports. */
class Progress {
  private readonly request: Request
  private readonly resolution: Resolution.Resolution
  private readonly active = new Map<string, Active>()
  /** Key -> how many checkpoints its attempts have left. */
  private readonly checkpoints = new Map<string, number>()
  private readonly history = new Map<Graph.StageNode, Array<retry.Try>>()
  /** Ready nodes whose keys other processes work on. */
  private elsewhere: Array<Graph.StageNode> = []
  private look = looks.first
  private readonly finished = new Map<Graph.StageNode, NodeLine>()
  private readonly brokenLoops: Array<NodeLine> = []
  private again: Array<Attempt> = []
  private readonly announced = new Marks()
  private readonly plannedNodes = new Marks()
  private ranks: Float64Array = new Float64Array(0)
  private count = 0
  private readonly growing: () => boolean
  private grows = false
  private stageSeconds = 0
  private engineSeconds = 0
  private readonly started = performance.now()
  private readonly cpu = process.cpuUsage()
  /** Whether a node that was ready has been done by another process, or failed before it could run. */
  private settledUnasked = false
  stopping = false

  constructor(request: Request) {
    this.request = request
    this.growing = growthOf(request.graph)
    const { retryFailed, session, targets } = request
    this.resolution = Resolution.start(session, Object.values(targets), { retryFailed })
  }

  get idle(): boolean {
    return this.active.size === 0 && this.elsewhere.length === 0
  }

  /** Milliseconds to wait for reports until other processes are looked at again; undefined where none matters. */
  get patience(): number | undefined {
    return this.elsewhere.length === 0 ? undefined : this.look
  }

  /** Settles what can be known, grows the graph, and returns the attempts that are due. */
  async advance(): Promise<ReadonlyArray<Attempt>> {
    const due: Array<Attempt> = []
    const admit = (nodes: ReadonlyArray<Graph.StageNode>): void => {
      for (const node of nodes) {
        const admitted = this.admit(node)
        if (admitted === "go") due.push(...this.queue(node))
        else if (admitted === "wait") this.elsewhere.push(node)
      }
    }
    const before = this.elsewhere
    this.elsewhere = []
    if (!this.stopping) admit(before)
    this.look = this.elsewhere.length < before.length ? looks.first : Math.min(2 * this.look, looks.most)
    for (;;) {
      admit(this.stopping ? [] : this.resolution.settle())
      const observations = this.stopping ? [] : this.resolution.takeObservations()
      if (observations.length === 0 && !this.settledUnasked) break
      this.settledUnasked = false
      await grow(this.request.session, this.resolution, observations, (node, failure) =>
        this.broken(node, failure)
      )
    }
    due.push(...this.again)
    this.again = []
    this.announce()
    return due
  }

  /**
   * Whether a ready node runs now, waits for another process that works on its key, or has been done by one, in which
   * case the resolution finds what that left.
   */
  private admit(node: Graph.StageNode): "go" | "wait" | "done" {
    const { leases, retryFailed, session } = this.request
    const { actions, contents, failures } = session.store
    const { key, restores } = this.resolution.states.get(node) as Resolution.RunState
    if (!leases.take(key)) return "wait"
    const done =
      restores === undefined
        ? actions.findAnew(key) !== undefined || (!retryFailed && failures.lookup(key) !== undefined)
        : Object.values(restores.outputs).every(({ digest }) => contents.has(digest))
    if (!done) return "go"
    leases.release(key)
    this.resolution.again(node)
    this.settledUnasked = true
    return "done"
  }

  /** Takes a report of the executor. */
  take(report: Report): void {
    if (report._tag === "note") {
      this.emit({ _tag: "Note", message: report.words })
      return
    }
    const active = this.active.get(report.attempt)
    if (active === undefined) return
    const { name } = active.node
    if (report._tag === "started") this.emit({ _tag: "Started", node: name, attempt: report.attempt })
    else if (report._tag === "progress") {
      const { attempt: _, ...progress } = report
      this.emit({ ...progress, _tag: "Progress", node: name })
    } else {
      this.active.delete(report.attempt)
      this.settle(active, report.outcome)
    }
  }

  /** The attempts that were going on when the run was told to stop; they count no more. */
  abandon(): ReadonlyArray<string> {
    const ids = [...this.active.keys()]
    this.active.clear()
    return ids
  }

  private settle({ attempt, node, state }: Active, outcome: Outcome): void {
    const { leases, session } = this.request
    if (outcome._tag === "lost") {
      leases.release(attempt.key)
      this.resolution.again(node)
      return
    }
    if (outcome._tag === "done") {
      const { cpuSeconds, engineSeconds, wallSeconds } = outcome
      this.stageSeconds += cpuSeconds
      this.engineSeconds += engineSeconds
      const restored = state.restores !== undefined
      const base = { node: node.name, stage: node.stage.name, key: attempt.key }
      this.finished.set(node, { ...base, state: restored ? "restored" : "ran", cpu: cpuSeconds })
      this.emit({ _tag: "Done", ...base, restored, wallSeconds, cpuSeconds, engineSeconds })
      if (outcome.published === "Realisation") {
        const message = "it gave other outputs than the first time; both are kept, see largo cache findings"
        this.emit({ _tag: "Finding", node: node.name, key: attempt.key, message })
      }
      session.store.failures.forget(attempt.key)
      leases.release(attempt.key)
      this.resolution.done(node, outcome.outputs)
      return
    }
    const history = this.history.get(node) ?? []
    const { futile = false, node: machine } = outcome
    const left = Checkpoints.count(session.store, attempt.key)
    const further = left > (this.checkpoints.get(attempt.key) ?? 0)
    this.checkpoints.set(attempt.key, left)
    history.push({ outcome: outcome.outcome, memory: attempt.memory, futile, node: machine, further })
    this.history.set(node, history)
    const next = this.stopping ? { _tag: "stop" as const } : retry.next(history)
    const { fix, logs, message } = outcome
    const line = { node: node.name, stage: node.stage.name, key: attempt.key }
    const base = { ...line, outcome: outcome.outcome, message, fix, logs }
    this.emit({ _tag: "Failed", ...base, retried: next._tag === "again", remembered: false })
    if (next._tag === "again") {
      this.again.push(this.attempt(node, state, history.length + 1, next))
      return
    }
    if (repeats(outcome.outcome))
      this.remember({ ...base, run: this.request.run, at: new Date().toISOString() })
    this.giveUp(node, attempt.key)
  }

  private giveUp(node: Graph.StageNode, key: string): void {
    this.request.leases.release(key)
    this.finished.set(node, { node: node.name, stage: node.stage.name, key, state: "failed", cpu: 0 })
    this.resolution.failed(node)
    if (this.request.failFast) this.stopping = true
  }

  /** A loop whose own function threw: what it would have made is skipped. */
  private broken({ name }: Graph.DynamicNode, failure: StageFailure): void {
    const base = { node: name, stage: name.split("@")[0], key: "" }
    this.brokenLoops.push({ ...base, state: "failed", cpu: 0 })
    this.tellOf(failure, base)
    if (this.request.failFast) this.stopping = true
  }

  /** Tells of a failure outside of any attempt. */
  private tellOf({ fix, message, outcome }: StageFailure, base: Pick<NodeLine, "node" | "stage" | "key">) {
    this.emit({ _tag: "Failed", ...base, outcome, message, fix, logs: {}, retried: false, remembered: false })
  }

  private remember(failure: Failure): void {
    try {
      this.request.session.store.failures.remember(failure)
    } catch {
      // A full disk: the failure itself was told, and the next run only tries again.
    }
  }

  /** The first attempt at a node; none where its stage cannot even say what it needs. */
  private queue(node: Graph.StageNode): ReadonlyArray<Attempt> {
    const state = this.resolution.states.get(node) as Resolution.RunState
    const n = 1
    let attempt: Attempt
    try {
      attempt = this.attempt(node, state, n)
    } catch (error) {
      const failure = defect(`stage ${node.stage.name}`, error, "mend its resources")
      this.tellOf(failure, { node: node.name, stage: node.stage.name, key: state.key })
      this.giveUp(node, state.key)
      this.settledUnasked = true
      return []
    }
    const why = Why.text(Plan.why(this.request.session, this.request.past, node, state))
    const { key } = state
    const { cores, id } = attempt
    this.emit({ _tag: "Queued", node: node.name, stage: node.stage.name, key, why, attempt: id, n, cores })
    return [attempt]
  }

  private attempt(node: Graph.StageNode, state: Resolution.RunState, n: number, next?: retry.Again): Attempt {
    const { graph, past, resourcesOf, run, session } = this.request
    if (this.ranks.length !== graph.nodes.length) {
      this.ranks = ranks(graph, (stage) => past.costOf(stage) ?? unknownCost)
    }
    const id = `${run}-${(this.count += 1)}`
    const priority = this.ranks[node.index] ?? 0
    const attempt = makeAttempt({ session, past, resourcesOf }, node, state, { run, id, n, priority, next })
    this.active.set(id, { node, state, attempt })
    return attempt
  }

  /** Tells of nodes that were found cached, skipped, or remembered to fail since the last time. */
  private announce(): void {
    const cached: Record<string, number> = {}
    const planned: Record<string, number> = {}
    for (const node of this.resolution.takeChanged()) {
      const state = this.resolution.states.get(node)
      const stage = node.stage.name
      if (state === undefined || this.announced.has(node.index)) continue
      if (state._tag === "run" || state._tag === "waiting") {
        if (this.plannedNodes.mark(node.index)) planned[stage] = (planned[stage] ?? 0) + 1
        continue
      }
      this.announced.mark(node.index)
      if (state._tag === "hit") cached[stage] = (cached[stage] ?? 0) + 1
      if (state._tag === "skipped")
        this.emit({ _tag: "Skipped", node: node.name, because: state.because.name })
      if (state._tag === "failed" && state.failure !== undefined) {
        const { fix, key, logs, message, outcome } = state.failure
        const base = { node: node.name, stage, key, outcome: outcome as never, message, fix, logs }
        this.emit({ _tag: "Failed", ...base, retried: false, remembered: true })
        if (this.request.failFast) this.stopping = true
      }
    }
    const grows = this.growing()
    if (Object.keys(planned).length > 0 || grows !== this.grows) {
      this.grows = grows
      this.emit({ _tag: "Planned", stages: planned, grows })
    }
    if (Object.keys(cached).length > 0) this.emit({ _tag: "Cached", stages: cached })
  }

  /** What became of the nodes: made when asked for, since there may be a hundred thousand. */
  private *lines(): Iterable<NodeLine> {
    for (const [node, state] of this.resolution.states) {
      const base = { node: node.name, stage: node.stage.name }
      const line = this.finished.get(node)
      if (line !== undefined) yield line
      else if (state._tag === "hit") {
        yield { ...base, key: state.key, state: "cached", cpu: state.cpuSeconds }
      } else if (state._tag === "failed") {
        yield { ...base, key: state.failure?.key ?? "", state: "failed", cpu: 0 }
      }
    }
    yield* this.brokenLoops
  }

  /** Closes the run and counts it up. */
  end(how: "finished" | "interrupted"): Result {
    const counts = { ran: 0, cached: 0, restored: 0, failed: this.brokenLoops.length }
    let skipped = 0
    for (const [node, state] of this.resolution.states) {
      const line = this.finished.get(node)
      if (line !== undefined) counts[line.state] += 1
      else if (state._tag === "hit") counts.cached += 1
      else if (state._tag === "failed") counts.failed += 1
      else if (state._tag === "skipped" || this.stopping) skipped += 1
    }
    const targets: Record<string, string | null> = {}
    for (const [name, artifact] of Object.entries(this.request.targets)) {
      targets[name] = this.resolution.digestOf(artifact)
    }
    const { system, user } = process.cpuUsage(this.cpu)
    const summary: Summary = {
      ...counts,
      skipped,
      seconds: Math.round(performance.now() - this.started) / 1000,
      targets
    }
    const timings: Timings = {
      stageSeconds: this.stageSeconds,
      engineSeconds: this.engineSeconds + (user + system) / 1e6
    }
    const lines = (): Iterable<NodeLine> => this.lines()
    this.request.close(lines())
    this.emit({ _tag: "RunEnded", how, summary, timings })
    return {
      run: this.request.run,
      summary,
      timings,
      get nodes() {
        return [...lines()]
      }
    }
  }

  private emit(event: Draft): void {
    this.request.emit({ at: new Date().toISOString(), ...event })
  }
}
