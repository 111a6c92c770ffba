// `largo completions`: the script with which a shell completes commands, options, pipelines and runs.
import * as Command from "./Command.ts"
import { bash } from "./completions/bash.ts"
import { fish } from "./completions/fish.ts"
import { grammar } from "./completions/Grammar.ts"
import { zsh } from "./completions/zsh.ts"
import { suggestion, UsageError } from "./Usage.ts"

const scripts = { bash, zsh, fish }

export const command = Command.make(
  {
    name: "completions",
    summary: "Prints the script with which a shell completes largo's commands.",
    words: ["bash|zsh|fish"],
    options: {},
    notes: `In ~/.bashrc:                  eval "$(largo completions bash)"
In ~/.zshrc, after compinit:   eval "$(largo completions zsh)"
Once, for fish:                largo completions fish > ~/.config/fish/completions/largo.fish`
  },
  async ({ words: [shell] }, out) => {
    const write = Object.entries(scripts).find(([name]) => name === shell)?.[1]
    if (write === undefined) {
      const known = Object.keys(scripts)
      throw new UsageError(
        [`"${shell}" is no shell that can be completed in${suggestion(shell, known)}`],
        `type: largo completions ${known.join("|")}`
      )
    }
    const script = write(await grammar())
    out.answer({ shell, script }, () => script)
    return 0
  }
)
