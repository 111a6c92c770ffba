// Attacks on the code id: what must not change it, what must, and what has to be refused.
import { execFileSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"
import * as CodeId from "../../pipeline/CodeId.ts"
import * as memo from "../../pipeline/memo.ts"
import * as StagesLock from "../../pipeline/StagesLock.ts"
import type { ErasedStage } from "../../pipeline/Stage.ts"
import * as Syntax from "../../pipeline/syntax.ts"
import { heading, modules, planOf, runOf } from "./modules.ts"
import { temporaryFolder } from "./rig.ts"

const stageOf = (name: string, file: string): ErasedStage =>
  ({ name, module: pathToFileURL(file).href }) as unknown as ErasedStage

/** The code id of the stage `it` that the first of some files makes. */
const idOf = (files: Readonly<Record<string, string>>): CodeId.CodeId => {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), text)
  }
  return CodeId.make(memo.open(path.join(folder, "memo.json"))).of(
    stageOf("it", path.join(folder, Object.keys(files)[0]))
  )
}

const make = 'export const it = Stage.make("it", { module: import.meta.url, run: () => f(1) })'
const digestOf = (body: string): string => idOf({ "it.ts": `${body}\n${make}` }).digest

describe("the code id stays the same", () => {
  const original = "const f = (x) => {\n  const o = { a: 'one', b: [x, 2] }\n  return o.a + o.b[0]\n}"
  const same: ReadonlyArray<readonly [what: string, body: string]> = [
    ["other quotes", original.replaceAll("'", '"')],
    ["quoted keys", original.replace("a: 'one'", "'a': 'one'")],
    ["comments", `/** Says something. */\n${original} // here too`],
    [
      "white space, line breaks and semicolons",
      "const f=(x)=>{const o={a:'one',b:[\nx,\n2,\n]};return o.a+o.b[0];};"
    ],
    ["lone semicolons", `;${original};;`],
    ["parentheses", original.replace("(x) =>", "x =>").replace("o.a + o.b[0]", "(o.a) + (o.b[0])")],
    ["types", original.replace("(x) =>", "(x: number): string =>").replace("'one'", "('one' as const)")],
    ["declarations of types", `interface A { a: string }\ntype B = A | number;\n${original}`],
    ["imports of types", `import type { A } from "./nowhere.ts"\n${original}`],
    ["spelling of numbers and text", original.replace("2]", "0x2]").replace("'one'", "'\\u006fne'")]
  ]
  it.each(same)("with %s", (_, body) => {
    expect(digestOf(body)).toBe(digestOf(original))
  })

  it("wherever the folder lies", () => {
    const files = { "it.ts": `import { f } from "./f.ts"\n${make}`, "f.ts": "export const f = 1" }
    expect(idOf(files).digest).toBe(idOf(files).digest)
  })

  it("for a module that only the engine reads", () => {
    const file = path.join(import.meta.dirname, "fixtures", "arithmetic.ts")
    const { files } = CodeId.make(memo.open(path.join(temporaryFolder(), "memo.json"))).of(
      stageOf("clamp", file)
    )
    expect(Object.keys(files)).toEqual(["tests/engine/fixtures/arithmetic.ts"])
  })

  it("from the sources to what the compiler builds of them, for every module of the project", () => {
    const root = path.join(import.meta.dirname, "..", "..")
    const out = temporaryFolder()
    const folders = ["kernels", "formats", "schemas", "stages", "cache", "tools"]
    const options = ["--noEmit", "false", "--noCheck", "--outDir", out, "--rootDir", root, "-p", root]
    execFileSync(process.execPath, [path.join(root, "node_modules", "typescript", "bin", "tsc"), ...options])
    const differing = folders.flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => path.join(folder, name))
        .filter((name) => {
          const built = path.join(out, name.replace(/ts$/, "js"))
          const read = (file: string) => Syntax.read(file, fs.readFileSync(file, "utf8")).digest
          // A module that was added while this test ran has not been built.
          return fs.existsSync(built) && read(path.join(root, name)) !== read(built)
        })
    )
    expect(differing).toEqual([])
  })
})

