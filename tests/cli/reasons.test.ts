// Why a node would run: each reason, as `plan`, `explain` and `diff` tell it for a pipeline of a user's.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import * as Store from "../../cache/Store.ts"
import { heading, modules } from "../engine/modules.ts"
import { place } from "./largo.ts"
import type { Answer } from "./largo.ts"

/** What a test changes of the module. */
interface Facts {
  readonly salt?: string
  readonly unit?: string
  readonly fails?: boolean
}

const moduleOf = ({ fails = false, salt = "", unit = "K" }: Facts) => `${heading}
import { readFileSync } from "node:fs"
import { each, pick } from "../../../../pipeline/combinators.ts"
import { toolFailed } from "../../../../pipeline/outcome.ts"
import { add } from "./add.ts"

const column = { type: "float64", unit: "${unit}", description: "A number." } as const
const Rows = Kind.table("rows", { value: column })
const teller = {
  name: "teller", purpose: "the test", install: "Make one.",
  locate: () => new URL("teller", import.meta.url).pathname,
  identify: async (path: string) => readFileSync(path, "utf8")
}
export const source = Stage.make("source", { module: import.meta.url, inputs: {}, outputs: { number: Value },
  params: Schema.Struct({ item: Schema.Int, md: Schema.Struct({ steps: Schema.Int, temperature: Schema.Finite }) }),
  run: ({ params: { item, md } }) => Effect.succeed({ number: { value: add(item, md.temperature) } }) })
export const told = Stage.make("told", { module: import.meta.url, inputs: { number: Value }, outputs: { number: Value },
  params: Schema.Struct({}), tools: [teller], run: ({ inputs: { number } }) => Effect.succeed({ number }) })
export const gather = Stage.make("gather", { module: import.meta.url, params: Schema.Struct({}), salt: "${salt}",
  inputs: { numbers: Stage.list({ number: Value }) }, outputs: { rows: Rows },
  run: ({ inputs: { numbers } }) => ${fails ? 'Effect.fail(toolFailed("it broke", "mend it"))' : "Effect.succeed({ rows: numbers.map(({ number }) => number) })"} })

export const p = Pipeline.make("p",
  { params: Schema.Struct({ count: Schema.Int, md: Schema.Struct({ steps: Schema.Int, temperature: Schema.Finite }) }) },
  ({ count, md }) => {
    const numbers = each("item", range(count), (item) => told({}, source({ item, md }, {})))
    return gather({}, { numbers: numbers.map(pick("number")) })
  })
`

const given = (count: number, temperature: number) =>
  [`count=${count}`, "md.steps=10", `md.temperature=${temperature}`].flatMap((set) => ["--set", set])
const before = given(2, 298.15)

/** A user's module that ran once. */
const ran = async (facts: Facts = {}) => {
  const here = place()
  onTestFinished(here.remove)
  const user = modules({
    "p.ts": moduleOf(facts),
    "add.ts": "export const add = (a: number, b: number) => a + b",
    teller: "teller 1"
  })
  const file = user.pathOf("p.ts")
  await here.ask("run", "run", file, ...before)
  const reasons = async (...args: ReadonlyArray<string>) => {
    const { answer } = await here.ask("plan", "plan", file, ...args)
    const nodes = answer["nodes"] as ReadonlyArray<Answer>
    return Object.fromEntries(
      nodes
        .filter(({ state }) => state !== "hit")
        .map(({ id, reason, state, why }) => [id, [state, reason, why]])
    )
  }
  return { here, user, file, reasons, store: Store.open(here.store) }
}

/** The first node of a stage in the store. */
const entryOf = (store: Store.Store, stage: string) => {
  const entries = [...store.actions.list()].map((key) => store.actions.lookup(key)!)
  return entries.find(({ manifest }) => manifest.stage === stage)!
}

