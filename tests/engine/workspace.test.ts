// The workspace of an attempt: a folder that holds its declared inputs, and tools that see nothing of the user's.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { clamp } from "./fixtures/arithmetic.ts"
import { fixed } from "./fixtures/pipelines.ts"
import { file, script } from "./fixtures/unruly.ts"
import { temporaryFolder, useRig, valueOf } from "./rig.ts"

process.env["USERS_OWN"] = "secret"
const rig = useRig()

const run = async (
  text: string
): Promise<{ readonly lines: ReadonlyArray<string>; readonly store: string }> => {
  const store = temporaryFolder()
  const pipeline = fixed("nosy", () => {
    const { bytes } = file({ content: "input" }, {})
    return script({ script: text }, { bytes, number: clamp({ value: 1 }, {}).number })
  })
  const did = await rig.run(pipeline, { store })
  const { text: said } = valueOf(store, did, "text") as { readonly text: string }
  return { store, lines: said.trimEnd().split("\n") }
}

describe("an attempt's folder", () => {
  it("holds the declared files, read-only, and the logs", async () => {
    const { lines } = await run('find . -type f -not -name "shell.*"; stat -c %a inputs/bytes; cat "$1"')
    expect(lines).toEqual(["./inputs/bytes", "444", "input"])
  })

  it("lies in the store and is gone when the attempt is done", async () => {
    const { lines, store } = await run("pwd")
    expect(path.dirname(lines[0])).toBe(path.join(fs.realpathSync(store), "attempts"))
    expect(fs.readdirSync(path.join(store, "attempts"))).toEqual([])
  })
})

describe("a tool's environment", () => {
  it("has what it needs to start, what it declares, and nothing of the user's", async () => {
    const { lines } = await run("env -0 | tr '\\0\\n' '\\n ' | sed 's/=.*//' | sort")
    const allowed = ["DECLARED", "HOME", "LARGO_ATTEMPT", "LC_ALL", "LD_LIBRARY_PATH", "OMP_NUM_THREADS"]
    const shells = ["PATH", "PWD", "OLDPWD", "SHLVL", "TMPDIR", "TZ", "_"]
    expect(lines.filter((name) => ![...allowed, ...shells].includes(name))).toEqual([])
    expect(lines).toContain("DECLARED")
  })

  it("has one locale, one time zone, and no standard input", async () => {
    const { lines } = await run('echo "$LC_ALL $TZ $DECLARED"; wc -c < /dev/stdin')
    expect(lines).toEqual(["C UTC yes", "0"])
  })
})
