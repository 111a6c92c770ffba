// A job in the driver's eyes: the attempts that are still open in it, and what its folder and the scheduler say of them.
import { readFileSync } from "node:fs"
import type { Blob } from "../../cache/ContentStore.ts"
import type { Store } from "../../cache/Store.ts"
import type { Attempt } from "../../pipeline/Attempt.ts"
import type { Report } from "../../pipeline/Executor.ts"
import { keepLogs } from "../../pipeline/keepLogs.ts"
import type { Outcome } from "../../pipeline/outcome.ts"
import type { JobRow } from "./commands.ts"
import type { Claim, Ended, Intent, JobFolder } from "./JobFolder.ts"
import { isActive, judge } from "./judge.ts"
import type { Evidence } from "./judge.ts"
import { script } from "./script.ts"

/** How much of a log is looked at, in characters. */
const tailLength = 4000

export class Job {
  readonly folder: JobFolder
  readonly intent: Intent
  jobId: string | undefined
  /** Name in the folder -> the attempt that waits for it: of this run, whoever began it. */
  readonly open = new Map<string, Attempt>()
  private readonly around: { readonly store: Store; readonly report: (report: Report) => void }
  private readonly claims = new Map<string, Claim>()
  private readonly exits = new Map<string, number>()
  private readonly ends = new Map<string, Ended>()
  /** Name -> when it was first neither in the queue nor at its end, in ms. */
  private readonly missing = new Map<string, number>()
  /** Names that a driver before this one began. */
  private readonly adopted = new Set<string>()
  private readonly dropped = new Set<string>()
  private seen = false
  private over = false
  private closed = false
  private lists: number

  constructor(
    folder: JobFolder,
    intent: Intent,
    jobId: string | undefined,
    around: { readonly store: Store; readonly report: (report: Report) => void }
  ) {
    this.folder = folder
    this.intent = intent
    this.jobId = jobId
    this.around = around
    const { closed, names } = folder.lists()
    this.lists = names.length
    this.closed = closed
  }

  get ended(): boolean {
    return this.over
  }

  private get isArray(): boolean {
    return this.intent.spec.shape._tag === "array"
  }

  /** Whether workers of this job take further attempts. */
  isOpen(): boolean {
    return !this.isArray && !this.over && !this.closed
  }

  title(): string {
    const { shape } = this.intent.spec
    return shape._tag === "array"
      ? `${shape.size} ${shape.size === 1 ? "attempt" : "attempts"}`
      : `${shape.count} ${shape.count === 1 ? "worker" : "workers"}`
  }

  script(): string {
    return script(this.intent.spec)
  }

  everyAttempt(): ReadonlyArray<Attempt> {
    const handed = this.folder.lists().names.flatMap((name) => this.folder.list(name) ?? [])
    return [...this.intent.attempts, ...handed]
  }

  setSubmitted(jobId: string): void {
    this.jobId = jobId
    this.folder.setSubmitted(jobId)
  }

  /** Waits for the attempt of a name on behalf of another one with the same key. */
  adopt(attempt: Attempt, as: string): void {
    this.open.set(as, attempt)
    if (attempt.id !== as) this.adopted.add(as)
  }

  /** Hands attempts to the workers. */
  hand(attempts: ReadonlyArray<Attempt>): void {
    this.lists += 1
    this.folder.add(this.lists, attempts)
    for (const attempt of attempts) this.open.set(attempt.id, attempt)
  }

  /** Whether the job itself has written anything. */
  hasSpoken(): boolean {
    return this.claims.size > 0
  }

