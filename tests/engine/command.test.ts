// Programs as stages: what they are given, what is read from them, how they fail, and what is in their keys.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import * as Store from "../../cache/Store.ts"
import { decodeTable } from "../../formats/parquet.ts"
import { loadText } from "../../stages/loadText.ts"
import * as memo from "../../pipeline/memo.ts"
import * as Tool from "../../pipeline/Tool.ts"
import * as toolbox from "../../pipeline/toolbox.ts"
import { clamp, makeRows } from "./fixtures/arithmetic.ts"
import { scriptAll, scriptCsv, scriptNumber } from "./fixtures/commands.ts"
import { fixed } from "./fixtures/pipelines.ts"
import { file } from "./fixtures/unruly.ts"
import { heading, modules, planOf, runOf } from "./modules.ts"
import { blobPath, counts, only, outputOf, temporaryFolder, useRig, valueOf } from "./rig.ts"

const rig = useRig()

const bytesOf = (store: string, digest: string): Buffer => Store.open(store).contents.read(digest)

const scaling = (script: string, factor?: number) =>
  fixed("scaling", () => {
    const { rows } = makeRows({ values: [1, 2.5] }, {})
    return scriptCsv(factor === undefined ? {} : { factor }, {
      script: loadText({ text: script }, {}).file,
      rows
    })
  })

describe("a program", () => {
  it("reads a table as CSV, its params as JSON, and leaves a table as CSV", async () => {
    const store = temporaryFolder()
    const script = `set -e\nfactor=$(sed 's/.*"factor"://; s/}//' params.json)
awk -F, -v f=$factor 'NR == 1 {print} NR > 1 {print $1 "," $2 * f}' "$1" > "$2"`
    const did = await rig.run(scaling(script), { store })
    expect(counts(did)).toMatchObject({ ran: 3, failed: 0 })
    const table = await decodeTable(bytesOf(store, did.summary.targets["rows"]!))
    expect(table.rows).toEqual([
      { id: "row 1", value: 2 },
      { id: "row 2.5", value: 5 }
    ])
    expect(table.columns["value"].unit).toBe("K")
    expect(counts(await rig.run(scaling(script), { store }))).toMatchObject({ ran: 0, cached: 3 })
    const edited = await rig.run(scaling(`${script}\n# again`), { store })
    expect(edited.ran).toEqual(["load-text", "script-csv"])
    expect(edited.why["script-csv"]).toMatch(/^input changed: script from load-text/)
    const other = await rig.run(scaling(`${script}\n# again`, 3), { store })
    expect(other.ran).toEqual(["script-csv"])
    expect(other.why["script-csv"]).toBe("params changed: factor: 2 -> 3")
  })

  const everything = (script: string, words: ReadonlyArray<string>) =>
    fixed("everything", () => {
      const { rows } = makeRows({ values: [7] }, {})
      const { number } = clamp({ value: 3 }, {})
      return scriptAll(
        { words },
        {
          script: loadText({ text: script }, {}).file,
          bytes: file({ content: "raw" }, {}).bytes,
          number,
          rows,
          items: [
            { label: "first", number },
            { label: "second", number: clamp({ value: 4 }, {}).number }
          ]
        }
      )
    })

  it("gets paths from its folder, words that no shell touches, and inputs that it cannot confuse", async () => {
    const store = temporaryFolder()
    const script = 'printf "%s\\n" "$@"; cat "$1"; cp "$2" number.json; cp "$3" rows.parquet'
    const words = ["a b", "$(touch pwned)", "*", "; exit 3", ""]
    const did = await rig.run(everything(script, words), { store })
    const said = bytesOf(store, did.summary.targets["said"]!).toString("utf8")
    expect(said.split("\n")).toEqual([
      "inputs/bytes",
      "inputs/number.json",
      "inputs/rows.parquet",
      "first",
      "inputs/items/0/number.json",
      "second",
      "inputs/items/1/number.json",
      "1",
      ...words,
      "raw"
    ])
    expect(valueOf(store, did, "number")).toEqual({ value: 3 })
    // The same rows have the same bytes, whoever passed them on.
    expect(did.summary.targets["rows"]).toBe(outputOf(store, did, "make-rows", "rows"))
  })

  it("sees no other files than its inputs", async () => {
    const script =
      "find . -type f -not -name 'sh.*' | sort; echo '{\"value\":1}' > number.json; cp inputs/rows.parquet ."
    const store = temporaryFolder()
    const did = await rig.run(everything(script, []), { store })
    const said = bytesOf(store, did.summary.targets["said"]!).toString("utf8")
    expect(said.trimEnd().split("\n")).toEqual([
      "./inputs/bytes",
      "./inputs/items/0/number.json",
      "./inputs/items/1/number.json",
      "./inputs/number.json",
      "./inputs/rows.parquet",
      "./inputs/script",
      "./params.json"
    ])
  })
})

