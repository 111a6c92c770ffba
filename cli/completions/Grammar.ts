// What can stand where on a command line, as data that the script of every shell is written from.
import { commands } from "../commands.ts"
import { shipped } from "../loadPipeline.ts"
import { optionsOf } from "../Usage.ts"
import type { Usage } from "../Usage.ts"

/** What a word may be: some of a few words, or what the shell or the store has. */
export interface Kind {
  readonly words: ReadonlyArray<string>
  readonly files: boolean
  readonly folders: boolean
  /** Ids of runs. */
  readonly runs: boolean
}

export interface OptionGrammar {
  readonly name: string
  readonly help: string
  /** Undefined for a switch. */
  readonly value: Kind | undefined
  readonly many: boolean
}

export interface CommandGrammar {
  /** `cache gc`. */
  readonly name: string
  readonly summary: string
  readonly words: ReadonlyArray<Kind>
  readonly options: ReadonlyArray<OptionGrammar>
}

/** Of all commands, in the order of the help. */
export const grammar = async (): Promise<ReadonlyArray<CommandGrammar>> =>
  Promise.all(
    Object.entries(commands).map(async ([name, { load, summary }]) => {
      const { command } = await load()
      return { name, summary, ...slotsOf(command.usage) }
    })
  )

const slotsOf = (usage: Usage): Pick<CommandGrammar, "words" | "options"> => ({
  words: usage.words.map((word) => kindOf(word.replace(/^\[|\]$/g, ""))),
  options: Object.entries(optionsOf(usage)).map(([name, { choices, help, many, takes }]) => ({
    name,
    help,
    value: takes === undefined ? undefined : kindOf(takes, choices),
    many: many === true
  }))
})

/** By what stands for the word in the help: `PIPELINE|RUN`, `FILE.html`, `bash|zsh`. */
const kindOf = (stand: string, choices: ReadonlyArray<string> = []): Kind => {
  const parts = stand.split("|")
  return {
    words: [
      ...choices,
      ...parts.filter((part) => part === part.toLowerCase()),
      ...(parts.includes("PIPELINE") ? shipped() : []),
      ...(parts.includes("RUN") ? ["latest"] : [])
    ],
    files: parts.some((part) => part === "PIPELINE" || part === "DUMP" || part.startsWith("FILE")),
    folders: parts.includes("DIR"),
    runs: parts.includes("RUN")
  }
}

/** The commands whose name has two words, such as `cache gc`, by the first. */
export const groupsOf = (
  all: ReadonlyArray<CommandGrammar>
): ReadonlyMap<string, ReadonlyArray<CommandGrammar>> =>
  Map.groupBy(
    all.filter(({ name }) => name.includes(" ")),
    ({ name }) => name.split(" ")[0]
  )

/** First words, each with what it is for. */
export const firstWords = (
  all: ReadonlyArray<CommandGrammar>
): ReadonlyArray<{ readonly word: string; readonly summary: string }> => {
  const groups = groupsOf(all)
  return [
    ...all.flatMap(({ name, summary }) => (name.includes(" ") ? [] : [{ word: name, summary }])),
    ...[...groups].map(([word, some]) => ({
      word,
      summary: some.map(({ name }) => name.slice(word.length + 1)).join(", ")
    }))
  ]
}
