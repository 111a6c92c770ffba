// `largo audit`: runs cached nodes again under other conditions, and says whether the same came out.
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { availableParallelism } from "node:os"
import { pathToFileURL } from "node:url"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Store } from "../cache/Store.ts"
import * as Local from "../executors/Local.ts"
import { permutation, stream } from "../kernels/random.ts"
import { audit } from "../pipeline/audit.ts"
import type { Audited, Result } from "../pipeline/audit.ts"
import * as Ledger from "../pipeline/Ledger.ts"
import * as Session from "../pipeline/Session.ts"
import * as Command from "./Command.ts"
import { findResult } from "./findResult.ts"
import { loadPipeline } from "./loadPipeline.ts"
import { storeOptions } from "./openPipeline.ts"
import { findRun, openStore } from "./openStore.ts"
import { UsageError } from "./Usage.ts"
import * as words from "./view/words.ts"

export const command = Command.make(
  {
    name: "audit",
    summary: "Runs cached nodes again in another folder, locale, time zone and core count, and compares.",
    words: ["[NODE]"],
    options: {
      ...storeOptions,
      sample: { help: "instead of NODE, so many nodes of the latest run, drawn at random", takes: "N" },
      seed: { help: "of that draw (default 0)", takes: "S" },
      tolerance: { help: "the largest relative difference that passes (default 1e-6)", takes: "X" },
      pipeline: { help: "the pipeline of the node (default: that of its run)", takes: "PIPELINE" }
    },
    notes:
      "Nothing that consumers read changes; other bytes are recorded, see largo cache findings. Exit status 1 where a\n" +
      "node failed or differs by more than the tolerance. NODE is a name, or the start of a key."
  },
  async (given, out) => {
    const { options } = given
    const { sample, seed, tolerance } = numbersOf(options, given.words.length)
    const store = openStore(options.store)
    const { results, run } = sample === undefined ? named(store, given.words[0]) : drawn(store, sample, seed)
    const session = await Session.open(store, await loadStages(store, run, options.pipeline))

    const locale = otherLocale()
    const environment = { LC_ALL: locale, TZ: timeZone }
    const cores = (usual: number): number => (usual > 1 ? 1 : Math.min(2, availableParallelism()))
    const interrupted = new AbortController()
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => interrupted.abort())
    const exit = await Effect.runPromiseExit(
      audit(
        session,
        results,
        { environment, cores },
        tolerance,
        Local.make(Local.machine(), environment),
        ({ node, state }) => out.say(`${node}: ${state}`)
      ),
      { signal: interrupted.signal }
    )
    if (Exit.isFailure(exit)) {
      if (Cause.hasInterruptsOnly(exit.cause)) return 130
      throw Cause.squash(exit.cause)
    }
    const nodes = exit.value
    out.answer({ run, locale, timeZone, tolerance, nodes }, () =>
      [
        words.columns(nodes.flatMap(linesOf)),
        `in another folder, locale ${locale}, time zone ${timeZone}, other cores: ${countsOf(nodes)}`
      ].join("\n\n")
    )
    if (sample === undefined && nodes.some(({ state }) => state === "not audited")) return 1
    return nodes.some(({ state }) => state === "different" || state === "failed") ? 1 : 0
  }
)

/** UTC + 12:45 or 13:45: no stage can have meant this one. */
const timeZone = "Pacific/Chatham"

/** A locale of this machine that is not the usual one, if there is any: best one that writes decimal commas. */
const otherLocale = (): string => {
  let known: ReadonlyArray<string> = []
  try {
    known = execFileSync("locale", ["-a"], { encoding: "utf8" }).split("\n")
  } catch {
    // A machine that does not list them.
  }
  return known.find((name) => /^(de|fr|tr)_.*utf-?8$/i.test(name)) ?? "C.UTF-8"
}

const numbersOf = (
  options: { readonly [name in "sample" | "seed" | "tolerance"]: string | undefined },
  nodes: number
): { readonly sample: number | undefined; readonly seed: number; readonly tolerance: number } => {
  const { sample, seed = "0", tolerance = "1e-6" } = options
  const problems: Array<string> = []
  if ((sample === undefined) === (nodes === 0)) problems.push("give either NODE or --sample N")
  if (sample !== undefined && !(Number.isInteger(Number(sample)) && Number(sample) > 0)) {
    problems.push(`--sample: needs a whole number from 1 on, got "${sample}"`)
  }
  if (!Number.isInteger(Number(seed))) problems.push(`--seed: needs a whole number, got "${seed}"`)
  if (!(Number(tolerance) >= 0)) problems.push(`--tolerance: needs a number from 0 on, got "${tolerance}"`)
  if (problems.length > 0) throw new UsageError(problems, "type: largo audit --help")
  return {
    sample: sample === undefined ? undefined : Number(sample),
    seed: Number(seed),
    tolerance: Number(tolerance)
  }
}

interface Chosen {
  readonly run: string
  readonly results: ReadonlyArray<Result>
}

const named = (store: Store, word: string): Chosen => {
  const { entry, node, run } = findResult(store, word)
  return { run, results: [{ node, entry }] }
}

/** Nodes of the latest run in an order that the seed decides. */
const drawn = (store: Store, sample: number, seed: number): Chosen => {
  const run = findRun(store, "latest")
  const nodes = Ledger.nodes(store, run).filter(({ state }) => state !== "failed")
  const results: Array<Result> = []
  for (const place of permutation(stream(seed, "audit"), nodes.length)) {
    if (results.length === sample) break
    const { key, node } = nodes[place]
    const entry = store.actions.lookup(key)
    if (entry !== undefined) results.push({ node, entry })
  }
  return { run, results }
}

/** Imports the stages of a run's pipeline, or of another one; returns its module. */
const loadStages = async (store: Store, run: string, pipeline: string | undefined): Promise<string> => {
  if (pipeline !== undefined) return (await loadPipeline(pipeline)).file
  const [first] = Ledger.events(store, run)
  const file = first?._tag === "RunStarted" ? first.file : undefined
  if (file === undefined || !existsSync(file)) {
    throw new UsageError(
      [`the pipeline of run ${run} is not there any more${file === undefined ? "" : `: ${file}`}`],
      "name it with --pipeline"
    )
  }
  await import(pathToFileURL(file).href)
  return file
}

const linesOf = ({
  deterministic,
  node,
  outputs,
  reason,
  state
}: Audited): ReadonlyArray<ReadonlyArray<string>> =>
  outputs.length === 0
    ? [[node, "", state, reason.trim().split("\n")[0]]]
    : outputs.map((output) => [
        node,
        output.name,
        output.state,
        output.state === "bitwise"
          ? ""
          : [
              output.difference === null ? "" : output.difference.toExponential(1),
              output.where,
              deterministic ? "(its stage promises the same bytes)" : ""
            ]
              .filter((part) => part !== "")
              .join("  ")
      ])

const countsOf = (nodes: ReadonlyArray<Audited>): string =>
  [...Map.groupBy(nodes, ({ state }) => state)]
    .map(([state, its]) => `${words.count(its.length)} ${state}`)
    .join(", ")