describe("a program that fails", () => {
  const failing = (script: string) =>
    fixed("failing", () => scriptNumber({}, { script: loadText({ text: script }, {}).file }))

  it.each([
    ["echo so far; echo no such atom >&2; exit 3", "ToolFailed", /sh ended with status 3:\n[^]*no such atom/],
    ["exit 1", "ToolFailed", /sh ended with status 1; it printed nothing/],
    ["echo nothing to do", "ToolFailed", /did not leave text\.json, its output "text":\nnothing to do/],
    ["echo '{\"text\": 5}' > text.json", "BrokenOutput", /output "text", text\.json: .*text/],
    ["echo '{' > text.json", "BrokenOutput", /output "text", text\.json: .*JSON/],
    ["mkdir text.json", "BrokenOutput", /text\.json: EISDIR/]
  ])("says how: %s", async (script, outcome, message) => {
    const store = temporaryFolder()
    const [failed] = only(await rig.run(failing(script), { store }), "Failed")
    expect(failed).toMatchObject({ node: "script-number", outcome, retried: false })
    expect(failed.message).toMatch(message)
    const [again] = only(await rig.run(failing(script), { store }), "Failed")
    expect(again).toMatchObject({ remembered: true, message: failed.message })
  })

  it("names the column and row of a table that is not one", async () => {
    const store = temporaryFolder()
    const did = await rig.run(scaling('printf "id,value\\na,1\\nb,one\\n" > "$2"'), { store })
    expect(only(did, "Failed")[0]).toMatchObject({ outcome: "BrokenOutput" })
    expect(only(did, "Failed")[0].message).toMatch(
      /made\/rows\.csv: Column "value", row 1: "one" is no number/
    )
    const nan = await rig.run(scaling('printf "id,value\\na,inf\\nb,Infinity\\n" > "$2"'), { store })
    expect(only(nan, "Failed")[0].message).toMatch(/Column "value", row 0/)
  })

  it("is found out where it wrote to an input, and the stored bytes are made again", async () => {
    const store = temporaryFolder()
    const copying = (script: string) =>
      fixed("copying", () => {
        const { number } = clamp({ value: 5 }, {})
        return { ...scriptNumber({}, { script: loadText({ text: script }, {}).file, number }), number }
      })
    const did = await rig.run(copying('chmod u+w "$1"; echo 9 >> "$1"'), { store })
    expect(only(did, "Failed")[0].message).toBe("sh wrote to its input inputs/number.json")
    expect(fs.readFileSync(blobPath(store, did.summary.targets["number"]!), "utf8")).toContain("9")
    const mended = await rig.run(copying('echo \'{"text":"\'$(wc -c < "$1")\'"}\' > text.json'), { store })
    expect(mended.summary).toMatchObject({ failed: 0, restored: 1 })
    expect(valueOf(store, mended, "text")).toEqual({ text: String('{"value":5}'.length) })
  })
})

