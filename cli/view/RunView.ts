// The state of a run as its events tell it: what terminal, status and show print.
import type { Event, Progress, Summary, Timings } from "../../pipeline/Event.ts"

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
  readonly cores: number
  fraction: number
  words: string
  /** How much was done when, and how much a day since the first that was heard; of what has an amount. */
  pace: Pace | undefined
}

interface Pace {
  readonly unit: string
  readonly done: number
  /** Milliseconds since 1970 and what was done then. */
  readonly first: { readonly at: number; readonly done: number }
  /** Undefined until two amounts were heard. */
  readonly perDay: number | undefined
}

export type Failure = Extract<Event, { readonly _tag: "Failed" }>

export interface RunView {
  readonly stages: Map<string, StageCounts>
  readonly running: Map<string, Running>
  readonly failures: Array<Failure>
  readonly skipped: Array<{ readonly node: string; readonly because: string }>
  readonly findings: Array<{ readonly node: string; readonly message: string }>
  /** Node -> stage and the reason for which it runs. */
  readonly queued: Map<string, { readonly stage: string; readonly why: string; readonly cores: number }>
  /** Whether values that are still to come will add nodes. */
  grows: boolean
  started: Extract<Event, { readonly _tag: "RunStarted" }> | undefined
  ended:
    | { readonly how: "finished" | "interrupted"; readonly summary: Summary; readonly timings: Timings }
    | undefined
}

/** A run of which nothing is known yet. */
export const empty = (): RunView => ({
  stages: new Map(),
  running: new Map(),
  failures: [],
  skipped: [],
  findings: [],
  queued: new Map(),
  grows: false,
  started: undefined,
  ended: undefined
})

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
      for (const stage of event.stages ?? []) countsOf(view, stage)
      break
    case "Cached":
      for (const [stage, count] of Object.entries(event.stages)) countsOf(view, stage).cached += count
      break
    case "Planned":
      for (const [stage, count] of Object.entries(event.stages)) countsOf(view, stage).planned += count
      view.grows = event.grows ?? false
      break
    case "Queued":
      view.queued.set(event.node, { stage: event.stage, why: event.why, cores: event.cores ?? 1 })
      break
    case "Started": {
      const { cores, stage } = view.queued.get(event.node) ?? { stage: "", cores: 1 }
      if (!view.running.has(event.node)) countsOf(view, stage).running += 1
      view.running.set(event.node, {
        node: event.node,
        stage,
        since: Date.parse(event.at),
        cores,
        fraction: 0,
        words: "",
        pace: undefined
      })
      break
    }
    case "Progress": {
      const running = view.running.get(event.node)
      if (running !== undefined) {
        running.fraction = event.fraction
        running.words = event.words
        running.pace = paceAfter(running.pace, event)
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

/** Where less is done than before, something new has begun. */
const paceAfter = (before: Pace | undefined, { amount, at }: Progress): Pace | undefined => {
  if (amount === undefined) return before
  const { done, unit } = amount
  const now = Date.parse(at)
  if (before === undefined || before.unit !== unit || done < before.done) {
    return { unit, done, first: { at: now, done }, perDay: undefined }
  }
  const days = (now - before.first.at) / 86_400_000
  return { ...before, done, perDay: days > 0 ? (done - before.first.done) / days : before.perDay }
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

/** Cores that running nodes have. */
export const busyCores = ({ running }: RunView): number =>
  [...running.values()].reduce((sum, { cores }) => sum + cores, 0)

export interface Estimate {
  readonly seconds: number
  /** False where nodes are ahead of which nobody knows yet, or not what they cost: it takes at least this long. */
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
  let complete = !view.grows
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
