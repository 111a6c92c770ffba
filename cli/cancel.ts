// `largo cancel`: ends the jobs of a run on the cluster, and the run itself where it still looks after them.
import { hostname } from "node:os"
import { cancelJobs } from "../executors/slurm/cancelJobs.ts"
import * as commands from "../executors/slurm/commands.ts"
import { isAlive } from "../pipeline/processes.ts"
import * as Command from "./Command.ts"
import { storeOptions } from "./openPipeline.ts"
import { findRun, openStore } from "./openStore.ts"
import * as RunState from "./RunState.ts"
import { UsageError } from "./Usage.ts"
import * as words from "./view/words.ts"

export const command = Command.make(
  {
    name: "cancel",
    summary: "Ends the jobs of a run on the cluster. What is finished is kept.",
    words: ["[RUN]"],
    options: storeOptions,
    notes:
      "RUN is the latest one where none is given. A run that took up the jobs of an earlier one: name that one."
  },
  async ({ options, words: [word = "latest"] }, out) => {
    const store = openStore(options.store)
    const state = RunState.of(store, findRun(store, word))
    const { host = "", pid = 0 } = state.view.started ?? {}
    if (state.state === "running") {
      if (host !== hostname()) {
        throw new UsageError(
          [`run ${state.run} is looked after on ${host}`],
          `log in there and type: largo cancel ${state.run}`
        )
      }
      process.kill(pid, "SIGTERM")
      while (isAlive(pid)) await new Promise((done) => setTimeout(done, 50))
    }
    const jobs = await cancelJobs(store, commands.make(), (run) => run === state.run)
    if (jobs === undefined) {
      throw new UsageError(
        ["Slurm does not answer, or does not end the jobs"],
        "look with squeue --me, then type it again"
      )
    }
    out.answer(
      { run: state.run, jobs },
      () => `run ${state.run}: ${words.plural(jobs, "job")} cancelled; run again to go on`
    )
    return 0
  }
)
