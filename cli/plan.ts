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
    const todo = plan.nodes.filter(({ state }) => state === "run" || state === "restore")
    const known = todo.flatMap(({ cost }) => (cost === null ? [] : [cost]))
    const bytesOf = diskCost(session.store, pipeline.name)
    const cost = {
      cpuSeconds: known.reduce((sum, each) => sum + each, 0),
      nodesOfUnknownCost: todo.length - known.length,
      bytes: Math.round(todo.reduce((sum, { stage }) => sum + (bytesOf(stage) ?? 0), 0)),
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
    ({ why }) => why
  )
  const sorted = [...found].sort(([, a], [, b]) => b.length - a.length)
  const shown = sorted.slice(0, 2).map(([why, its]) => (sorted.length === 1 ? why : `${why} (${its.length})`))
  return [...shown, ...(sorted.length > 2 ? [`${sorted.length - 2} more reasons`] : [])].join("; ")
}

const byNode = (nodes: ReadonlyArray<PlannedNode>): string =>
  words.columns(nodes.filter(({ state }) => state !== "hit").map(({ id, state, why }) => [id, state, why]))

const totals = (
  { nodes, summary }: Plan.Plan,
  cost: {
    readonly cpuSeconds: number
    readonly nodesOfUnknownCost: number
    readonly bytes: number
    readonly freeBytes: number | null
  }
): string => {
  const failed = nodes.filter(({ state }) => state === "failed").length
  const counts = [
    `${words.count(summary.hit)} cached`,
    `${words.count(summary.restore)} to restore`,
    `${words.count(summary.run)} to run`,
    `${words.count(summary.unknown)} known only while running`,
    ...(failed > 0 ? [`${words.count(failed)} failed earlier (--retry-failed tries again)`] : [])
  ]
  const lines = [`${words.plural(nodes.length, "node")}: ${counts.join(", ")}`]
  if (summary.run + summary.restore > 0) {
    const cores = availableParallelism()
    const unknown = cost.nodesOfUnknownCost
    lines.push(
      `cost of what is to run: ${words.coreHours(cost.cpuSeconds)}, ` +
        `${words.duration(cost.cpuSeconds / cores)} on ${words.plural(cores, "core")}, ${words.size(cost.bytes)} of disk` +
        (unknown > 0 ? `, and ${words.plural(unknown, "node")} of stages that have never run` : "")
    )
  }
  if (cost.freeBytes !== null) lines.push(`free space: ${words.size(cost.freeBytes)}`)
  return lines.join("\n")
}
