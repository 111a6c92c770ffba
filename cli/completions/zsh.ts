// The completion script for zsh.
import { firstWords, groupsOf } from "./Grammar.ts"
import type { CommandGrammar, Kind } from "./Grammar.ts"

export const zsh = (all: ReadonlyArray<CommandGrammar>): string => {
  const groups = groupsOf(all)
  return `#compdef largo
# Completions of largo for zsh. In ~/.zshrc, after compinit: eval "$(largo completions zsh)"
_largo_runs() { local -a runs; runs=(latest \${(f)"$(largo runs 2>/dev/null | sed -n 's/^\\([0-9][^ ]*\\) .*/\\1/p')"}); compadd -a runs }

_largo() {
  local curcontext=$curcontext state line command
  _arguments -C '1: :->first' '*:: :->rest'
  case $state in
    first) local -a first; first=(${firstWords(all)
      .map(({ summary, word }) => quote(`${word}:${summary}`))
      .join(" ")}); _describe command first; return ;;
  esac
  command=$line[1]
  case $command in
${[...groups].map(groupCase).join("\n")}
  esac
  case $command in
${all.map(commandCase).join("\n")}
  esac
}
compdef _largo largo
`
}

const groupCase = ([first, some]: [string, ReadonlyArray<CommandGrammar>]): string => {
  const second = some.map(({ name, summary }) => quote(`${name.slice(first.length + 1)}:${summary}`))
  return `    ${first}) if ((CURRENT == 2)); then local -a second; second=(${second.join(" ")}); _describe command second; return; fi
      command="${first} $words[2]"; shift words; CURRENT=$((CURRENT - 1)) ;;`
}

const commandCase = ({ name, options, words }: CommandGrammar): string => {
  const specs = [
    ...options.map(({ help, many, name: option, value }) =>
      quote(
        `${many ? "*" : ""}--${option}[${help.replaceAll(/[[\]]/g, "\\$&")}]${value === undefined ? "" : `:value:${action(value)}`}`
      )
    ),
    ...words.map((kind, index) => quote(`${index + 1}:word:${action(kind)}`))
  ]
  return `    "${name}") _arguments ${specs.join(" ")} ;;`
}

/** One action of _arguments; several are tried one after another. */
const action = ({ files, folders, runs, words }: Kind): string => {
  const found = [
    ...(words.length > 0 ? [`compadd ${words.join(" ")}`] : []),
    ...(runs ? ["_largo_runs"] : []),
    ...(files ? ["_files"] : folders ? ["_files -/"] : [])
  ]
  return found.length === 0 ? " " : `{${found.join("; ")}}`
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
