// The usage of a subcommand: its words and options, as data that parsing and help both read.
//
// effect/cli costs 50 ms more at each start and stops at the first problem; node:util's parser does not tell the
// value of an option from the next option.

export interface Option {
  readonly help: string
  /** What stands for its value in the help; a switch has none. */
  readonly takes?: string
  /** The values that it may have, where they are few. */
  readonly choices?: ReadonlyArray<string>
  /** Whether it may be given again and again; its values keep their order. */
  readonly many?: true
}

export type Options = Readonly<Record<string, Option>>

export interface Usage<O extends Options = Options> {
  /** After `largo`: `cache gc`. */
  readonly name: string
  readonly summary: string
  /** Words in order, such as `PIPELINE`; one in brackets, `[STAGE]`, may be left out. */
  readonly words: ReadonlyArray<string>
  readonly options: O
  /** More for the help: a paragraph or an example. */
  readonly notes?: string
}

/** Words as given, checked. */
export interface Words<O extends Options> {
  readonly words: ReadonlyArray<string>
  readonly options: { readonly [K in keyof O]: ValueOf<O[K]> }
}

type ValueOf<O> = O extends { readonly many: true }
  ? ReadonlyArray<string>
  : O extends { readonly takes: string }
    ? string | undefined
    : boolean

/** A command line that cannot be understood: every problem, and what to type. */
export class UsageError extends Error {
  readonly problems: ReadonlyArray<string>
  readonly fix: string
  constructor(problems: ReadonlyArray<string>, fix: string) {
    super(problems.join("\n"))
    this.name = "UsageError"
    this.problems = problems
    this.fix = fix
  }
}

/** Options that every subcommand takes. */
const common = {
  json: { help: "print one line of JSON on standard output, messages on standard error" },
  help: { help: "print this" }
} satisfies Options

/** All options of a subcommand. */
export const optionsOf = (usage: Usage): Options => ({ ...usage.options, ...common })

/** Reads the words of a subcommand. Throws `UsageError` with every problem. */
export const parse = <O extends Options>(usage: Usage<O>, args: ReadonlyArray<string>): Words<O> => {
  const known = optionsOf(usage)
  const problems: Array<string> = []
  const words: Array<string> = []
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(usage.options)) {
    values[name] = option.many === true ? [] : option.takes === undefined ? false : undefined
  }
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      words.push(...rest.splice(0))
      continue
    }
    if (!/^-[^\d]/.test(arg)) {
      words.push(arg)
      continue
    }
    const [flag = "", inline] = splitOnce(arg, "=")
    const name = flag.replace(/^--/, "")
    const option = Object.hasOwn(known, name) ? known[name] : undefined
    if (option === undefined) {
      problems.push(`${flag}: no such option${suggestion(name, Object.keys(known))}`)
      continue
    }
    if (option.takes === undefined) {
      if (inline === undefined) values[name] = true
      else problems.push(`${flag}: takes no value, got "${inline}"`)
      continue
    }
    // A value that looks like an option is one: `--jobs --json` forgot a number.
    const value = inline ?? (rest[0]?.startsWith("--") ? undefined : rest.shift())
    if (value === undefined) problems.push(`${flag}: needs a value, ${option.takes}`)
    else if (option.many === true) (values[name] as Array<string>).push(value)
    else if (values[name] === undefined) values[name] = value
    else problems.push(`${flag}: given twice, the second time as "${value}"`)
  }
  const needed = usage.words.filter((word) => !word.startsWith("["))
  for (const word of needed.slice(words.length)) problems.push(`${word}: is missing`)
  for (const word of words.slice(usage.words.length)) problems.push(`${word}: one word too many`)
  if (problems.length > 0) throw new UsageError(problems, `type: ${synopsis(usage)}`)
  return { words, options: values as Words<O>["options"] }
}

/** The text before and after the first separator. */
const splitOnce = (text: string, separator: string): ReadonlyArray<string> => {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** `largo run PIPELINE [options]`. */
export const synopsis = (usage: Usage): string =>
  ["largo", usage.name, ...usage.words, ...(Object.keys(usage.options).length > 0 ? ["[options]"] : [])].join(
    " "
  )

/** The help of a subcommand. */
export const help = (usage: Usage): string => {
  const options = Object.entries(optionsOf(usage))
  const heads = options.map(
    ([name, option]) => `--${name}${option.takes === undefined ? "" : ` ${option.takes}`}`
  )
  const width = Math.max(...heads.map(({ length }) => length)) + 2
  const lines = options.map(([, { help: text }], index) => `  ${heads[index].padEnd(width)}${text}`)
  const notes = usage.notes === undefined ? [] : ["", usage.notes]
  return [`${usage.summary}\n`, `  ${synopsis(usage)}\n`, ...lines, ...notes].join("\n")
}

/** `; did you mean X?` where one known name is close. */
export const suggestion = (given: string, known: ReadonlyArray<string>): string => {
  const close = known
    .map((name) => ({ name, distance: editDistance(given, name) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(given.length / 3)))
    .sort((a, b) => a.distance - b.distance)[0]
  return close === undefined ? "" : `; did you mean ${close.name}?`
}

/** Levenshtein's distance: how many letters to add, drop or change. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[b.length]
}
