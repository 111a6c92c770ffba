// A site: what `largo.config.ts` says of the place where attempts run; resources by stage, and the ways of its Slurm.
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Resources } from "../pipeline/Stage.ts"
import { problems } from "../schemas/issues.ts"

/** A time in seconds, or text: `90 min`, `12 h`, `2 days`, `HH:MM:SS`, `D-HH:MM:SS`. */
const Time = Schema.Union([Schema.Finite, Schema.String]).check(
  Schema.makeFilter((value) => (seconds(value) > 0 ? undefined : 'needs a time such as "12 h" or "01:30:00"'))
)
/** Mebibytes, or text: `500 MB`, `8 GB`. */
const Memory = Schema.Union([Schema.Finite, Schema.String]).check(
  Schema.makeFilter((value) => (mebibytes(value) > 0 ? undefined : 'needs a size such as "500 MB" or "8 GB"'))
)
const Whole = Schema.Int.check(Schema.isGreaterThan(0))
const Words = Schema.String.check(Schema.isPattern(/^[^\s'"`$\\]+$/u))
const Line = Schema.String.check(Schema.isPattern(/^[^\n]*$/u))

/** What attempts ask for; what is left out is as the stage says. */
const Asked = Schema.Struct({
  cores: Schema.optionalKey(Whole),
  memory: Schema.optionalKey(Memory),
  walltime: Schema.optionalKey(Time),
  /** GPUs of one node. */
  gpus: Schema.optionalKey(Schema.Union([Whole, Words])),
  partition: Schema.optionalKey(Words),
  account: Schema.optionalKey(Words),
  qos: Schema.optionalKey(Words),
  constraint: Schema.optionalKey(Words),
  /** Loaded with `module load` before anything starts. */
  modules: Schema.optionalKey(Schema.Array(Words)),
  /** Lines of the script: `#SBATCH` ones, or shell. */
  lines: Schema.optionalKey(Schema.Array(Line)),
  /** Whether each attempt is a job of its own (an element of an array), or one that workers pull. */
  batch: Schema.optionalKey(Schema.Literals(["array", "workers"]))
})

const Slurm = Schema.Struct({
  /** The allocation in which short attempts are pulled by workers. */
  workers: Schema.optionalKey(
    Schema.Struct({
      count: Schema.optionalKey(Whole),
      cores: Schema.optionalKey(Whole),
      memory: Schema.optionalKey(Memory),
      walltime: Schema.optionalKey(Time),
      /** They leave when there was nothing to do for so long. */
      idle: Schema.optionalKey(Time)
    })
  ),
  /** Attempts that are expected to take less are pulled by workers. */
  short: Schema.optionalKey(Time),
  /** Jobs of an array that may run at once. */
  running: Schema.optionalKey(Whole),
  /** Elements that an array may have; as the controller says where it is left out. */
  arraySize: Schema.optionalKey(Whole),
  /** Time between two looks at the queue. */
  poll: Schema.optionalKey(Time),
  /** How long to wait for more like attempts before an array is submitted. */
  settle: Schema.optionalKey(Time),
  /** How long a job may be missing from the queue without a word from itself until it is lost. */
  grace: Schema.optionalKey(Time),
  /** Core-hours above which `largo run` asks before it begins. */
  confirm: Schema.optionalKey(Schema.Finite)
})

const File = Schema.Struct({
  defaults: Schema.optionalKey(Asked),
  stages: Schema.optionalKey(Schema.Record(Schema.String, Asked)),
  slurm: Schema.optionalKey(Slurm)
})

/** What `largo.config.ts` exports by default. */
export type Site = typeof File.Type
export type Asked = typeof Asked.Type

/** A site file that cannot be used: every problem with its path. */
export class BadSite extends Error {
  readonly problems: ReadonlyArray<string>
  readonly fix: string
  constructor(place: string, found: ReadonlyArray<string>) {
    super(`${place} is not a site file:\n${found.map((problem) => `  ${problem}`).join("\n")}`)
    this.name = "BadSite"
    this.problems = found
    this.fix = "mend it; docs/cluster.md has an example"
  }
}

const decode = Schema.decodeUnknownResult(File, { errors: "all", onExcessProperty: "error" })

/** Checks a site. Throws `BadSite`. */
export const parse = (value: unknown, place: string): Site => {
  const decoded = decode(value)
  if (Result.isFailure(decoded)) throw new BadSite(place, problems(decoded.failure))
  return decoded.success
}

const defaultFile = "largo.config.ts"

/**
 * The site of a working folder, with settings of the command line on top; empty where there is no file.
 * @param settings such as `stages.all-atom-md.cores=8`: the last name and value, the path before it with dots
 */
export const load = async (
  folder: string,
  file: string | undefined,
  settings: ReadonlyArray<string>
): Promise<{ readonly site: Site; readonly file: string | undefined }> => {
  const path = resolve(folder, file ?? defaultFile)
  const found = existsSync(path)
  if (file !== undefined && !found) throw new BadSite(path, ["there is no such file"])
  let value: unknown = {}
  if (found) {
    const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
    if (module.default === undefined) throw new BadSite(path, ["it has no default export"])
    value = module.default
  }
  const place = found ? path : settings.length > 0 ? "--site-set" : path
  for (const setting of settings) value = withSetting(value, setting)
  return { site: parse(value, place), file: found ? path : undefined }
}

const withSetting = (value: unknown, setting: string): unknown => {
  const at = setting.indexOf("=")
  if (at < 1) throw new BadSite(`--site-set ${setting}`, ["needs NAME=VALUE"])
  const text = setting.slice(at + 1)
  const given: unknown = /^-?\d+(\.\d+)?$/.test(text)
    ? Number(text)
    : /^[[{]/.test(text)
      ? JSON.parse(text)
      : text
  const put = (node: unknown, [name = "", ...rest]: ReadonlyArray<string>): unknown => {
    const record = typeof node === "object" && node !== null ? (node as Record<string, unknown>) : {}
    return { ...record, [name]: rest.length === 0 ? given : put(record[name], rest) }
  }
  return put(value, setting.slice(0, at).split("."))
}

const unitsOfTime: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400
}

/** Seconds; NaN for what is no time. */
export const seconds = (value: number | string): number => {
  if (typeof value === "number") return value
  const clock = /^(?:(\d+)-)?(\d+):(\d\d):(\d\d)$/.exec(value)
  if (clock !== null) {
    const [days = 0, hours, minutes, rest] = clock.slice(1).map((part) => Number(part ?? 0))
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest
  }
  const [, amount, unit = "s"] = /^(\d+(?:\.\d+)?) *([a-z]*?)s?$/.exec(value) ?? []
  return Number(amount) * (unitsOfTime[unit === "" ? "s" : unit] ?? NaN)
}

/** Mebibytes; NaN for what is no size. */
export const mebibytes = (value: number | string): number => {
  if (typeof value === "number") return value
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?) *([KMGT])i?B?$/i.exec(value) ?? []
  return Math.ceil(Number(amount) * 1024 ** ("KMGT".indexOf(unit.toUpperCase()) - 1))
}

/** What a stage asks for here: the site's word for the stage, else its own, else the site's word for all. */
export const resourcesOf = (site: Site, stage: string, stated: Resources): Resources => {
  const { cores, memory, walltime } = {
    ...site.defaults,
    ...drop(stated),
    ...drop(site.stages?.[stage] ?? {})
  }
  return {
    ...(cores === undefined ? {} : { cores }),
    ...(memory === undefined ? {} : { memory: mebibytes(memory) }),
    ...(walltime === undefined ? {} : { walltime: seconds(walltime) })
  }
}

/** All that a stage asks of the scheduler besides cores, memory and time. */
export const directivesOf = (site: Site, stage: string): Omit<Asked, "cores" | "memory" | "walltime"> => {
  const {
    cores: _,
    memory: __,
    walltime: ___,
    ...rest
  } = { ...site.defaults, ...drop(site.stages?.[stage] ?? {}) }
  return rest
}

const drop = <A extends object>(record: A): A =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as A

/** The site's Slurm settings with their defaults; times in s, memory in MiB. */
export interface Settings {
  readonly workers: {
    readonly count: number
    readonly cores: number
    readonly memory: number
    readonly walltime: number
    readonly idle: number
  }
  readonly short: number
  readonly running: number | undefined
  readonly arraySize: number | undefined
  readonly poll: number
  readonly settle: number
  readonly grace: number
  readonly confirm: number
}

export const settingsOf = ({ slurm = {} }: Site): Settings => {
  const { workers = {} } = slurm
  const time = (value: number | string | undefined, otherwise: number): number =>
    value === undefined ? otherwise : seconds(value)
  return {
    workers: {
      count: workers.count ?? 8,
      cores: workers.cores ?? 1,
      memory: workers.memory === undefined ? 2048 : mebibytes(workers.memory),
      walltime: time(workers.walltime, 4 * 3600),
      idle: time(workers.idle, 120)
    },
    short: time(slurm.short, 300),
    running: slurm.running,
    arraySize: slurm.arraySize,
    poll: time(slurm.poll, 10),
    settle: time(slurm.settle, 5),
    grace: time(slurm.grace, 120),
    confirm: slurm.confirm ?? 100
  }
}
