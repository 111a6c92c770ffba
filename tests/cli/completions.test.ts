// Completions, asked of the shells themselves; a shell that is not here is skipped.
import { execFile, spawnSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { commands } from "../../cli/commands.ts"
import { hello, place, root } from "./largo.ts"
import type { Place } from "./largo.ts"

const has = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0
const run = promisify(execFile)

let here: Place
let id: string
beforeAll(async () => {
  here = place()
  id = String((await here.ask("run", "run", hello)).answer["run"])
  const bin = path.join(here.folder, "bin")
  fs.mkdirSync(bin)
  const start = `#!/bin/sh\nexec "${process.execPath}" "${root}/bin/largo.js" "$@"\n`
  fs.writeFileSync(path.join(bin, "largo"), start, { mode: 0o755 })
  for (const shell of ["bash", "zsh", "fish"]) {
    const { answer } = await here.ask("completions", "completions", shell)
    fs.writeFileSync(path.join(here.folder, shell), String(answer["script"]))
  }
  fs.writeFileSync(path.join(here.folder, "own.ts"), "")
})
afterAll(() => here.remove())

const shellOut = async (shell: string, args: ReadonlyArray<string>): Promise<string> => {
  const env = {
    ...process.env,
    PATH: `${path.join(here.folder, "bin")}:${process.env["PATH"]}`,
    LARGO_STORE: here.store,
    HOME: here.folder
  }
  return (await run(shell, args, { cwd: here.folder, env })).stdout
}

/** What each shell offers behind a command line. */
const offers: Readonly<Record<string, (line: string) => Promise<ReadonlyArray<string>>>> = {
  bash: async (line) => {
    const words = line.split(" ").map((word) => `'${word}'`)
    const script = `source ./bash; COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}
      _largo 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`
    return (await shellOut("bash", ["-c", script])).split("\n").filter((word) => word !== "")
  },
  fish: async (line) => {
    const text = await shellOut("fish", ["-N", "-c", `source ./fish; complete -C '${line}'`])
    return text.split("\n").flatMap((found) => (found === "" ? [] : [found.split("\t")[0]]))
  }
}

describe.each(Object.entries(offers))("%s", (shell, offered) => {
  const test = it.skipIf(!has(shell))

  test("offers every command", async () => {
    const first = new Set(Object.keys(commands).map((name) => name.split(" ")[0]))
    expect((await offered("largo ")).toSorted()).toEqual([...first].toSorted())
    const second = Object.keys(commands).flatMap((name) => (name.startsWith("cache ") ? [name.slice(6)] : []))
    expect((await offered("largo cache ")).toSorted()).toEqual(second.toSorted())
  })

  test("offers options, what they may be, pipelines, files and runs, where each belongs", async () => {
    expect(await offered("largo run --re")).toEqual(["--retry-failed"])
    expect(await offered("largo cache gc --max")).toEqual(["--max-size"])
    expect((await offered("largo graph --format ")).toSorted()).toEqual(["dot", "json", "mermaid"])
    expect(await offered("largo run coarse")).toEqual(["coarse-graining"])
    expect(await offered("largo run --jobs 2 ow")).toEqual(["own.ts"])
    expect((await offered("largo show ")).toSorted()).toEqual([id, "latest"].toSorted())
  })
})

it.skipIf(!has("zsh"))("zsh takes the script as it is", async () => {
  expect(await shellOut("zsh", ["-n", "./zsh"])).toBe("")
})

it("refuses a shell that it does not know", async () => {
  const { stderr, status } = await here.largo("completions", "bsh")
  expect(status).toBe(2)
  expect(stderr.trimEnd().split("\n")).toEqual([
    "✖ largo completions did nothing",
    '  why:  "bsh" is no shell that can be completed in; did you mean bash?',
    "  type: largo completions bash|zsh|fish"
  ])
})
