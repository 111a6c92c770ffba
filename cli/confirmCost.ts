// Asks before a run that may cost more core-hours than the site lets pass without a question.
import { createInterface } from "node:readline/promises"
import * as launch from "../pipeline/launch.ts"
import * as Plan from "../pipeline/Plan.ts"
import type { Chosen } from "./chooseExecutor.ts"
import type { OpenedPipeline } from "./openPipeline.ts"
import { UsageError } from "./Usage.ts"
import * as words from "./view/words.ts"

/** Core-hours of a run on a cluster. */
export interface CoreHours {
  /** By past runs of the stages. */
  readonly expected: number
  /** By the wall times of the stages that have never run, where one is given: they end before. */
  readonly bound: number
  readonly nodes: number
}

/** What the nodes of a plan cost that are not cached. */
export const coreHoursOf = async (
  { request, retryFailed }: Pick<OpenedPipeline, "request" | "retryFailed">,
  { resourcesOf }: Pick<Chosen, "resourcesOf">
): Promise<CoreHours> => {
  const { built, past, session, targets } = await launch.open(request)
  const { nodes } = await Plan.make(session, Object.values(targets), past, { retryFailed })
  const byName = new Map(built.graph.nodes.map((node) => [node.name, node]))
  let [expected, bound, count] = [0, 0, 0]
  for (const { cost, id, state } of nodes) {
    const node = byName.get(id)
    if (state === "hit" || state === "failed" || node?._tag !== "stage") continue
    count += 1
    const { params, stage } = node
    const { cores = 1, walltime = 0 } = resourcesOf(
      stage.name,
      stage.resources(stage.decodeParams(params) as never)
    )
    if (cost !== null) expected += cost / 3600
    else bound += (cores * walltime) / 3600
  }
  return { expected, bound, nodes: count }
}

/** `about 12 core-hours by past runs, at most 3000 more by wall times`. */
export const inWords = ({ bound, expected }: CoreHours): string =>
  [
    ...(expected > 0 || bound === 0 ? [`about ${words.coreHours(3600 * expected)} by past runs`] : []),
    ...(bound > 0
      ? [`at most ${words.coreHours(3600 * bound)} by the wall times of stages that have never run`]
      : [])
  ].join(", and ")

/** Throws `UsageError` where the run may cost more than `limit` and nobody says yes. */
export const confirmCost = async (
  pipeline: OpenedPipeline,
  chosen: Chosen,
  limit: number,
  yes: boolean,
  say: (text: string) => void
): Promise<void> => {
  const cost = await coreHoursOf(pipeline, chosen)
  if (cost.nodes === 0) return
  const told = `${words.plural(cost.nodes, "node")} to run: ${inWords(cost)}`
  say(told)
  if (yes || cost.expected + cost.bound <= limit) return
  const over = `that may be more than ${limit} core-hours`
  if (process.stdin.isTTY && process.stderr.isTTY) {
    const line = createInterface({ input: process.stdin, output: process.stderr })
    const answer = await line.question(`${over}; go on? [y/N] `)
    line.close()
    if (/^y(es)?$/i.test(answer.trim())) return
    throw new UsageError(["nothing was started"], "say y, or give --yes")
  }
  throw new UsageError(
    [`${told}; ${over}`],
    "give --yes, or raise slurm.confirm in largo.config.ts; shorter wall times make the estimate better"
  )
}
