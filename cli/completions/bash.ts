// The completion script for bash.
import { firstWords, groupsOf } from "./Grammar.ts"
import type { CommandGrammar, Kind } from "./Grammar.ts"

/** `complete` needs no more than bash 4 and none of the package bash-completion. */
export const bash = (all: ReadonlyArray<CommandGrammar>): string => {
  const groups = groupsOf(all)
  const twoWords = [...groups].map(([first, some]) => {
    const second = some.map(({ name }) => name.slice(first.length + 1)).join(" ")
    return `    ${first}) if ((COMP_CWORD == 2)); then _largo_offer "${second}"; return; fi; command="${first} \${COMP_WORDS[2]}"; at=3 ;;`
  })
  return `# Completions of largo for bash. In ~/.bashrc: eval "$(largo completions bash)"
_largo_offer() { mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_largo_files() { compopt -o filenames; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur"); }
_largo_folders() { compopt -o filenames; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$cur"); }
_largo_runs() { _largo_offer "$(largo runs 2>/dev/null | sed -n 's/^\\([0-9][^ ]*\\) .*/\\1/p')"; }

_largo() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} at=2 options word i
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then _largo_offer "${firstWords(all)
    .map(({ word }) => word)
    .join(" ")}"; return; fi
  case $command in
${twoWords.join("\n")}
  esac
  # Which of the words it is: options and their values do not count.
  word=0
  for ((i = at; i < COMP_CWORD; i++)); do
    case $command:\${COMP_WORDS[i]} in
${all.map(skipLine).join("\n")}
      *:-*) ;;
      *) word=$((word + 1)) ;;
    esac
  done
  case $command in
${all.map(commandCase).join("\n")}
  esac
  if [[ $cur == -* ]]; then _largo_offer "$options"; fi
}
complete -F _largo largo
`
}

/** Options with a value take the next word away. */
const skipLine = ({ name, options }: CommandGrammar): string => {
  const taking = options.filter(({ value }) => value !== undefined)
  return taking.length === 0
    ? ""
    : `      ${taking.map((option) => `"${name}":--${option.name}`).join("|")}) i=$((i + 1)) ;;`
}

const commandCase = ({ name, options, words }: CommandGrammar): string => {
  const values = options.flatMap(({ name: option, value }) =>
    value === undefined ? [] : [`        --${option}) ${offers(value)}; return ;;`]
  )
  const places = words.map((kind, index) => `        ${index}) ${offers(kind)} ;;`)
  return `    "${name}")
      options="${options.map((option) => `--${option.name}`).join(" ")}"
${values.length === 0 ? "" : `      case $prev in\n${values.join("\n")}\n      esac\n`}${
    places.length === 0
      ? ""
      : `      if [[ $cur != -* ]]; then case $word in\n${places.join("\n")}\n      esac; fi\n`
  }      ;;`
}

const offers = ({ files, folders, runs, words }: Kind): string => {
  const found = [
    ...(words.length > 0 ? [`_largo_offer "${words.join(" ")}"`] : []),
    ...(runs ? ["_largo_runs"] : []),
    ...(files ? ["_largo_files"] : folders ? ["_largo_folders"] : [])
  ]
  return found.length === 0 ? ":" : found.join("; ")
}
