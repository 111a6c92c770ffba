// The completion script for fish.
import { firstWords, groupsOf } from "./Grammar.ts"
import type { CommandGrammar, Kind } from "./Grammar.ts"

export const fish = (all: ReadonlyArray<CommandGrammar>): string => {
  const seconds = [...groupsOf(all)].flatMap(([first, some]) =>
    some.map(
      ({ name, summary }) =>
        `complete -c largo -n "__largo_at ${first}" -a ${name.slice(first.length + 1)} -d ${quote(summary)}`
    )
  )
  return `# Completions of largo for fish. Type: largo completions fish > ~/.config/fish/completions/largo.fish
function __largo_at --description 'whether the words before the cursor are these'
  set -l words (commandline -opc)
  test "$words[2..-1]" = "$argv"
end
function __largo_in --description 'whether the command line begins with these words'
  set -l words (commandline -opc)
  set -l count (math (count $argv) + 1)
  test (count $words) -ge $count; and test "$words[2..$count]" = "$argv"
end
function __largo_runs
  largo runs 2>/dev/null | string match -rg '^(\\d\\S*) '
end

complete -c largo -f
${firstWords(all)
  .map(({ summary, word }) => `complete -c largo -n "__largo_at" -a ${word} -d ${quote(summary)}`)
  .join("\n")}
${seconds.join("\n")}
${all.flatMap(linesOf).join("\n")}
`
}

const linesOf = ({ name, options, words }: CommandGrammar): ReadonlyArray<string> => {
  const here = `complete -c largo -n "__largo_in ${name}"`
  const offered = { words: words.flatMap((kind) => kind.words), runs: words.some(({ runs }) => runs) }
  const names = [...new Set(offered.words)].join(" ") + (offered.runs ? " (__largo_runs)" : "")
  return [
    ...(names === "" ? [] : [`${here} -a ${quote(names.trim())}`]),
    ...(words.some(({ files }) => files) ? [`${here} -F`] : []),
    ...options.map(
      ({ help, name: option, value }) => `${here} -l ${option}${valueOf(value)} -d ${quote(help)}`
    )
  ]
}

const valueOf = (kind: Kind | undefined): string => {
  if (kind === undefined) return ""
  if (kind.folders) return ` -x -a "(__fish_complete_directories)"`
  const names = kind.words.join(" ") + (kind.runs ? " (__largo_runs)" : "")
  return `${kind.files ? " -r -F" : " -x"}${names === "" ? "" : ` -a ${quote(names.trim())}`}`
}

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