describe("the code id changes", () => {
  const other: ReadonlyArray<readonly [what: string, before: string, after: string]> = [
    ["a number", "const f = () => 1", "const f = () => 2"],
    ["an operator", "const f = (x) => x + 1", "const f = (x) => x - 1"],
    [
      "a return that a line break cuts off",
      "const f = (x) => { return x }",
      "const f = (x) => { return\nx }"
    ],
    ["the text of a template", "const f = () => `a b`", "const f = () => `a  b`"],
    ["a line break inside a template", "const f = () => `a b`", "const f = () => `a\nb`"],
    ["a regular expression or its flags", "const f = () => /a/", "const f = () => /a/i"],
    ["text that looks like a number", "const f = () => 1", "const f = () => '1'"],
    ["text that looks like null", "const f = () => null", "const f = () => 'null'"],
    ["a number too large for a double", "const f = () => null", "const f = () => 1e999"],
    ["a big integer", "const f = () => 1", "const f = () => 1n"],
    ["a computed key", "const a = 1, f = () => ({ a: 1 })", "const a = 1, f = () => ({ [a]: 1 })"],
    ["async", "const f = () => g()", "const f = async () => g()"],
    ["an optional chain", "const f = (x) => x.y", "const f = (x) => x?.y"],
    ["the order of statements", "const f = () => { a(); b() }", "const f = () => { b(); a() }"],
    ["a default", "const f = (x) => x", "const f = (x = 1) => x"],
    ["strictness of a directive", "const f = () => { 'a'; g() }", "const f = () => { 'b'; g() }"]
  ]
  it.each(other)("with %s", (_, before, after) => {
    expect(digestOf(after)).not.toBe(digestOf(before))
  })

  it("with a helper two imports away, and says which file", () => {
    const files = (value: number) => ({
      "it.ts": `import { f } from "./near.ts"\n${make}`,
      "near.ts": 'export { f } from "./deep/far.ts"',
      "deep/far.ts": `export const f = () => ${value}`
    })
    const [before, after] = [idOf(files(1)), idOf(files(2))]
    expect(after.digest).not.toBe(before.digest)
    expect(Object.keys(before.files)).toEqual(["it.ts", "near.ts", "deep/far.ts"])
    expect(Object.keys(before.files).filter((file) => before.files[file] !== after.files[file])).toEqual([
      "deep/far.ts"
    ])
  })

  it("with two helpers whose contents were swapped", () => {
    const files = (a: number, b: number) => ({
      "it.ts": `import { a } from "./a.ts"\nimport { b } from "./b.ts"\nconst f = a - b\n${make}`,
      "a.ts": `export const a = ${a}`,
      "b.ts": `export const b = ${b}`
    })
    expect(idOf(files(1, 2)).digest).not.toBe(idOf(files(2, 1)).digest)
  })

  it("with a module in a circle of imports", () => {
    const files = (value: number) => ({
      "it.ts": `import { f } from "./a.ts"\n${make}`,
      "a.ts": 'import "./b.ts"\nexport const f = 1',
      "b.ts": `import "./a.ts"\nexport const g = ${value}`
    })
    expect(idOf(files(1)).digest).not.toBe(idOf(files(2)).digest)
  })

  it("with what a dynamic import of a written name brings in", () => {
    const files = (value: number) => ({
      "it.ts": `const f = () => import("./late.ts")\n${make}`,
      "late.ts": `export const late = ${value}`
    })
    expect(idOf(files(1)).digest).not.toBe(idOf(files(2)).digest)
  })

  it("with imported data", () => {
    const files = (value: string) => ({
      "it.ts": `import f from "./data.json" with { type: "json" }\n${make}`,
      "data.json": value
    })
    expect(idOf(files('{"a": 1}')).digest).not.toBe(idOf(files('{"a": 2}')).digest)
  })

  it("with the version of a package, wherever it is imported, but not with its files", () => {
    const files = (version: string, code = "1") => ({
      "it.ts": `import { f } from "./near.ts"\n${make}`,
      "near.ts": 'import { g } from "@some/package/deep"\nimport f from "other"',
      "node_modules/@some/package/package.json": `{"version": "${version}"}`,
      "node_modules/@some/package/deep.js": code,
      "node_modules/other/package.json": '{"version": "7.0.0"}'
    })
    const one = idOf(files("1.0.0"))
    expect(one.files).toMatchObject({ "@some/package": "1.0.0", other: "7.0.0" })
    expect(idOf(files("1.0.1")).digest).not.toBe(one.digest)
    expect(idOf(files("1.0.0", "2")).digest).toBe(one.digest)
  })
})

