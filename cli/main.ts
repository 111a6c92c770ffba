// The command line: finds the subcommand, runs it, and turns whatever goes wrong into words and an exit status.
import { readFileSync } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { commands } from "./commands.ts"
import type { Listed } from "./commands.ts"
import { describeError } from "./describeError.ts"
import * as Output from "./Output.ts"
import * as Usage from "./Usage.ts"
import { paintFor } from "./view/paint.ts"
import { troubleLines } from "./view/trouble.ts"

// Type stripping for code ids still counts as experimental in Node 24; its warning would stand in every output.
process.removeAllListeners("warning")
process.on("warning", ({ name, message }) => {
  if (name !== "ExperimentalWarning") process.stderr.write(`${name}: ${message}\n`)
})
// Whoever reads us may stop early: `largo runs | head -1`.
process.stdout.on("error", (error) => {
  if ("code" in error && error.code === "EPIPE") process.exit(0)
  throw error
})

const help = (): string => {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length)) + 2
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`)
  return [
    "largo: typed, content-addressed pipelines for scientific data\n",
    "  largo COMMAND [words] [options]\n",
    ...lines,
    "\nlargo COMMAND --help says more. To begin: largo plan coarse-graining --set protocol=tiny"
  ].join("\n")
}

/** The subcommand that the first words name, and the words behind it. */
const find = (
  args: ReadonlyArray<string>
): { readonly listed: Listed; readonly rest: ReadonlyArray<string> } => {
  const [first = "", second = ""] = args
  for (const [name, length] of [
    [`${first} ${second}`, 2],
    [first, 1]
  ] as const) {
    if (Object.hasOwn(commands, name)) return { listed: commands[name], rest: args.slice(length) }
  }
  const groups = Object.keys(commands).filter((name) => name.startsWith(`${first} `))
  if (groups.length > 0) {
    const problem =
      second === "" || second.startsWith("-") ? "needs a second word" : `no command ${first} ${second}`
    throw new Usage.UsageError(
      [`${first}: ${problem}`],
      `type one of: ${groups.map((name) => `largo ${name}`).join(", ")}`
    )
  }
  const known = Object.keys(commands)
  throw new Usage.UsageError(
    [`${first}: no such command${Usage.suggestion(first, known)}`],
    "type: largo --help"
  )
}

/** `cache gc `, for a sentence about it; nothing where the first words name no command. */
const commandOf = ([first = "", second = ""]: ReadonlyArray<string>): string => {
  const name = [`${first} ${second}`, first].find((words) => Object.hasOwn(commands, words))
  return name === undefined ? "" : `${name} `
}

const main = async (args: ReadonlyArray<string>): Promise<number> => {
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args
  const out = Output.standard(own.includes("--json"))
  const wantsHelp = own.includes("--help") || own.includes("-h") || args[0] === "help"
  try {
    if (args[0] === "--version") {
      const file = new URL(
        import.meta.url.endsWith(".ts") ? "../package.json" : "../../package.json",
        import.meta.url
      )
      const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string }
      out.answer({ version }, () => version)
      return 0
    }
    const words = args[0] === "help" ? args.slice(1) : args
    if (words.length === 0 || words[0] === "--help" || words[0] === "-h") {
      out.answer({ help: help() }, help)
      return 0
    }
    const { listed, rest } = find(words)
    // The young part of the heap would grow to 48 MiB with the imports and with a large graph, all of which stays anyway.
    if (args[0] === "run" || args[0] === "plan") setFlagsFromString("--semi-space-growth-factor=1")
    const { command } = await listed.load()
    if (wantsHelp) {
      const text = Usage.help(command.usage)
      out.answer({ help: text }, () => text)
      return 0
    }
    return await command.main(rest, out)
  } catch (error) {
    const { fix, message, name, problems, stack, status } = describeError(error)
    if (out.json) out.answer({ error: { name, message, problems, fix } }, () => "")
    if (stack !== "") out.say(stack)
    const trouble = {
      what: `largo ${commandOf(args)}${status === 2 ? "did nothing" : "broke off"}`,
      why: message,
      next:
        stack === "" ? fix : "largo did not foresee this: a bug, of the pipeline or of largo; above is where"
    }
    out.say(troubleLines(trouble, paintFor(process.stderr)).join("\n"))
    return status
  }
}

process.exitCode = await main(process.argv.slice(2))
