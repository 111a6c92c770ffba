// The driver's side of Slurm: attempts become jobs, and what the jobs and the scheduler say becomes reports.
import { randomBytes } from "node:crypto"
import { fileURLToPath } from "node:url"
import * as Digest from "../../cache/Digest.ts"
import type { Leases } from "../../cache/Lease.ts"
import type { Store } from "../../cache/Store.ts"
import type { Attempt } from "../../pipeline/Attempt.ts"
import type { Report } from "../../pipeline/Executor.ts"
import * as Site from "../Site.ts"
import * as batching from "./batching.ts"
import type { Commands, JobRow } from "./commands.ts"
import { Job } from "./Job.ts"
import * as JobFolder from "./JobFolder.ts"
import type { JobSpec } from "./script.ts"

export interface Around {
  readonly store: Store
  readonly site: Site.Site
  readonly commands: Commands
  readonly leases: Leases
  readonly report: (report: Report) => void
  readonly cwd: string
}

const own = import.meta.url
const agent = fileURLToPath(new URL(own.endsWith(".ts") ? "./agent.ts" : "./agent.js", own))

/** Array elements that Slurm takes where the controller does not say. */
const usualArraySize = 1001

/** Milliseconds in which attempts that were submitted one after another are seen together. */
const breath = 50

/** Settled elsewhere: what a waiting attempt knows of its wait. */
interface Waiting {
  readonly attempt: Attempt
  readonly since: number
}

/** Everything that a driver has in the hands of Slurm. */
export class Dispatcher {
  private readonly around: Around
  private readonly settings: Site.Settings
  private readonly waiting = new Map<string, Waiting>()
  private readonly jobs = new Map<string, Job>()
  /** Key -> the job that a driver before this one has left for it. */
  private readonly left = new Map<string, { readonly job: Job; readonly as: string }>()
  private arraySize: number | undefined
  private timer: NodeJS.Timeout | undefined
  private ticking: Promise<void> = Promise.resolve()
  private closed = false
  private polled = 0
  private failures = 0
  /** No submission before that time: the scheduler is busy. */
  private notBefore = 0
  private tries = 0

  constructor(around: Around) {
    this.around = around
    this.settings = Site.settingsOf(around.site)
    this.adopt()
  }

  /** Takes over the jobs of drivers that are gone. */
  private adopt(): void {
    const { leases, store } = this.around
    for (const id of JobFolder.list(store)) {
      if (!leases.take(id)) continue
      const folder = JobFolder.open(store, id)
      const intent = folder.intent()
      if (intent === undefined) {
        folder.remove()
        leases.release(id)
        continue
      }
      const job = new Job(folder, intent, folder.submitted(), this.around)
      this.jobs.set(id, job)
      const told = folder.told()
      for (const attempt of job.everyAttempt()) {
        if (!told.has(attempt.id)) this.left.set(attempt.key, { job, as: attempt.id })
      }
    }
  }

  submit(attempts: ReadonlyArray<Attempt>): void {
    const since = Date.now()
    for (const attempt of attempts) {
      const left = this.left.get(attempt.key)
      this.left.delete(attempt.key)
      if (left === undefined || attempt.n > 1) this.waiting.set(attempt.id, { attempt, since })
      else left.job.adopt(attempt, left.as)
    }
    this.wake(breath)
  }

  /** Ends attempts and waits until Slurm has ended them. */
  async cancel(ids: ReadonlySet<string>): Promise<void> {
    for (const id of ids) this.waiting.delete(id)
    const jobs = [...this.jobs.values()].filter((job) => job.drop(ids))
    await this.ticking
    for (let round = 0; round < 20; round += 1) {
      const rows = await this.queue(jobs)
      const going = jobs.flatMap((job) => job.doomed(rows ?? []))
      if (rows !== undefined && going.length === 0) return
      if (going.length > 0) await this.around.commands.cancel(going)
      await new Promise((done) => setTimeout(done, 200 * (1 + round)))
    }
  }

