// Numbers in words: durations, sizes, counts.

const units = ["B", "kB", "MB", "GB", "TB", "PB"]

/** Bytes with three digits: `1.25 GB` (powers of ten, as disks are sold). */
export const size = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 ? value : Number(value.toPrecision(3))} ${units[power]}`
}

/** Seconds: `0.42 s`, `12 s`, `3 min 05 s`, `2 h 10 min`, `4 d 3 h`. */
export const duration = (seconds: number): string => {
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const two = (value: number): string => String(value).padStart(2, "0")
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
  const minutes = Math.round(whole / 60)
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** CPU seconds as the hours that clusters count in. */
export const coreHours = (seconds: number): string => {
  const hours = seconds / 3600
  return `${hours < 0.001 ? "under 0.001" : Number(hours.toPrecision(2))} core-hours`
}

/** `1,234` of a whole number. Not by `toLocaleString`, whose tables take 30 ms of every start. */
export const count = (value: number): string => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",")

/** `1 node`, `2 nodes`. */
export const plural = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? "" : "s"}`

/** Lines of columns, each as wide as its widest cell; numbers right. */
export const columns = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  right: ReadonlyArray<number> = []
): string => {
  const widths: Array<number> = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  }
  const pad = (cell: string, index: number): string =>
    right.includes(index) ? cell.padStart(widths[index]) : cell.padEnd(widths[index])
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n")
}

const multiples: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }

/** Bytes from `500MB`, `2.5 GB`, `10GiB`, `1e9`, or undefined. */
export const parseSize = (text: string): number | undefined => {
  const match = /^\s*(\d+(?:\.\d+)?(?:e\d+)?)\s*([kmgt]?)(i?)b?\s*$/i.exec(text)
  if (match === null) return undefined
  const [, value, prefix, binary] = match
  const power = Object.keys(multiples).indexOf(prefix.toLowerCase())
  return Math.round(Number(value) * (binary === "" ? multiples[prefix.toLowerCase()] : 1024 ** power))
}