describe("the code id is refused", () => {
  const refused: ReadonlyArray<readonly [what: string, body: string, message: RegExp]> = [
    ["a computed import", "const f = (x) => import(x)", /it\.ts:1: .*cannot be followed/],
    ["an import of a template", "const f = (x) => import(`./${x}.ts`)", /cannot be followed/],
    ["require", 'const f = () => require("./a.cjs")', /cannot be followed/],
    ["createRequire", "const f = createRequire(import.meta.url)", /cannot be followed/],
    ["eval", 'const f = () => eval("1")', /cannot be followed/],
    ["a worker", 'const f = () => new Worker("./w.js")', /cannot be followed/],
    ["an absolute import", 'import { f } from "/etc/f.ts"', /relative path/],
    ["a file URL", 'import { f } from "file:///etc/f.ts"', /relative path/],
    ["an import of data in a URL", 'import f from "data:text/javascript,export default 1"', /relative path/],
    ["a subpath import", 'import { f } from "#f"', /write the path/],
    ["a module that is not there", 'import { f } from "./nowhere.ts"', /cannot be read/],
    ["a package that is not there", 'import { f } from "no-such-package"', /npm install/],
    [
      "a stage made in a function",
      'const g = () => Stage.make("other", {})',
      /it\.ts:1: a stage is made inside a function/
    ],
    ["a stage made in a callback", '[1].map((x) => Stage.make("other", {}))', /inside a function/],
    ["a stage made in a class", 'class A { static b = Stage.make("other", {}) }', /inside a function/],
    ["a stage whose name is computed", 'const g = Stage.make("a" + "b", {})', /written as a string/],
    ["code that does not parse", "const f = (", /it\.ts:1/]
  ]
  it.each(refused)("for %s", (_, body, message) => {
    expect(() => digestOf(body)).toThrow(message)
  })

  it.each([
    ["under another name of the module", 'import * as S from "./Stage.ts"\nS.make("it", {})'],
    ["by a function taken from it", 'const { make } = Stage\nmake("it", {})'],
    ["by a computed member", 'Stage["make"]("it", {})'],
    ["by a helper", 'import { mine } from "./mine.ts"\nmine("it")']
  ])("for a stage made %s", (_, body) => {
    expect(() => idOf({ "it.ts": body })).toThrow(/not made at the top level/)
  })
})