  /** Reads what the agents have written since the last time. */
  listen(): void {
    if (this.open.size === 0) return
    for (const name of this.folder.claims.names()) {
      const claim = this.claims.has(name) ? undefined : this.folder.claims.read(name)
      if (claim === undefined) continue
      this.claims.set(name, claim)
      const attempt = this.open.get(name)
      if (attempt !== undefined) this.around.report({ _tag: "started", attempt: attempt.id, at: claim.at })
    }
    for (const name of this.folder.exits.names()) {
      const status = this.exits.has(name) ? undefined : this.folder.exits.read(name)
      if (status !== undefined) this.exits.set(name, status)
    }
    for (const name of this.folder.ended.names()) {
      const end = this.ends.has(name) ? undefined : this.folder.ended.read(name)
      if (end !== undefined) this.ends.set(name, end)
    }
    for (const name of this.open.keys()) {
      const outcome = this.ends.get(name)?.outcome
      // A program that was killed may have been killed for its memory, which Slurm says when the job is over.
      const unsure = this.isArray && outcome?._tag === "failed" && outcome.outcome !== "BadInput"
      if (outcome !== undefined && !unsure) this.settle(name, undefined)
    }
  }

  isIn(rows: ReadonlyArray<JobRow>): boolean {
    return rows.some((row) => this.isOwn(row))
  }

  /** Job ids are used again: a row is ours by the name of the run and by the comment. */
  private isOwn({ comment, id, name }: JobRow): boolean {
    if (name !== this.intent.spec.name) return false
    return comment === this.intent.spec.comment || (comment === "" && id === this.jobId)
  }

  /**
   * Takes what the scheduler says of all jobs.
   * @param grace seconds that an attempt may be missing
   * @returns attempts that this job never came to, to be submitted again
   */
  judge(all: ReadonlyArray<JobRow>, grace: number): ReadonlyArray<Attempt> {
    const rows = all.filter((row) => this.isOwn(row))
    const now = Date.now()
    const [first] = rows
    if (first !== undefined) {
      this.seen = true
      if (this.jobId === undefined) this.setSubmitted(first.id)
    }
    const back: Array<Attempt> = []
    for (const [name, attempt] of this.open) {
      const row = this.rowOf(name, rows)
      const exit = this.exitOf(name)
      const going = row !== undefined && isActive(row.state) && (this.isArray || exit === undefined)
      if (going) {
        this.missing.delete(name)
        continue
      }
      const since = this.missing.get(name) ?? now
      this.missing.set(name, since)
      // Its own last word may still be on the way, if it can say one.
      const known = this.ends.has(name) || exit !== undefined
      const patience = known ? 0 : row === undefined ? 1000 * grace : 250 * grace
      if (now - since < patience) continue
      if (this.isMineToGiveBack(name, row)) {
        this.open.delete(name)
        back.push(attempt)
      } else this.settle(name, row)
    }
    const lost = [...this.missing.values()].some((since) => now - since < 1000 * grace)
    this.over =
      this.jobId === undefined
        ? !lost && !this.seen && this.open.size === 0
        : !rows.some(({ state }) => isActive(state))
    return back
  }

  private isMineToGiveBack(name: string, row: JobRow | undefined): boolean {
    if (this.ends.has(name)) return false
    const untouched = !this.claims.has(name)
    // A driver before this one may have been killed before it submitted, and the job may have been lost since.
    if (this.adopted.has(name) && (row === undefined || untouched)) return true
    // Workers that came to the end of their time leave what they have not begun; those that began nothing are broken.
    return !this.isArray && untouched && this.claims.size > 0
  }

  private rowOf(name: string, rows: ReadonlyArray<JobRow>): JobRow | undefined {
    if (!this.isArray) return rows.find(({ state }) => isActive(state)) ?? rows[0]
    const element = this.intent.attempts.findIndex(({ id }) => id === name)
    return rows.find((row) => row.element === element)
  }

  private exitOf(name: string): number | undefined {
    const agent = this.claims.get(name)?.agent
    return agent === undefined ? undefined : this.exits.get(agent)
  }

  /** Reports how an attempt ended, by all that is known. */
  private settle(name: string, row: JobRow | undefined): void {
    const attempt = this.open.get(name)
    if (attempt === undefined) return
    this.open.delete(name)
    const outcome = this.outcomeOf(name, attempt, row)
    if (outcome._tag === "failed") this.folder.tell(name)
    this.around.report({ _tag: "ended", attempt: attempt.id, outcome })
  }