describe("a node runs because", () => {
  it("it is new, a param is another, or an input, of which slot and producer are named", async () => {
    const { file, here, reasons } = await ran()
    expect(await reasons(...before)).toEqual({})
    expect(await reasons(...given(3, 298.15))).toEqual({
      "source@item=2": ["run", "new", "new"],
      "told@item=2": ["unknown", null, "until source@item=2"],
      gather: ["unknown", null, "until source@item=2"]
    })
    const hotter = given(2, 310)
    const why = "params changed: md.temperature: 298.15 -> 310"
    expect(await reasons(...hotter)).toMatchObject({
      "source@item=0": ["run", "params changed", why],
      "told@item=0": ["unknown", null, "until source@item=0"]
    })
    await here.ask("run", "run", file, ...hotter, "--until", "source")
    expect(await reasons(...hotter)).toMatchObject({
      "told@item=1": ["run", "input changed", "input changed: number from source@item=1"]
    })
    await here.ask("run", "run", file, ...given(3, 298.15), "--until", "told")
    expect(await reasons(...given(3, 298.15))).toEqual({
      gather: ["run", "input changed", "input changed: numbers (2 -> 3 rows) from told@item=2"]
    })

    const { stdout } = await here.largo("plan", file, ...hotter, "--nodes")
    expect(stdout).toMatch(/^told .* input changed: number from source$/m)
    expect(stdout).toMatch(/^told@item=0 +run +input changed: number from source@item=0$/m)
    expect(stdout).toMatch(/cost by past runs: at most .* core-hours/)
    const explained = await here.ask("explain", "explain", file, "source@item=0", ...hotter)
    const difference = { name: "param.md.temperature", before: "298.15", after: "310" }
    expect(explained.answer["differences"]).toContainEqual(difference)
    const second = await here.ask("run", "run", file, ...hotter)
    const runs = (await here.ask("runs", "runs")).answer["runs"] as ReadonlyArray<Answer>
    const compared = await here.ask("diff", "diff", String(runs.at(-1)!["run"]), String(second.answer["run"]))
    expect(compared.answer["changed"]).toContainEqual(
      expect.objectContaining({ node: "source@item=0", differences: [difference] })
    )
  })

  it("its code, its tool, its salt or the schema of its output is another", async () => {
    const { reasons, user } = await ran()
    user.write({ "add.ts": "export const add = (a: number, b: number) => b + a" })
    const helper = expect.stringMatching(/^code changed: \S+\/add\.ts$/)
    expect(await reasons(...before)).toMatchObject({ "source@item=0": ["run", "code changed", helper] })
    user.write({ "add.ts": "export const add = (a: number, b: number) => a + b", teller: "teller 2" })
    const tool = "tool changed: teller: teller 1 -> teller 2"
    expect(await reasons(...before)).toMatchObject({ "told@item=0": ["run", "tool changed", tool] })
    user.write({ teller: "teller 1", "p.ts": moduleOf({ salt: "2" }) })
    const salt = expect.stringMatching(/; salt changed: salt: {2}-> 2$/)
    expect(await reasons(...before)).toMatchObject({ gather: ["unknown", "salt changed", salt] })
    user.write({ "p.ts": moduleOf({ unit: "C" }) })
    const schema = expect.stringMatching(/; output schema changed: rows: rows \S+ -> rows \S+$/)
    expect(await reasons(...before)).toMatchObject({
      gather: ["unknown", "output schema changed", schema]
    })
  })

  it("its bytes are gone, or all that was known of it", async () => {
    const { reasons, store } = await ran()
    const gathered = entryOf(store, "gather")
    store.contents.remove(gathered.outputs["rows"].digest)
    expect(await reasons(...before)).toEqual({ gather: ["restore", "bytes missing", "bytes missing: rows"] })
    fs.rmSync(path.join(store.root, "actions", gathered.key.slice(0, 2), `${gathered.key.slice(2)}.json`))
    expect(await reasons(...before)).toEqual({
      gather: ["run", "never cached", "never cached: its result was removed"]
    })
  })

  it("it failed before, and is to be tried again", async () => {
    const { reasons } = await ran({ fails: true })
    const why = "earlier attempt failed: ToolFailed: it broke"
    expect(await reasons(...before)).toEqual({
      gather: ["failed", "earlier attempt failed", `${why}; --retry-failed tries again`]
    })
    expect(await reasons(...before, "--retry-failed")).toEqual({
      gather: ["run", "earlier attempt failed", why]
    })
    expect(await reasons(...given(1, 298.15))).toEqual({
      gather: ["run", "never cached", "never cached: it only failed, with other facts"]
    })
  })
})