  /** Leaves: what still runs goes on, for the next driver to find. */
  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
    await this.ticking
    for (const job of this.jobs.values()) {
      if (job.open.size === 0) job.finish()
    }
  }

  private wake(delay: number): void {
    if (this.closed) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.ticking = this.tick().then((next) => this.wake(next))
    }, delay)
  }

  /** One look at everything; milliseconds until the next one. */
  private async tick(): Promise<number> {
    const period = 1000 * this.settings.poll
    try {
      const rest = await this.dispatch()
      const jobs = [...this.jobs.values()]
      for (const job of jobs) job.listen()
      const now = Date.now()
      if (now - this.polled >= period * 2 ** Math.min(this.failures, 4)) {
        const asked = jobs.filter((job) => job.open.size > 0 || !job.ended)
        const rows = asked.length === 0 ? [] : await this.queue(asked)
        this.polled = now
        this.failures = rows === undefined ? this.failures + 1 : 0
        // Once more: what was written before the job left the queue is there now.
        for (const job of jobs) job.listen()
        if (rows !== undefined) await this.judge(asked, rows)
      }
      for (const job of jobs) this.dismiss(job)
      return Math.min(rest, this.jobs.size > 0 ? Math.min(period, 1000) : period)
    } catch (error) {
      // A disk in trouble: nothing is lost, and the next look may succeed.
      this.failures += 1
      this.note(`looking after the jobs failed: ${error instanceof Error ? error.message : String(error)}`)
      return period
    }
  }

  private async judge(jobs: ReadonlyArray<Job>, rows: ReadonlyArray<JobRow>): Promise<void> {
    const missing = jobs.filter((job) => job.jobId !== undefined && job.open.size > 0 && !job.isIn(rows))
    const ids = missing.flatMap(({ jobId }) => (jobId === undefined ? [] : [jobId]))
    const accounts = ids.length === 0 ? undefined : await this.around.commands.accounts(ids)
    for (const job of jobs) {
      const back = job.judge([...rows, ...(accounts ?? [])], this.settings.grace)
      const since = Date.now()
      for (const attempt of back) this.waiting.set(attempt.id, { attempt, since })
    }
  }

  /** Forgets a job of which nothing is expected any more. */
  private dismiss(job: Job): void {
    if (job.open.size > 0 || !job.ended) return
    this.jobs.delete(job.folder.id)
    for (const [key, left] of this.left) if (left.job === job) this.left.delete(key)
    job.finish()
    job.folder.remove()
    this.around.leases.release(job.folder.id)
  }

  private queue(jobs: ReadonlyArray<Job>): Promise<ReadonlyArray<JobRow> | undefined> {
    return this.around.commands.queue([...new Set(jobs.map(({ intent }) => intent.spec.name))])
  }

  /** Submits what is due; milliseconds until more will be. */
  private async dispatch(): Promise<number> {
    const now = Date.now()
    if (now < this.notBefore) return this.notBefore - now
    const waiting = [...this.waiting.values()]
    const short = waiting.filter(({ attempt }) => batching.isShort(this.around.site, attempt))
    const long = waiting.filter(({ attempt }) => !batching.isShort(this.around.site, attempt))
    await this.feed(short.map(({ attempt }) => attempt))
    return this.submitArrays(long, now)
  }

  /** Hands short attempts to workers; submits some where there are none. */
  private async feed(attempts: ReadonlyArray<Attempt>): Promise<void> {
    const { site } = this.around
    const { workers } = this.settings
    let rest = attempts
    while (rest.length > 0) {
      const pool = [...this.jobs.values()].find(
        (job) => job.isOpen() && batching.fits(site, rest[0], job.intent.spec)
      )
      if (pool !== undefined) {
        const taken = rest.filter((attempt) => batching.fits(site, attempt, pool.intent.spec))
        pool.hand(taken)
        for (const { id } of taken) this.waiting.delete(id)
        rest = rest.filter((attempt) => !taken.includes(attempt))
        continue
      }
      const [first] = rest
      const of = batching.workersClass(site, first)
      const shape = { _tag: "workers", count: workers.count } as const
      const job = this.make(first, { ...of, shape, walltime: workers.walltime }, [])
      const taken = rest.filter((attempt) => batching.fits(site, attempt, of))
      job.hand(taken)
      for (const { id } of taken) this.waiting.delete(id)
      await this.launch(job)
      if (job.jobId === undefined) return
      rest = rest.filter((attempt) => !taken.includes(attempt))
    }
  }

  /** Submits arrays of attempts, once no more like them have come for a while. */
  private async submitArrays(waiting: ReadonlyArray<Waiting>, now: number): Promise<number> {
    if (waiting.length === 0) return Infinity
    const settle = 1000 * this.settings.settle
    const last = Math.max(...waiting.map(({ since }) => since))
    const first = Math.min(...waiting.map(({ since }) => since))
    const due = Math.min(last + settle, first + 12 * settle)
    if (now < due) return due - now
    const attempts = waiting.map(({ attempt }) => attempt)
    for (const { attempts: group, of, walltime } of batching.arrays(
      this.around.site,
      attempts,
      await this.maxArray()
    )) {
      const shape = { _tag: "array", size: group.length, running: this.settings.running } as const
      const job = this.make(group[0], { ...of, shape, walltime }, group)
      for (const attempt of group) {
        this.waiting.delete(attempt.id)
        job.adopt(attempt, attempt.id)
      }
      await this.launch(job)
      if (job.jobId === undefined) break
    }
    return Infinity
  }

  private async maxArray(): Promise<number> {
    this.arraySize ??=
      this.settings.arraySize ??
      Number((await this.around.commands.setting("MaxArraySize")) ?? usualArraySize)
    // The controller's figure is the first index that it refuses.
    return Math.max(1, this.arraySize)
  }

  /** Writes down what is going to be submitted. */
  private make(
    first: Attempt,
    spec: Pick<JobSpec, "shape" | "cores" | "memory" | "walltime" | "directives" | "avoid">,
    attempts: ReadonlyArray<Attempt>
  ): Job {
    const { leases, store } = this.around
    const id = `${new Date().toISOString().replace(/\D/g, "")}-${randomBytes(4).toString("hex")}`
    leases.take(id)
    const folder = JobFolder.open(store, id)
    const key = attempts.length > 1 ? Digest.of(attempts.map((attempt) => attempt.key).join()) : first.key
    const intent: JobFolder.Intent = {
      id,
      spec: {
        ...spec,
        name: `largo-${first.run}`,
        comment: `${first.run}:${key}:${id}`,
        folder: folder.path,
        agent: [process.execPath, "--no-warnings", agent]
      },
      attempts,
      idle: this.settings.workers.idle
    }
    folder.create(intent)
    const job = new Job(folder, intent, undefined, this.around)
    this.jobs.set(id, job)
    return job
  }

  /** Submits a job once: after an answer that leaves it open, the queue is searched before it is tried again. */
  private async launch(job: Job): Promise<void> {
    const { commands } = this.around
    const submitted = await commands.submit(job.script(), this.around.cwd)
    if (submitted._tag === "accepted") {
      job.setSubmitted(submitted.id)
      this.tries = 0
      this.note(`submitted ${job.title()} as job ${submitted.id}`)
      return
    }
    if (submitted._tag === "refused") {
      this.jobs.delete(job.folder.id)
      job.refuse(submitted.words)
      job.folder.remove()
      this.around.leases.release(job.folder.id)
      return
    }
    this.note(`sbatch: ${submitted.words}; looking whether the job was accepted all the same`)
    if (await this.search(job)) return
    this.tries += 1
    this.notBefore = Date.now() + Math.min(60_000, 1000 * this.settings.poll * 2 ** Math.min(6, this.tries))
    this.jobs.delete(job.folder.id)
    const since = 0
    for (const attempt of job.giveBack()) this.waiting.set(attempt.id, { attempt, since })
    job.folder.remove()
    this.around.leases.release(job.folder.id)
  }

  /** Looks for a job by its name and comment, until the scheduler has answered twice. */
  private async search(job: Job): Promise<boolean> {
    for (let answers = 0, round = 0; answers < 2 && round < 60; round += 1) {
      const rows = await this.queue([job])
      if (rows !== undefined) answers += 1
      const row = rows?.find(({ comment }) => comment === job.intent.spec.comment)
      if (row !== undefined) {
        job.setSubmitted(row.id)
        this.note(`it was: ${job.title()} is job ${row.id}`)
        return true
      }
      job.listen()
      if (job.hasSpoken()) return true
      await new Promise((done) => setTimeout(done, Math.min(1000 * this.settings.poll, 2000)))
    }
    return false
  }

  private note(words: string): void {
    this.around.report({ _tag: "note", words })
  }
}
