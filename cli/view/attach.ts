// Attaches to a run that another process carries out, and watches it to its end.
import type { Store } from "../../cache/Store.ts"
import * as Ledger from "../../pipeline/Ledger.ts"
import { pastOf } from "../../pipeline/pastOf.ts"
import * as RunState from "../RunState.ts"
import type { RunView } from "./RunView.ts"
import * as watch from "./watch.ts"

/** How often the ledger is looked at, in ms. */
const period = 500

/** What became of the run, or that we left it to itself. */
export type Watched = RunState.RunState["state"] | "left"

/** Returns once the run has ended, its process is gone, or `leave` is aborted: the run itself goes on then. */
export const attach = async (
  store: Store,
  run: string,
  leave: AbortSignal
): Promise<{ readonly view: RunView; readonly state: Watched }> => {
  const news = Ledger.follow(store, run)
  const { costOf } = pastOf(store, Ledger.pipelineOf(store, run) ?? "")
  const watching = watch.start(costOf)
  const { view } = watching
  try {
    for (;;) {
      // Asked first: what the process wrote before it ended is in the news that follow.
      const before = RunState.stateOf(view)
      for (const event of news()) watching.listen(event)
      const state = RunState.stateOf(view)
      if (state !== "running" && (state !== "died" || before === "died")) return { view, state }
      await pause(leave)
      if (leave.aborted) return { view, state: "left" }
    }
  } finally {
    watching.close()
  }
}

const pause = (leave: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer)
      leave.removeEventListener("abort", end)
      done()
    }
    const timer = setTimeout(end, period)
    leave.addEventListener("abort", end)
  })
