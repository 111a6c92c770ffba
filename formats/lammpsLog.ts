// LAMMPS log files (styles of 2021 to 2025): thermo output by run, errors, warnings, speed; whole or as they grow.

/** The thermo output of one `run` or `minimize`. */
export interface LogSegment {
  readonly columns: readonly string[]
  readonly count: number
  /** By column, [row]; NaN and infinities as LAMMPS printed them. */
  readonly data: Readonly<Record<string, Float64Array>>
  /** What the line "Loop time" says; null where the run did not end. */
  readonly loop: {
    readonly seconds: number
    readonly procs: number
    readonly steps: number
    readonly atoms: number
  } | null
  readonly stepsPerSecond: number | null
}

/** The first value of the thermo output that is not finite. */
export interface NonFinite {
  readonly segment: number
  readonly row: number
  readonly step: number
  readonly column: string
  readonly value: number
}

export interface LammpsLog {
  /** Such as "29 Sep 2021 - Update 2". */
  readonly version: string | null
  readonly segments: readonly LogSegment[]
  /** The texts behind "ERROR:" and "WARNING:". */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  readonly nonFinite: NonFinite | null
  readonly lostAtoms: { readonly original: number; readonly current: number } | null
  readonly inconsistentImages: boolean
  /** How many rows of tabulated potentials have a force that is not the slope of their energy. */
  readonly inconsistentForces: number
  /** Seconds, as the last line of a finished log has them; null where LAMMPS did not come to its end. */
  readonly wallTime: number | null
}

/** Where a growing log stands: the last step printed, and the first and last of its run as far as they are known. */
export interface LogProgress {
  readonly segment: number
  readonly step: number
  readonly firstStep: number
  readonly lastStep: number | null
  /** The last row of the thermo output, by column. */
  readonly values: Readonly<Record<string, number>>
}

/** Reads a whole log. */
export const parseLammpsLog = (log: string | Uint8Array): LammpsLog => {
  const parser = new LammpsLogParser()
  parser.push(log)
  return parser.finish()
}

/**
 * What is wrong with a run by its log, the cause before its consequences, or null. Exit status 0 proves nothing:
 * LAMMPS goes on with NaN.
 */
export const troubleIn = ({ errors, lostAtoms, nonFinite }: LammpsLog): string | null => {
  if (nonFinite !== null) {
    return `${nonFinite.column} is ${nonFinite.value} at step ${nonFinite.step} of run ${nonFinite.segment + 1}`
  }
  if (lostAtoms !== null)
    return `${lostAtoms.original - lostAtoms.current} of ${lostAtoms.original} atoms were lost`
  return errors[0] ?? null
}

interface OpenSegment {
  columns: string[]
  rows: number[][]
  loop: LogSegment["loop"]
  stepsPerSecond: number | null
}

type State = "outside" | "header" | "table" | "multi" | "yaml"

/** Takes a log in pieces of any size, and can say at any time how far it is. */
export class LammpsLogParser {
  readonly #decoder = new TextDecoder()
  readonly #segments: OpenSegment[] = []
  readonly #errors: string[] = []
  readonly #warnings: string[] = []
  #rest = ""
  #state: State = "outside"
  #version: string | null = null
  #wallTime: number | null = null
  #lostAtoms: LammpsLog["lostAtoms"] = null
  #nonFinite: NonFinite | null = null
  // The steps of the last `run` command that the log echoes.
  #steps: { count: number; upto: boolean } | null = null

  push(chunk: string | Uint8Array): void {
    const text = typeof chunk === "string" ? chunk : this.#decoder.decode(chunk, { stream: true })
    const lines = (this.#rest + text).split("\n")
    this.#rest = lines.pop() ?? ""
    for (const line of lines) this.#take(line)
  }

  /** Null before the first thermo output. */
  get progress(): LogProgress | null {
    const segment = this.#segments.findLastIndex(({ rows }) => rows.length > 0)
    if (segment < 0) return null
    const { columns, rows } = this.#segments[segment]
    const at = columns.indexOf("Step")
    const row = rows.at(-1) ?? []
    const firstStep = at < 0 ? 0 : rows[0][at]
    const steps = this.#steps
    return {
      segment,
      step: at < 0 ? 0 : row[at],
      firstStep,
      lastStep: steps === null || at < 0 ? null : steps.count + (steps.upto ? 0 : firstStep),
      values: Object.fromEntries(columns.map((name, i) => [name, row[i]]))
    }
  }

  finish(): LammpsLog {
    this.#take(this.#rest)
    this.#rest = ""
    return {
      version: this.#version,
      segments: this.#segments.filter(({ columns }) => columns.length > 0).map(closeSegment),
      errors: this.#errors,
      warnings: this.#warnings,
      nonFinite: this.#nonFinite,
      lostAtoms: this.#lostAtoms,
      inconsistentImages: this.#warnings.some((text) => /inconsistent image flags/i.test(text)),
      inconsistentForces: this.#warnings.reduce((sum, text) => sum + inconsistentForces(text), 0),
      wallTime: this.#wallTime
    }
  }

  #take(line: string): void {
    const text = line.trim()
    if (text === "" || this.#takeMessage(text)) return
    const segment = this.#segments.at(-1)
    if (text.startsWith("Per MPI rank memory") || text.startsWith("Memory usage per processor")) {
      this.#segments.push({ columns: [], rows: [], loop: null, stepsPerSecond: null })
      this.#state = "header"
    } else if (segment !== undefined && this.#state === "outside") {
      const speed = /([\d.e+-]+) timesteps\/s/.exec(text)
      if (text.startsWith("Performance:") && speed !== null) segment.stepsPerSecond = Number(speed[1])
    } else if (segment !== undefined) {
      this.#takeThermo(text, segment)
    }
    if (this.#state === "outside") this.#takeCommand(text)
  }

  // Lines that may come at any place.
  #takeMessage(text: string): boolean {
    const problem = /^(ERROR|WARNING)[^:]*:\s*(.*)$/.exec(text)
    if (problem !== null) {
      const list = problem[1] === "ERROR" ? this.#errors : this.#warnings
      list.push(problem[2])
      const lost = /Lost atoms: original (\d+) current (\d+)/.exec(text)
      if (lost !== null) this.#lostAtoms = { original: Number(lost[1]), current: Number(lost[2]) }
      return true
    }
    const wall = /^Total wall time: (\d+):(\d+):(\d+)/.exec(text)
    if (wall !== null) this.#wallTime = 3600 * Number(wall[1]) + 60 * Number(wall[2]) + Number(wall[3])
    const version = /^LAMMPS \((.*)\)$/.exec(text)
    if (version !== null) this.#version ??= version[1]
    return wall !== null || version !== null
  }

  #takeCommand(text: string): void {
    const run = /^run\s+(\d+)(\s+upto\b)?/.exec(text)
    const minimize = /^minimize\s+\S+\s+\S+\s+(\d+)/.exec(text)
    if (run !== null) this.#steps = { count: Number(run[1]), upto: run[2] !== undefined }
    else if (minimize !== null) this.#steps = { count: Number(minimize[1]), upto: false }
  }

