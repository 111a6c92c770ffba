// Wrong usage and wrong params: status 2, every problem with its path, the same as JSON, no stack trace.
import fs from "node:fs"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { hello, pipeline, place, root } from "./largo.ts"
import type { Place } from "./largo.ts"

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here.remove())

const problemsOf = async (...args: ReadonlyArray<string>) => {
  const { answer, status, stderr } = await here.ask("error", ...args)
  expect(status).toBe(2)
  expect(stderr).not.toMatch(/^ {4}at /m)
  return answer["error"] as { problems: ReadonlyArray<string>; message: string; fix: string; name: string }
}

describe("wrong words", () => {
  it("are all listed, each with the word that is wrong", async () => {
    const { problems } = await problemsOf("run", "--sett", "a=1", "--jobs", "--set", "--timings=no")
    expect(problems).toEqual([
      "--sett: no such option; did you mean set?",
      "--jobs: needs a value, N",
      "--set: needs a value, NAME=VALUE",
      '--timings: takes no value, got "no"'
    ])
  })

  it.each([
    [["rum"], "rum: no such command; did you mean run?"],
    [["cache"], "cache: needs a second word"],
    [["cache", "sweep"], "cache: no command cache sweep"],
    [["run"], "PIPELINE: is missing"],
    [["run", hello, "again"], "again: one word too many"],
    [["run", hello, "--store", "a", "--store", "b"], '--store: given twice, the second time as "b"'],
    [["run", hello, "--jobs", "0"], '--jobs: needs a whole number from 1 on, got "0"'],
    [
      ["run", hello, "--executor", "cloud"],
      '--executor: there is no executor "cloud"; there are: local, slurm'
    ],
    [["graph", hello, "--format", "png"], '--format: there is no format "png"'],
    [["cache", "gc", "--store", root], `there is no store in ${root}`],
    [["cache", "gc", "--max-size", "much"], '--max-size: "much" is no size'],
    [["status", "--store", "/nowhere/at/all"], "there is no store in /nowhere/at/all"]
  ])("%j says %s", async (words, problem) => {
    if (problem.startsWith("--max-size")) await here.largo("run", hello, "--only", "square")
    expect((await problemsOf(...words)).problems).toEqual(
      [problem].map((each) => (words.includes(root) ? expect.any(String) : each))
    )
  })
})

describe("a pipeline that cannot be had", () => {
  it("is said with what could be named instead", async () => {
    expect((await problemsOf("run", "coarse-grainin")).problems[0]).toContain(
      'no pipeline "coarse-grainin" ships with largo'
    )
    expect((await problemsOf("run", "nowhere.ts")).problems[0]).toContain("there is no file")
    expect((await problemsOf("run", path.join(root, "schemas/Kind.ts"))).problems[0]).toContain(
      "exports no pipeline"
    )
  })

  it("is asked for by name where a module exports several", async () => {
    const { fix, problems } = await problemsOf("run", pipeline("big.ts"))
    expect(problems[0]).toContain("exports 2 pipelines")
    expect(fix).toContain("big.ts#big or ")
    expect((await here.ask("run", "run", `${pipeline("big.ts")}#first`)).answer).toMatchObject({ ran: 1 })
    expect((await problemsOf("run", `${pipeline("big.ts")}#third`)).problems[0]).toContain(
      'exports no pipeline "third"'
    )
  })

  it("is refused with the line where a module's code cannot be known", async () => {
    const file = path.join(here.folder, "opaque.ts")
    fs.symlinkSync(path.join(root, "node_modules"), path.join(here.folder, "node_modules"))
    const engine = path.relative(here.folder, path.join(root, "pipeline"))
    fs.writeFileSync(
      file,
      `import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Pipeline from "${engine}/Pipeline.ts"
import * as Stage from "${engine}/Stage.ts"
import * as Kind from "${engine}/../schemas/Kind.ts"
const make = () => Stage.make("hidden", {
  module: import.meta.url, params: Schema.Struct({}), inputs: {}, outputs: { x: Kind.json("x", Schema.Struct({})) },
  run: () => Effect.succeed({ x: {} })
})
const hidden = make()
export const opaque = Pipeline.make("opaque", { params: Schema.Struct({}) }, () => hidden({}, {}))
`
    )
    const { name, message } = await problemsOf("run", file)
    expect(name).toBe("OpaqueCode")
    expect(message).toContain("opaque.ts:6: a stage is made inside a function")
  })
})

describe("wrong params", () => {
  it("are all listed, each with its path", async () => {
    const { problems } = await problemsOf("run", hello, "--set", "count=many", "--set", "size.x=1")
    expect(problems).toEqual(
      expect.arrayContaining([expect.stringMatching(/^count: /), expect.stringMatching(/^size: /)])
    )
  })

  it("are refused where a setting or a file is none", async () => {
    fs.writeFileSync(path.join(here.folder, "list.json"), "[1]")
    fs.writeFileSync(path.join(here.folder, "broken.json"), "{")
    const { problems } = await problemsOf(
      "run",
      hello,
      "--params",
      "list.json",
      "--params",
      "broken.json",
      "--set",
      "count",
      "--set",
      "a.b=1",
      "--set",
      "a.b.c=1"
    )
    expect(problems).toEqual([
      "--params list.json: holds no JSON object",
      expect.stringContaining("--params broken.json: is not JSON"),
      "--set count: has no NAME=VALUE",
      "--set a.b.c=1: a.b is 1 already"
    ])
  })

  it("come from files in order, then from settings", async () => {
    fs.writeFileSync(path.join(here.folder, "one.json"), '{"count": 1}')
    fs.writeFileSync(path.join(here.folder, "two.json"), '{"count": 2}')
    const count = async (...args: ReadonlyArray<string>) =>
      (
        (await here.ask("graph", "graph", hello, ...args)).answer["nodes"] as ReadonlyArray<{ stage: string }>
      ).filter(({ stage }) => stage === "square").length
    expect(await count("--params", "one.json", "--params", "two.json")).toBe(2)
    expect(await count("--set", "count=4", "--params", "one.json")).toBe(4)
  })
})

describe("what is missing", () => {
  it("is a tool: named, with its purpose and how to get it, before anything runs", async () => {
    const { name, message } = await problemsOf(
      "run",
      pipeline("lacking.ts"),
      "--store",
      path.join(here.folder, "unused")
    )
    expect(name).toBe("MissingTool")
    expect(message).toBe("unobtainium: it was not found; it is needed for flying. Nobody can install it.")
    expect(fs.existsSync(path.join(here.folder, "unused", "runs"))).toBe(false)
  })

  it("is a store of this form", async () => {
    fs.mkdirSync(path.join(here.folder, "old"))
    fs.writeFileSync(path.join(here.folder, "old", "format"), "largo store 0\n")
    const { name, message } = await problemsOf("runs", "--store", "old")
    expect(name).toBe("UnknownStore")
    expect(message).toContain('holds "largo store 0" where this largo reads "largo store 1"')
  })
})

describe("help", () => {
  it("is printed by largo alone, and for each command by --help", async () => {
    const { status, stdout } = await here.largo()
    expect(status).toBe(0)
    expect(stdout).toContain("cache gc")
    expect((await here.largo("cache", "gc", "--help")).stdout).toContain("--max-size SIZE")
    expect((await here.largo("help", "plan")).stdout).toContain("largo plan PIPELINE [options]")
  })

  it("has the version of the package beside it", async () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
      version: string
    }
    expect((await here.largo("--version")).stdout).toBe(`${version}\n`)
  })
})
