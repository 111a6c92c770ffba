// The state of a run as its ledger and its process tell it.
import { hostname } from "node:os"
import type { Store } from "../cache/Store.ts"
import * as Ledger from "../pipeline/Ledger.ts"
import { isAlive } from "../pipeline/processes.ts"
import * as RunView from "./view/RunView.ts"

export interface RunState {
  readonly run: string
  readonly view: RunView.RunView
  /** `running` on another host is taken on trust; `died` is a run whose process is gone without an end. */
  readonly state: "running" | "finished" | "failed" | "interrupted" | "died"
}

/** Reads a run of a store. */
export const of = (store: Store, run: string): RunState => {
  const view = RunView.of([...Ledger.events(store, run), ...Ledger.progress(store, run)])
  return { run, view, state: stateOf(view) }
}

/** How a run is doing, of which the view has all events. */
export const stateOf = ({ ended, started }: RunView.RunView): RunState["state"] => {
  if (ended !== undefined) {
    if (ended.how === "interrupted") return "interrupted"
    return ended.summary.failed + ended.summary.skipped > 0 ? "failed" : "finished"
  }
  if (started === undefined) return "died"
  return started.host !== hostname() || isAlive(started.pid) ? "running" : "died"
}

/** The facts of a run that every listing gives. */
export const facts = ({ run, state, view }: RunState) => {
  let cached = 0
  let done = 0
  let failed = 0
  let running = 0
  let left = 0
  for (const counts of view.stages.values()) {
    cached += counts.cached
    done += counts.done
    failed += counts.failed
    running += counts.running
    left += RunView.left(counts)
  }
  const summary = view.ended?.summary
  return {
    run,
    pipeline: view.started?.pipeline ?? "",
    state,
    startedAt: view.started?.at ?? "",
    host: view.started?.host ?? "",
    pid: view.started?.pid ?? 0,
    seconds: summary?.seconds ?? null,
    /** Finished in this run, restored ones included. */
    done,
    cached,
    failed,
    running: state === "running" ? running : 0,
    /** Known to be left, running ones included. */
    left: view.ended?.how === "finished" ? 0 : left
  }
}