  private outcomeOf(name: string, attempt: Attempt, row: JobRow | undefined): Outcome {
    const end = this.ends.get(name)
    const claim = this.claims.get(name)
    const recorded = end?.outcome
    if (recorded !== undefined && recorded._tag !== "failed") return recorded
    const node = end?.node ?? claim?.node ?? row?.node ?? ""
    const words = this.wordsOf(name, claim)
    const evidence: Evidence = {
      recorded,
      told: end !== undefined && recorded === undefined,
      exit: this.exitOf(name),
      words,
      state: row?.state,
      reason: row?.reason ?? "",
      job: this.elementId(name),
      node
    }
    const verdict = judge(evidence)
    if (verdict === undefined && recorded !== undefined) return { ...recorded, node }
    const { fix, futile, message, outcome } = verdict!
    const folder = claim?.folder ?? attempt.folder
    const logs = recorded?.logs ?? end?.logs ?? this.logsOf(folder)
    return {
      _tag: "failed",
      outcome,
      message,
      fix,
      ...(futile ? { futile } : {}),
      logs: words === "" ? logs : { ...logs, ...this.keep("job.out", words) },
      folder,
      node
    }
  }

  private elementId(name: string): string {
    const element = this.intent.attempts.findIndex(({ id }) => id === name)
    return this.isArray ? `${this.jobId ?? "?"}_${element}` : (this.jobId ?? "?")
  }

  private wordsOf(name: string, claim: Claim | undefined): string {
    const files = [
      `slurm-${this.elementId(name)}.out`,
      ...(claim === undefined ? [] : [`${claim.agent}.out`])
    ]
    return files.map((file) => tailOf(`${this.folder.path}/out/${file}`)).join("")
  }

  private logsOf(folder: string): Readonly<Record<string, Blob>> {
    try {
      return keepLogs(this.around.store, folder)
    } catch {
      return {}
    }
  }

  private keep(name: string, words: string): Readonly<Record<string, Blob>> {
    try {
      return { [name]: this.around.store.contents.put(Buffer.from(words)) }
    } catch {
      return {}
    }
  }

  /** Forgets the attempts of these ids; whether there were any. */
  drop(ids: ReadonlySet<string>): boolean {
    let any = false
    for (const [name, { id }] of this.open) {
      if (!ids.has(id)) continue
      any = true
      this.open.delete(name)
      this.dropped.add(name)
      // Who claims it first keeps the workers away from it.
      if (!this.isArray) this.folder.claim(name, { agent: "driver", node: "", at: Date.now(), folder: "" })
    }
    return any
  }

  /** The jobs and elements that have to be cancelled, of those that are in the queue. */
  doomed(all: ReadonlyArray<JobRow>): ReadonlyArray<string> {
    const rows = all.filter((row) => this.isOwn(row) && isActive(row.state))
    if (!this.isArray) return this.open.size === 0 ? rows.map(({ id }) => id) : []
    return rows.flatMap(({ element, id }) => {
      const name = element === undefined ? undefined : this.intent.attempts[element]?.id
      return name !== undefined && this.dropped.has(name) ? [`${id}_${element}`] : []
    })
  }

  /** The scheduler does not take this job. */
  refuse(words: string): void {
    for (const { folder, id } of this.open.values()) {
      const message = `sbatch refused ${this.title()}: ${words}`
      const fix = "mend largo.config.ts; largo doctor --executor slurm checks it"
      const outcome: Outcome = {
        _tag: "failed",
        outcome: "NodeFailed",
        message,
        fix,
        futile: true,
        logs: {},
        folder
      }
      this.around.report({ _tag: "ended", attempt: id, outcome })
    }
    this.open.clear()
  }

  /** The attempts of a job that was never submitted. */
  giveBack(): ReadonlyArray<Attempt> {
    const attempts = [...this.open.values()]
    this.open.clear()
    return attempts
  }

  /** Lets the workers leave. */
  finish(): void {
    if (this.isArray || this.closed) return
    this.closed = true
    this.folder.close()
  }
}

const tailOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8").slice(-tailLength)
  } catch {
    return ""
  }
}
