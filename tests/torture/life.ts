// One life of a driver, in this process: it runs the trial on a store through a disk that may fail or stop for ever.
import fs from "node:fs"
import path from "node:path"
import * as Effect from "effect/Effect"
import * as Disk from "../../cache/Disk.ts"
import * as Lease from "../../cache/Lease.ts"
import * as Store from "../../cache/Store.ts"
import { stream } from "../../kernels/random.ts"
import type { Event } from "../../pipeline/Event.ts"
import * as launch from "../../pipeline/launch.ts"
import * as Ledger from "../../pipeline/Ledger.ts"
import * as Run from "../../pipeline/Run.ts"
import * as inProcess from "../oracle/inProcess.ts"
import { trial } from "./trial.ts"

/** A disk that flushes nothing, for tests in which no power is lost. */
export const quick: Disk.Disk = { ...Disk.real, fsync: () => {} }

/** What a run came to, in this process or in another one. */
export type Done = Pick<Run.Result, "summary"> & { readonly events: ReadonlyArray<Event> }

export interface Lived extends Run.Result {
  readonly events: ReadonlyArray<Event>
  /** Keys that ran, those that made lost bytes again left out. */
  readonly ran: ReadonlyArray<string>
}

let lives = 0

/**
 * Runs the trial. The order in which its nodes run depends on `seed`. To later lives it is dead: they take over its
 * leases, although they are in the same process.
 */
export const live = async (
  store: string,
  disk: Disk.Disk,
  params: object,
  seed: number,
  until: ReadonlyArray<string> = []
): Promise<Lived> => {
  lives += 1
  const started = `life ${lives}`
  const random = stream(seed, "life")
  const file = path.join(import.meta.dirname, "trial.ts")
  const opened = await launch.open({ pipeline: trial, file, params, store, disk, until })
  const { built, past, session, targets } = opened
  const run = Ledger.newId(new Date())
  const events: Array<Event> = []
  const ledger = Ledger.start(session.store, run)
  let now = 0
  const leases = Lease.open(disk, session.store.root, {
    // It passes fast: what would be waited for a minute long is not.
    now: () => (now += 20_000),
    host: "here",
    boot: "now",
    startOf: () => started
  })
  const executor = await Effect.runPromise(inProcess.make(session.store, random, 1 + random.below(3)))
  const emit = (event: Event): void => {
    ledger.append(event)
    events.push(event)
  }
  const at = new Date().toISOString()
  const who = { host: "here", pid: process.pid, version: "0" }
  emit({ at, _tag: "RunStarted", run, pipeline: built.name, file, params: built.params, ...who })
  try {
    const result = await Effect.runPromise(
      Run.execute({
        run,
        session,
        graph: built.graph,
        targets,
        past,
        executor,
        leases,
        emit,
        close: ledger.close,
        retryFailed: false,
        failFast: false
      })
    )
    session.store.actions.saveIndex()
    session.store.flush()
    return { ...result, events, ran: ranOf(events) }
  } finally {
    leases.close()
    ledger.end()
  }
}

/** Keys that ran for the first time. */
export const ranOf = (events: ReadonlyArray<Event>): ReadonlyArray<string> =>
  events.flatMap((event) => (event._tag === "Done" && !event.restored ? [event.key] : []))

/** The targets whose bytes are the same in every store. */
export const steady = ({ summary }: Pick<Run.Result, "summary">): Readonly<Record<string, string | null>> => {
  const { loud: _, ...rest } = summary.targets
  return rest
}

/** What is wrong with a store: entries that cannot be read, blobs that they name and that are bad or not there. */
export const faultsOf = (folder: string, mayLack: (output: string) => boolean): ReadonlyArray<string> => {
  if (!fs.existsSync(path.join(folder, "format"))) return []
  const { actions, contents } = Store.open(folder, quick)
  const faults: Array<string> = []
  for (const digest of contents.list())
    if (contents.verify(digest) !== "ok") faults.push(`blob ${digest} is bad`)
  for (const key of actions.list()) {
    const first = actions.lookup(key)
    if (first === undefined) faults.push(`entry ${key} is bad`)
    for (const { codeFiles, logs, node, outputs } of [
      ...(first === undefined ? [] : [first]),
      ...actions.realisations(key)
    ]) {
      const named = { ...outputs, ...logs, "source files": { digest: codeFiles } }
      for (const [name, { digest }] of Object.entries(named)) {
        if (!contents.has(digest) && !mayLack(name)) faults.push(`${name} of ${node} is not there`)
      }
    }
  }
  return faults
}

/** Keys whose entries can be read. */
export const entriesOf = (folder: string): ReadonlySet<string> =>
  fs.existsSync(path.join(folder, "format")) ? new Set(Store.open(folder, quick).actions.list()) : new Set()

/** An empty store, but for what is remembered of the syntax of modules, which takes long to make. */
export const emptied = (store: string): string => {
  fs.mkdirSync(store, { recursive: true })
  for (const name of fs.readdirSync(store)) {
    if (name !== "local") fs.rmSync(path.join(store, name), { recursive: true })
  }
  fs.rmSync(path.join(store, "local", "entries.index"), { force: true })
  return store
}
