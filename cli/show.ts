// `largo show`: one run: its params, what became of its nodes, its targets and timings.
import * as Ledger from "../pipeline/Ledger.ts"
import * as Command from "./Command.ts"
import { storeOptions } from "./openPipeline.ts"
import { findRun, openStore } from "./openStore.ts"
import * as RunState from "./RunState.ts"
import * as words from "./view/words.ts"

export const command = Command.make(
  {
    name: "show",
    summary: "Shows one run: its params, what became of its nodes, its targets.",
    words: ["RUN"],
    options: { ...storeOptions, nodes: { help: "lists every node" } },
    notes: "RUN is an id, the start of one, or latest."
  },
  (given, out) => {
    const store = openStore(given.options.store)
    const run = findRun(store, given.words[0])
    const state = RunState.of(store, run)
    const facts = RunState.facts(state)
    const { ended, failures, findings, queued, started } = state.view
    const nodes = Ledger.nodes(store, run).map((line) => ({ ...line, why: queued.get(line.node)?.why ?? "" }))
    const answer = {
      ...facts,
      file: started?.file ?? "",
      version: started?.version ?? "",
      params: started?.params ?? {},
      targets: ended?.summary.targets ?? {},
      timings: ended?.timings ?? null,
      nodes,
      failures: failures.map(({ fix, key, message, node, outcome }) => ({
        node,
        key,
        outcome,
        message,
        fix
      })),
      findings
    }
    out.answer(answer, () => {
      const head = words.columns([
        ["run", run],
        ["pipeline", `${facts.pipeline} (${answer.file})`],
        ["state", facts.state],
        ["started", `${facts.startedAt} on ${facts.host} by largo ${answer.version}`],
        ["time", facts.seconds === null ? "not ended" : words.duration(facts.seconds)],
        ["params", JSON.stringify(answer.params)]
      ])
      const stages = [...state.view.stages].map(([stage, counts]) => [
        stage,
        words.count(counts.cached),
        words.count(counts.done),
        words.count(counts.failed),
        words.duration(counts.seconds)
      ])
      const parts = [
        head,
        words.columns([["stage", "cached", "done", "failed", "CPU"], ...stages], [1, 2, 3, 4])
      ]
      const listed = given.options.nodes ? nodes : nodes.filter(({ state: became }) => became === "failed")
      if (listed.length > 0) {
        parts.push(
          words.columns(
            listed.map(({ key, node, state: became, why }) => [node, became, key.slice(0, 12), why])
          )
        )
      }
      for (const { message, node } of failures) parts.push(`${node}: ${message.trim()}`)
      const targets = Object.entries(answer.targets)
      if (targets.length > 0) {
        parts.push(words.columns(targets.map(([name, digest]) => [name, digest ?? "not reached"])))
      }
      return parts.join("\n\n")
    })
    return 0
  }
)
