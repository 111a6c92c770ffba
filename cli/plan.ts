// `largo plan`: what a run would do with each node, why, and what it would cost; nothing runs.
import { availableParallelism } from "node:os"
import * as Plan from "../pipeline/Plan.ts"
import type { PlannedNode } from "../pipeline/Plan.ts"
import * as Command from "./Command.ts"
import { diskCost } from "./diskCost.ts"
import { freeSpace } from "./freeSpace.ts"
import { openPipeline, pipelineOptions } from "./openPipeline.ts"
import * as words from "./view/words.ts"

export const command = Command.make(
  {
    name: "plan",
    summary: "Says what a run would do with each node, why, and what it would cost. Nothing runs.",
    words: ["PIPELINE"],
    options: { ...pipelineOptions, nodes: { help: "lists every node that is not cached, with its reason" } }
  },
  async (given, out) => {
    const { opened, pipeline, retryFailed } = await openPipeline(given)
    const { past, session, targets } = opened
    const plan = await Plan.make(session, Object.values(targets), past, { retryFailed })
    const bytesOf = diskCost(session.store, pipeline.name)
    const sure = plan.nodes.filter(({ state }) => state === "run" || state === "restore")
    const waiting = plan.nodes.filter(({ state }) => state === "unknown")
    const cost = {
      cpuSeconds: secondsOf(sure),
      waitingCpuSeconds: secondsOf(waiting),
      nodesOfUnknownCost: [...sure, ...waiting].filter((node) => node.cost === null).length,
      bytes: Math.round([...sure, ...waiting].reduce((sum, { stage }) => sum + (bytesOf(stage) ?? 0), 0)),
      freeBytes: freeSpace(session.store.root)
    }
    out.answer({ ...plan, cost }, () =>
      [byStage(plan.nodes), given.options.nodes ? byNode(plan.nodes) : "", totals(plan, cost)]
        .filter((part) => part !== "")
        .join("\n\n")
    )
    return 0
  }
)

/** A line a stage: how many nodes are where, what they cost, and the most frequent reasons. */
const byStage = (nodes: ReadonlyArray<PlannedNode>): string => {
  const stages = Map.groupBy(nodes, ({ stage }) => stage)
  const rows = [...stages].map(([stage, its]) => {
    const count = (wanted: PlannedNode["state"]): string => {
      const found = its.filter(({ state }) => state === wanted).length
      return found === 0 ? "" : words.count(found)
    }
    const todo = its.filter(({ state }) => state === "run" || state === "restore" || state === "unknown")
    const cost = todo.reduce((sum, { cost: each }) => sum + (each ?? 0), 0)
    const told = todo.length > 0 && cost > 0 ? words.duration(cost) : ""
    return [
      stage,
      count("hit"),
      count("restore"),
      count("run"),
      count("unknown"),
      count("failed"),
      told,
      reasons(its)
    ]
  })
  return words.columns(
    [["stage", "cached", "restore", "run", "unknown", "failed", "CPU", "why"], ...rows],
    [1, 2, 3, 4, 5, 6]
  )
}

const reasons = (nodes: ReadonlyArray<PlannedNode>): string => {
  const found = Map.groupBy(
    nodes.filter(({ why }) => why !== ""),
    // Labels of single nodes would make a reason of its own of each.
    ({ why }) => why.replaceAll(/@[^\s;,]+/g, "")
  )
  const sorted = [...found].sort(([, a], [, b]) => b.length - a.length)
  const shown = sorted.slice(0, 2).map(([why, its]) => (sorted.length === 1 ? why : `${why} (${its.length})`))
  return [...shown, ...(sorted.length > 2 ? [`${sorted.length - 2} more reasons`] : [])].join("; ")
}

const byNode = (nodes: ReadonlyArray<PlannedNode>): string =>
  words.columns(nodes.filter(({ state }) => state !== "hit").map(({ id, state, why }) => [id, state, why]))

const secondsOf = (nodes: ReadonlyArray<PlannedNode>): number =>
  nodes.reduce((sum, { cost }) => sum + (cost ?? 0), 0)

/** What running it all would cost, from past runs. */
interface Cost {
  /** Of the nodes that are sure to run. */
  readonly cpuSeconds: number
  /** Of those that wait for results: less where some turn out to be cached. */
  readonly waitingCpuSeconds: number
  readonly nodesOfUnknownCost: number
  /** Of disk, for both. */
  readonly bytes: number
  readonly freeBytes: number | null
}

const totals = ({ nodes, summary }: Plan.Plan, cost: Cost): string => {
  const failed = nodes.filter(({ state }) => state === "failed").length
  const counts = [
    `${words.count(summary.hit)} cached`,
    ...(summary.restore > 0 ? [`${words.count(summary.restore)} to restore`] : []),
    `${words.count(summary.run)} to run`,
    ...(summary.unknown > 0 ? [`${words.count(summary.unknown)} wait for results`] : []),
    ...(failed > 0 ? [`${words.count(failed)} failed earlier (--retry-failed tries again)`] : [])
  ]
  const lines = [`${words.plural(nodes.length, "node")}: ${counts.join(", ")}`]
  const { bytes, cpuSeconds, freeBytes, nodesOfUnknownCost, waitingCpuSeconds } = cost
  const free = freeBytes === null ? "" : ` (${words.size(freeBytes)} free)`
  if (summary.run + summary.restore + summary.unknown > 0) {
    const cores = availableParallelism()
    const total = cpuSeconds + waitingCpuSeconds
    const most = waitingCpuSeconds > 0 ? "at most " : ""
    const known = `${words.coreHours(total)}, ${words.duration(total / cores)} on ${words.plural(cores, "core")}`
    lines.push(`cost by past runs: ${most}${known}, ${words.size(bytes)} of disk${free}`)
    if (nodesOfUnknownCost > 0) {
      lines.push(`not in it: ${words.plural(nodesOfUnknownCost, "node")} of stages that have never run`)
    }
  } else if (free !== "") {
    lines.push(`nothing to compute${free}`)
  }
  return lines.join("\n")
}
