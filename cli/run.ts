// `largo run`: computes what a pipeline's targets need and are not cached.
import { availableParallelism } from "node:os"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Cause from "effect/Cause"
import * as Local from "../executors/Local.ts"
import type { Timings } from "../pipeline/Event.ts"
import * as launch from "../pipeline/launch.ts"
import type * as Run from "../pipeline/Run.ts"
import * as Command from "./Command.ts"
import type { Summarise } from "./loadPipeline.ts"
import { openPipeline, pipelineOptions } from "./openPipeline.ts"
import type { OpenedPipeline } from "./openPipeline.ts"
import { UsageError } from "./Usage.ts"
import { paintFor } from "./view/paint.ts"
import * as render from "./view/render.ts"
import * as watch from "./view/watch.ts"
import * as words from "./view/words.ts"

const options = {
  ...pipelineOptions,
  jobs: { help: "cores to use at once (default: all)", takes: "N" },
  executor: { help: "where attempts run: local", takes: "NAME" },
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
    const { jobs, executor: executorName, store } = given.options
    const limits = limitsOf(jobs, executorName)
    const pipeline = await openPipeline(given)
    const { built, past, targets } = pipeline.opened

    const watching = watch.start(past.costOf)
    const interrupted = new AbortController()
    const stop = stopOnSignals(interrupted, watching)
    const exit = await Effect.runPromiseExit(
      launch.run(pipeline.opened, {
        file: pipeline.file,
        executor: Local.make(limits),
        cores: limits.cores,
        listen: watching.listen,
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
      out.say("interrupted; what is finished is kept: the same command goes on from here")
      return 130
    }
    return failed ? 1 : 0
  }
)

const limitsOf = (jobs: string | undefined, executor: string | undefined): Local.Limits => {
  const problems: Array<string> = []
  const cores = jobs === undefined ? availableParallelism() : Number(jobs)
  if (!Number.isInteger(cores) || cores < 1)
    problems.push(`--jobs: needs a whole number from 1 on, got "${jobs}"`)
  if (executor !== undefined && executor !== "local") {
    problems.push(`--executor: there is no executor "${executor}"; there is: local`)
  }
  if (problems.length > 0) throw new UsageError(problems, "type: largo run --help")
  return { ...Local.machine(), cores }
}

/** The first signal ends the run in order; a second one within that is not needed and changes nothing. */
const stopOnSignals = (controller: AbortController, watching: watch.Watch): (() => void) => {
  const stop = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) return
    watching.say(`${signal === "SIGINT" ? "Ctrl-C" : signal}: ending what runs`)
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
