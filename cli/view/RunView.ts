// The state of a run as its events tell it: what terminal, status and show print.
import type { Event, Summary, Timings } from "../../pipeline/Event.ts"

/** How many nodes of a stage are where. */
export interface StageCounts {
  cached: number
  /** Known to run in this run, done ones included. */
  planned: number
  running: number
  done: number
  failed: number
  /** CPU seconds of the done ones. */
  seconds: number
}

export interface Running {
  readonly node: string
  readonly stage: string
  /** Milliseconds since 1970. */
  readonly since: number
  fraction: number
  words: string
}

export type Failure = Extract<Event, { readonly _tag: "Failed" }>

export interface RunView {
  readonly stages: Map<string, StageCounts>
  readonly running: Map<string, Running>
  readonly failures: Array<Failure>
  readonly skipped: Array<{ readonly node: string; readonly because: string }>
  readonly findings: Array<{ readonly node: string; readonly message: string }>
  /** Node -> stage and the reason for which it runs. */
  readonly queued: Map<string, { readonly stage: string; readonly why: string }>
  started: Extract<Event, { readonly _tag: "RunStarted" }> | undefined
  ended:
    | { readonly how: "finished" | "interrupted"; readonly summary: Summary; readonly timings: Timings }
    | undefined
}

/** A run of which nothing is known yet; `order` gives the stages their order. */
export const empty = (order: Iterable<string> = []): RunView => {
  const view: RunView = {
    stages: new Map(),
    running: new Map(),
    failures: [],
    skipped: [],
    findings: [],
    queued: new Map(),
    started: undefined,
    ended: undefined
  }
  for (const stage of order) countsOf(view, stage)
  return view
}

const countsOf = (view: RunView, stage: string): StageCounts => {
  let counts = view.stages.get(stage)
  if (counts === undefined) {
    counts = { cached: 0, planned: 0, running: 0, done: 0, failed: 0, seconds: 0 }
    view.stages.set(stage, counts)
  }
  return counts
}

/** Takes in one event; changes the view in place. */
export const take = (view: RunView, event: Event): void => {
  switch (event._tag) {
    case "RunStarted":
      view.started = event
      break
    case "Cached":
      for (const [stage, count] of Object.entries(event.stages)) countsOf(view, stage).cached += count
      break
    case "Planned":
      for (const [stage, count] of Object.entries(event.stages)) countsOf(view, stage).planned += count
      break
    case "Queued":
      view.queued.set(event.node, { stage: event.stage, why: event.why })
      break
    case "Started": {
      const stage = view.queued.get(event.node)?.stage ?? ""
      if (!view.running.has(event.node)) countsOf(view, stage).running += 1
      view.running.set(event.node, {
        node: event.node,
        stage,
        since: Date.parse(event.at),
        fraction: 0,
        words: ""
      })
      break
    }
    case "Progress": {
      const running = view.running.get(event.node)
      if (running !== undefined) {
        running.fraction = event.fraction
        running.words = event.words
      }
      break
    }
    case "Done": {
      const counts = countsOf(view, event.stage)
      stop(view, event.node)
      counts.done += 1
      counts.seconds += event.cpuSeconds
      break
    }
    case "Failed":
      stop(view, event.node)
      if (!event.retried) {
        countsOf(view, event.stage).failed += 1
        // What is remembered never counted as planned: it does not run.
        if (event.remembered) countsOf(view, event.stage).planned += 1
        view.failures.push(event)
      }
      break
    case "Skipped":
      view.skipped.push({ node: event.node, because: event.because })
      break
    case "Finding":
      view.findings.push({ node: event.node, message: event.message })
      break
    case "RunEnded":
      view.running.clear()
      for (const counts of view.stages.values()) counts.running = 0
      view.ended = { how: event.how, summary: event.summary, timings: event.timings }
  }
}

const stop = (view: RunView, node: string): void => {
  const running = view.running.get(node)
  if (running === undefined) return
  view.running.delete(node)
  countsOf(view, running.stage).running -= 1
}

/** The view of a whole ledger. */
export const of = (events: Iterable<Event>): RunView => {
  const view = empty()
  for (const event of events) take(view, event)
  return view
}

/** Nodes that are still to run or running. */
export const left = ({ done, failed, planned }: StageCounts): number => Math.max(0, planned - done - failed)

export interface Estimate {
  readonly seconds: number
  /** False where a stage is ahead of which no cost is known: it takes at least this long. */
  readonly complete: boolean
}

/**
 * How long the rest will take, from what this run and earlier ones measured.
 * @param now milliseconds since 1970
 * @param costOf CPU seconds of a node of a stage in earlier runs
 */
export const estimate = (
  view: RunView,
  now: number,
  costOf: (stage: string) => number | undefined,
  cores: number
): Estimate => {
  let complete = true
  let work = 0
  let longest = 0
  const costs = new Map<string, number | undefined>()
  for (const [stage, counts] of view.stages) {
    const cost = counts.done > 0 ? counts.seconds / counts.done : costOf(stage)
    costs.set(stage, cost)
    const waiting = left(counts) - counts.running
    if (waiting <= 0) continue
    if (cost === undefined) complete = false
    else work += waiting * cost
  }
  for (const { stage, since, fraction } of view.running.values()) {
    const elapsed = (now - since) / 1000
    const cost = costs.get(stage)
    const whole = fraction > 0.02 ? elapsed / fraction : cost
    if (whole === undefined) complete = false
    const rest = Math.max(0, (whole ?? 0) - elapsed)
    work += rest
    longest = Math.max(longest, rest)
  }
  return { seconds: Math.max(longest, work / cores), complete }
}
