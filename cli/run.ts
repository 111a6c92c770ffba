// `largo run`: computes what a pipeline's targets need and are not cached.
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Cause from "effect/Cause"
import * as Site from "../executors/Site.ts"
import type { Timings } from "../pipeline/Event.ts"
import * as launch from "../pipeline/launch.ts"
import type * as Run from "../pipeline/Run.ts"
import { chooseExecutor, executorOptions } from "./chooseExecutor.ts"
import * as Command from "./Command.ts"
import { confirmCost } from "./confirmCost.ts"
import { detach, tellParent } from "./detach.ts"
import type { Detached } from "./detach.ts"
import type { Summarise } from "./loadPipeline.ts"
import { openPipeline, pipelineOptions, storeFolder } from "./openPipeline.ts"
import type { OpenedPipeline } from "./openPipeline.ts"
import type { Output } from "./Output.ts"
import { paintFor } from "./view/paint.ts"
import * as render from "./view/render.ts"
import * as watch from "./view/watch.ts"
import * as words from "./view/words.ts"

const options = {
  ...pipelineOptions,
  ...executorOptions,
  yes: { help: "starts without a question, whatever it may cost" },
  detach: { help: "leaves the run to a process of its own; largo status --watch looks at it" },
  "fail-fast": { help: "stops everything at the first failure" },
  timings: { help: "says where the CPU seconds went" }
} as const

export const command = Command.make(
  {
    name: "run",
    summary: "Runs a pipeline: what is cached stays, the rest is computed.",
    words: ["PIPELINE"],
    options,
    notes:
      "Exit status: 0 done, 1 some node failed, 2 wrong usage or params, 130 interrupted (run again to resume)."
  },
  async (given, out) => {
    const { store } = given.options
    const chosen = await chooseExecutor(given)
    if (given.options.detach) return detached(await detach(storeFolder(store)), out)
    const pipeline = await openPipeline(given)
    if (chosen.name === "slurm") {
      const { confirm } = Site.settingsOf(chosen.site)
      await confirmCost(pipeline, chosen, confirm, given.options.yes, out.say)
    }
    const executor = await chosen.make(pipeline.opened.session.store)
    const { built, past, targets } = pipeline.opened

    const watching = watch.start(past.costOf)
    const interrupted = new AbortController()
    const stop = stopOnSignals(interrupted, watching, chosen.name)
    const exit = await Effect.runPromiseExit(
      launch.run(pipeline.opened, {
        file: pipeline.file,
        executor,
        cores: chosen.cores,
        resourcesOf: chosen.resourcesOf,
        listen: (event) => {
          watching.listen(event)
          if (event._tag === "RunStarted") tellParent(event.run)
        },
        retryFailed: pipeline.retryFailed,
        failFast: given.options["fail-fast"]
      }),
      { signal: interrupted.signal }
    )
    stop()
    watching.close()

    const { view } = watching
    const flags = store === undefined ? "" : ` --store ${store}`
    if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) throw Cause.squash(exit.cause)
    const { ended } = view
    if (ended === undefined) return 130 // Interrupted before anything began.
    const { summary, timings } = ended
    const failed = summary.failed > 0 || summary.skipped > 0
    const complete = Object.keys(targets).length === Object.keys(built.targets).length
    const { summarise } = pipeline
    const summed =
      summarise !== undefined && complete && !failed && !out.json && Exit.isSuccess(exit)
        ? await summarised(pipeline, summarise, exit.value, out.say)
        : ""
    const closing = render.closing(view, paintFor(out.json ? process.stderr : process.stdout), flags)
    if (out.json) out.say(closing)
    const answer = { ...summary, run: view.started!.run, ...(given.options.timings ? { timings } : {}) }
    out.answer(answer, () => `${closing}${summed}`)
    if (given.options.timings) out.say(timingsLine(timings))
    if (ended.how === "interrupted") {
      out.say(
        chosen.name === "slurm"
          ? "stopped; the jobs go on: the same command takes them up again, and largo cancel ends them"
          : "interrupted; what is finished is kept: the same command goes on from here"
      )
      return 130
    }
    return failed ? 1 : 0
  }
)

const detached = (how: Detached, out: Output): number => {
  if (how._tag === "ended") {
    out.say(how.words.trimEnd())
    return how.status
  }
  const { log, pid, run } = how
  out.answer(
    { run, pid, log },
    () => `run ${run} goes on as process ${pid}: largo status --watch; its words are in ${log}`
  )
  return 0
}

/** The first signal ends the run in order; a second one within that is not needed and changes nothing. */
const stopOnSignals = (
  controller: AbortController,
  watching: watch.Watch,
  executor: "local" | "slurm"
): (() => void) => {
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) return
    const what = executor === "slurm" ? "leaving the jobs to themselves" : "ending what runs"
    watching.say(`${signal === "SIGINT" ? "Ctrl-C" : signal}: ${what}`)
    controller.abort()
  }
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  for (const signal of signals) process.on(signal, stop)
  return () => {
    for (const signal of signals) process.off(signal, stop)
  }
}

const timingsLine = ({ engineSeconds, stageSeconds }: Timings): string => {
  const share = (100 * engineSeconds) / Math.max(1e-9, engineSeconds + stageSeconds)
  return `CPU: ${words.duration(stageSeconds)} in stages, ${words.duration(engineSeconds)} around them (${share.toFixed(1)} %)`
}

/** The pipeline's own closing words. They are no part of the result: where they fail, the run has still succeeded. */
const summarised = async (
  { opened: { built, session } }: OpenedPipeline,
  summarise: Summarise,
  result: Run.Result,
  say: (text: string) => void
): Promise<string> => {
  try {
    const text = await summarise(async (target) => {
      const artifact = built.targets[target]
      const digest = result.summary.targets[target]
      if (artifact === undefined || typeof digest !== "string")
        throw new Error(`there is no target "${target}"`)
      return session.valueOf(artifact.kind, digest)
    })
    return `\n\n${text}`
  } catch (error) {
    say(
      `the closing summary of ${built.name} failed: ${error instanceof Error ? error.message : String(error)}`
    )
    return ""
  }
}
