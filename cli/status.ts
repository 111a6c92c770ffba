// `largo status`: how a run is doing, once or until it ends.
import type { Store } from "../cache/Store.ts"
import { pastOf } from "../pipeline/pastOf.ts"
import * as Command from "./Command.ts"
import type { Output } from "./Output.ts"
import { storeOptions } from "./openPipeline.ts"
import { findRun, openStore } from "./openStore.ts"
import * as RunState from "./RunState.ts"
import { attach } from "./view/attach.ts"
import { paintFor } from "./view/paint.ts"
import * as render from "./view/render.ts"
import * as words from "./view/words.ts"

export const command = Command.make(
  {
    name: "status",
    summary: "Says how a run is doing.",
    words: ["[RUN]"],
    options: {
      ...storeOptions,
      watch: { help: "attaches to the run and watches it to its end; Ctrl-C leaves it going" }
    },
    notes: `RUN is an id, the start of one, or latest, which is meant where it is left out.
Exit status with --watch: that of the run, 130 where you left it.`
  },
  async ({ options, words: [word] }, out) => {
    const store = openStore(options.store)
    const run = findRun(store, word ?? "latest")
    if (!options.watch) {
      answer(store, run, out)
      return 0
    }
    const flags = options.store === undefined ? "" : ` --store ${options.store}`
    return watchRun(store, run, out, flags)
  }
)

const watchRun = async (store: Store, run: string, out: Output, flags: string): Promise<number> => {
  const leave = new AbortController()
  const stop = (): void => leave.abort()
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  for (const signal of signals) process.on(signal, stop)
  const { state, view } = await attach(store, run, leave.signal)
  for (const signal of signals) process.off(signal, stop)
  if (out.json || view.ended === undefined) answer(store, run, out)
  else out.answer({}, () => render.closing(view, paintFor(process.stdout), flags))
  if (state === "left") {
    out.say("no longer watching; the run goes on")
    return 130
  }
  return state === "finished" ? 0 : state === "interrupted" ? 130 : 1
}

const answer = (store: Store, run: string, out: Output): void => {
  const state = RunState.of(store, run)
  const facts = RunState.facts(state)
  const { view } = state
  const past = pastOf(store, facts.pipeline)
  const now = Date.now()
  const running = state.state === "running" ? [...view.running.values()] : []
  const nodes = running.map(({ fraction, node, since, stage, words: said }) => ({
    node,
    seconds: Math.round((now - since) / 1000),
    expected: past.costOf(stage) ?? null,
    fraction,
    words: said
  }))
  const failures = view.failures.map(({ message, node, outcome }) => ({ node, outcome, message }))
  out.answer({ ...facts, nodes, failures }, () => {
    const lines = [
      `run ${facts.run} of ${facts.pipeline}: ${sentence(facts)}`,
      `  ${words.count(facts.cached)} cached, ${words.count(facts.done)} done, ${words.count(facts.failed)} failed, ${words.count(facts.left)} left`
    ]
    for (const { expected, fraction, node, seconds, words: said } of nodes) {
      const usual = expected === null ? "" : ` of about ${words.duration(expected)}`
      const far = fraction > 0 ? `, ${Math.floor(fraction * 100)} %, ${said}` : ""
      lines.push(`  running ${node} for ${words.duration(seconds)}${usual}${far}`)
    }
    for (const { message, node, outcome } of failures.slice(0, 10)) {
      lines.push(`  failed ${node} (${outcome}: ${message.trim().split("\n")[0]}); largo logs ${node}`)
    }
    return lines.join("\n")
  })
}

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
