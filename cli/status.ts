// `largo status`: how the latest run is doing.
import { pastOf } from "../pipeline/pastOf.ts"
import * as Command from "./Command.ts"
import { storeOptions } from "./openPipeline.ts"
import { findRun, openStore } from "./openStore.ts"
import * as RunState from "./RunState.ts"
import * as words from "./view/words.ts"

export const command = Command.make(
  { name: "status", summary: "Says how the latest run is doing.", words: [], options: storeOptions },
  ({ options }, out) => {
    const store = openStore(options.store)
    const state = RunState.of(store, findRun(store, "latest"))
    const facts = RunState.facts(state)
    const { view } = state
    const past = pastOf(store, facts.pipeline)
    const now = Date.now()
    const nodes = [...view.running.values()].map(({ node, since }) => ({
      node,
      seconds: Math.round((now - since) / 1000),
      expected: past.costOf(view.queued.get(node)?.stage ?? "") ?? null
    }))
    const running = state.state === "running" ? nodes : []
    const failures = view.failures.map(({ message, node, outcome }) => ({ node, outcome, message }))
    out.answer({ ...facts, nodes: running, failures }, () => {
      const lines = [
        `run ${facts.run} of ${facts.pipeline}: ${sentence(facts)}`,
        `  ${words.count(facts.cached)} cached, ${words.count(facts.done)} done, ${words.count(facts.failed)} failed, ${words.count(facts.left)} left`
      ]
      for (const { expected, node, seconds } of running) {
        const usual = expected === null ? "" : ` of about ${words.duration(expected)}`
        lines.push(`  running ${node} for ${words.duration(seconds)}${usual}`)
      }
      for (const { message, node, outcome } of failures.slice(0, 10)) {
        lines.push(`  failed ${node} (${outcome}: ${message.trim().split("\n")[0]}); largo logs ${node}`)
      }
      return lines.join("\n")
    })
    return 0
  }
)

const sentence = ({ host, pid, state }: ReturnType<typeof RunState.facts>): string => {
  switch (state) {
    case "running":
      return `running as process ${pid} on ${host}`
    case "died":
      return `died; process ${pid} is gone. What it finished is kept: run again to go on`
    case "interrupted":
      return "interrupted; run again to go on"
    case "failed":
      return "ended with failures"
    case "finished":
      return "finished"
  }
}