describe("the identity of a program", () => {
  const module = (versionArgs = '["--version"]') => ({
    "p.ts": [
      heading,
      'import * as Tool from "../../../../pipeline/Tool.ts"',
      'const path = new URL("program.sh", import.meta.url).pathname',
      `const program = Tool.program({ name: "program", locate: path, versionArgs: ${versionArgs},`,
      '  watch: () => [new URL("library", import.meta.url).pathname] })',
      'export const say = Stage.command("say", { module: import.meta.url, params: Schema.Struct({}), inputs: {},',
      '  outputs: { value: { kind: Value, file: "value.json" } }, program, argv: () => ["go"] })',
      'export const p = Pipeline.make("p", { params: Schema.Struct({}) }, () => say({}, {}))'
    ].join("\n")
  })
  const program = (version: string, more = "") =>
    `#!/bin/sh\n${more}\nif [ "$1" = --version ]; then echo program ${version}; exit; fi\necho '{"value": 1}' > value.json\n`
  const install = (folder: string, text: string): void => {
    const target = path.join(folder, "program.sh")
    fs.writeFileSync(`${target}.new`, text, { mode: 0o755 })
    fs.renameSync(`${target}.new`, target)
  }

  it("is what it prints: another version runs again, a mere copy does not", async () => {
    const user = modules(module())
    const store = temporaryFolder()
    install(user.folder, program("1.0"))
    expect((await runOf(user.pathOf("p.ts"), store)).summary).toMatchObject({ ran: 1, failed: 0 })
    install(user.folder, program("1.0", "# built again"))
    expect((await planOf(user.pathOf("p.ts"), store)).summary).toMatchObject({ hit: 1, run: 0 })
    install(user.folder, program("1.1"))
    const plan = await planOf(user.pathOf("p.ts"), store)
    expect(plan.nodes[0]).toMatchObject({
      state: "run",
      why: "tool changed: program: program 1.0 -> program 1.1"
    })
  })

  const answer = async (tool: Tool.Tool, memory: string): Promise<string> =>
    (await toolbox.open([tool], memo.open(memory))).found(tool).identity

  it("is asked again when what it watches changes, when it is asked otherwise, and of each link by itself", async () => {
    const folder = temporaryFolder()
    const memory = path.join(folder, "memo.json")
    const library = path.join(folder, "library")
    fs.writeFileSync(library, "1")
    const script = path.join(folder, "program.sh")
    fs.writeFileSync(script, `#!/bin/sh\necho "$0 $1 with $(cat ${library})"\n`, { mode: 0o755 })
    const link = path.join(folder, "link.sh")
    fs.symlinkSync(script, link)
    const tool = (locate: string, question = "-v") =>
      Tool.program({ name: "program", locate, versionArgs: [question], watch: () => [library] })
    expect(await answer(tool(script), memory)).toBe(`${script} -v with 1`)
    fs.writeFileSync(library, "two")
    expect(await answer(tool(script), memory)).toBe(`${script} -v with two`)
    expect(await answer(tool(script, "-V"), memory)).toBe(`${script} -V with two`)
    expect(await answer(tool(link), memory)).toBe(`${link} -v with two`)
  })

  it("is remembered: a program that stays is asked once", async () => {
    const folder = temporaryFolder()
    const memory = path.join(folder, "memo.json")
    const script = path.join(folder, "program.sh")
    fs.writeFileSync(script, `#!/bin/sh\necho asked >> ${folder}/log; echo 1\n`, { mode: 0o755 })
    const tool = Tool.program({ name: "program", locate: script })
    await answer(tool, memory)
    await answer(tool, memory)
    expect(fs.readFileSync(path.join(folder, "log"), "utf8")).toBe("asked\n")
  })

  it.each([
    ["exit 2", /does not say what it is: .*Command failed/],
    ["exit 0", /does not say what it is: it printed nothing when asked with --version/]
  ])("has to be told: %s", async (text, message) => {
    const folder = temporaryFolder()
    const script = path.join(folder, "program.sh")
    fs.writeFileSync(script, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    const tool = Tool.program({ name: "program", locate: script, install: "Build it." })
    await expect(answer(tool, path.join(folder, "memo.json"))).rejects.toThrow(message)
  })

  it("is missing where there is no such program", async () => {
    const nowhere = Tool.program({ name: "no-such-program", purpose: "the tests" })
    const memory = path.join(temporaryFolder(), "memo.json")
    await expect(answer(nowhere, memory)).rejects.toThrow(
      "no-such-program: no no-such-program is on the PATH; it is needed for the tests. Install it."
    )
    await expect(answer(Tool.program({ name: "x", locate: "/none/x" }), memory)).rejects.toThrow(
      "there is no program /none/x"
    )
  })
})