describe("a run of a user's modules", () => {
  const pipeline = [
    heading,
    'import { f } from "./near.ts"',
    'export const far = Stage.make("far", { module: import.meta.url, params: Schema.Struct({}), inputs: {},',
    "  outputs: { value: Value }, run: () => Effect.succeed({ value: { value: f() } }) })",
    'export const near = Stage.make("near", { module: import.meta.url, params: Schema.Struct({}),',
    "  inputs: { value: Value }, outputs: { value: Value },",
    "  run: ({ inputs }) => Effect.succeed({ value: { value: inputs.value.value + 1 } }) })",
    'export const p = Pipeline.make("p", { params: Schema.Struct({}) }, () => near({}, far({}, {})))'
  ].join("\n")
  const helper = (text: string) => ({ "near.ts": 'export { f } from "./helper.ts"', "helper.ts": text })

  it("is told of a changed helper by its file; vouching makes the changed code a hit", async () => {
    const user = modules({ "p.ts": pipeline, ...helper("export const f = () => 1") })
    const store = temporaryFolder()
    const first = await runOf(user.pathOf("p.ts"), store)
    expect(first.summary.ran).toBe(2)
    user.write(helper("// Now with a comment.\nexport const f = () => 1;"))
    expect((await planOf(user.pathOf("p.ts"), store)).summary.hit).toBe(2)

    user.write(helper("export const f = () => 2 - 1"))
    const plan = await planOf(user.pathOf("p.ts"), store)
    const folder = path.relative(path.join(import.meta.dirname, "..", ".."), user.folder)
    expect(plan.nodes[0]).toMatchObject({ id: "far", state: "run", why: `code changed: ${folder}/helper.ts` })

    // Both stages stand in one module, so both digests are vouched for.
    let lock = StagesLock.read(user.pathOf("p.ts"))
    const codes = CodeId.make(memo.open(path.join(store, "no memo.json")))
    const { manifest } = JSON.parse(entryText(store, first.nodes[0].key)) as { manifest: { code: string } }
    for (const stage of ["far", "near"]) {
      lock = StagesLock.vouch(
        lock,
        stage,
        manifest.code,
        codes.of(stageOf(stage, user.pathOf("p.ts"))).digest
      )
    }
    StagesLock.write(lock)
    expect((await planOf(user.pathOf("p.ts"), store)).summary).toEqual({
      hit: 2,
      restore: 0,
      run: 0,
      unknown: 0
    })
    user.write(helper("export const f = () => 3"))
    expect((await planOf(user.pathOf("p.ts"), store)).summary).toMatchObject({ hit: 0, run: 1 })
  })

  it("refuses two stages of one name", async () => {
    const stage =
      'Stage.make("far", { module: import.meta.url, params: Schema.Struct({}), inputs: {}, outputs: {},'
    const user = modules({
      "p.ts": `${pipeline}\nimport "./again.ts"`,
      "again.ts": `${heading}\n${stage} run: () => Effect.succeed({}) })`,
      ...helper("export const f = () => 1")
    })
    await expect(planOf(user.pathOf("p.ts"), temporaryFolder())).rejects.toThrow(/two stages are named "far"/)
  })

  it("does not file the result of code that was edited while it ran", async () => {
    const user = modules({
      "p.ts": [
        heading,
        'import { edit } from "./edit.ts"',
        'import { late } from "./late.ts"',
        'export const p = Pipeline.make("p", { params: Schema.Struct({}) }, () => late({}, edit({}, {})))'
      ].join("\n"),
      "edit.ts": [
        heading,
        'import fs from "node:fs"',
        'export const edit = Stage.make("edit", { module: import.meta.url, params: Schema.Struct({}), inputs: {},',
        "  outputs: { value: Value }, run: () => { ",
        '    fs.writeFileSync(new URL("helper.ts", import.meta.url), "export const f = () => 2")',
        "    return Effect.succeed({ value: { value: 0 } }) } })"
      ].join("\n"),
      "late.ts": [
        heading,
        'import { f } from "./near.ts"',
        'export const late = Stage.make("late", { module: import.meta.url, params: Schema.Struct({}),',
        "  inputs: { value: Value }, outputs: { value: Value },",
        "  run: () => Effect.succeed({ value: { value: f() } }) })"
      ].join("\n"),
      ...helper("export const f = () => 1")
    })
    const store = temporaryFolder()
    const did = await runOf(user.pathOf("p.ts"), store)
    const failed = did.events.flatMap((event) => (event._tag === "Failed" ? [event] : []))
    expect(failed).toMatchObject([{ node: "late", outcome: "NodeFailed", retried: false }])
    expect(failed[0].message).toMatch(/changed .*helper\.ts/)
    expect((await runOf(user.pathOf("p.ts"), store)).summary).toMatchObject({ ran: 1, failed: 0 })
  })
})

const entryText = (store: string, key: string): string =>
  fs.readFileSync(path.join(store, "actions", key.slice(0, 2), `${key.slice(2)}.json`), "utf8").split("\n")[1]