  #takeThermo(text: string, segment: OpenSegment): void {
    const loop = /^Loop time of (\S+) on (\d+) procs for (\d+) steps with (\d+) atoms/.exec(text)
    if (loop !== null) {
      const [seconds, procs, steps, atoms] = loop.slice(1).map(Number)
      segment.loop = { seconds, procs, steps, atoms }
      this.#state = "outside"
    } else if (text === "---") {
      this.#state = "yaml"
    } else if (/^-{4,} Step /.test(text)) {
      this.#state = "multi"
      this.#takeMulti(text.replace("Step", "Step =").replace("(sec)", ""), segment, true)
    } else if (this.#state === "multi") {
      this.#takeMulti(text, segment, false)
    } else if (this.#state === "yaml") {
      this.#takeYaml(text, segment)
    } else if (this.#state === "header") {
      segment.columns = text.split(/\s+/)
      this.#state = "table"
    } else {
      this.#takeRow(text.split(/\s+/), segment)
    }
  }

  // "Temp = 300.0 Press = 1.0", several lines a row: the first of them tells that a row begins.
  #takeMulti(text: string, segment: OpenSegment, begins: boolean): void {
    if (begins) segment.rows.push([])
    const row = segment.rows.at(-1) ?? []
    for (const [, name, value] of text.matchAll(/([A-Za-z]\S*)\s+=\s+(\S+)/g)) {
      let at = segment.columns.indexOf(name)
      if (at < 0) at = segment.columns.push(name) - 1
      row[at] = thermoNumber(value) ?? Number.NaN
    }
    this.#noteNonFinite(segment, row)
  }

  #takeYaml(text: string, segment: OpenSegment): void {
    const items = /\[(.*?),?\s*\]/.exec(text)?.[1].split(/\s*,\s*/) ?? []
    if (text.startsWith("keywords:")) segment.columns = items.map((item) => item.replaceAll(/['"]/g, ""))
    else if (text.startsWith("- [")) this.#takeRow(items, segment)
  }

  // Other lines come between the rows, such as the statistics of SHAKE: what has not the columns is no row.
  #takeRow(words: readonly string[], segment: OpenSegment): void {
    if (words.length !== segment.columns.length) return
    const row: number[] = []
    for (const word of words) {
      const value = thermoNumber(word)
      if (value === undefined) return
      row.push(value)
    }
    segment.rows.push(row)
    this.#noteNonFinite(segment, row)
  }

  #noteNonFinite({ columns, rows }: OpenSegment, row: readonly number[]): void {
    const at = row.findIndex((value) => !Number.isFinite(value))
    if (this.#nonFinite !== null || at < 0) return
    const step = row[columns.indexOf("Step")] ?? 0
    const segment = this.#segments.length - 1
    this.#nonFinite = { segment, row: rows.length - 1, step, column: columns[at], value: row[at] }
  }
}

const inconsistentForces = (warning: string): number =>
  Number(/^(\d+) of \d+ force values in table .*inconsistent/.exec(warning)?.[1] ?? 0)

const closeSegment = ({ columns, loop, rows, stepsPerSecond }: OpenSegment): LogSegment => ({
  columns,
  count: rows.length,
  data: Object.fromEntries(columns.map((name, i) => [name, Float64Array.from(rows, (row) => row[i])])),
  loop,
  stepsPerSecond
})

const thermoNumber = (word: string): number | undefined => {
  const value = Number(word)
  if (!Number.isNaN(value)) return value
  if (/^[+-]?\.?nan/i.test(word)) return Number.NaN
  if (/^\+?\.?inf/i.test(word)) return Infinity
  return /^-\.?inf/i.test(word) ? -Infinity : undefined
}
