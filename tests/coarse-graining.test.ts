// The main job on real input: one tiny campaign in a copy of the sources, and what changes of params and code rerun in it.
import { execa } from "execa"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Digest } from "../cache/Digest.ts"
import * as Store from "../cache/Store.ts"
import { readDump } from "../formats/lammpsDump.ts"
import { decodeRows } from "../formats/parquet.ts"
import { readTrajectory } from "../formats/trajectory.ts"
import { BondedDistributions, Samples } from "../schemas/campaign.ts"
import type { ValueOf } from "../schemas/Kind.ts"
import type { Inversion } from "../schemas/Potential.ts"
import { findLammps } from "../scripts/findLammps.js"
import { blocksOf } from "./docs/blocks.ts"

const root = path.join(import.meta.dirname, "..")
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "largo-campaign-"))
afterAll(() => fs.rmSync(temporary, { recursive: true, force: true }))

const copy = path.join(temporary, "largo")
const store = path.join(temporary, "store")

/** The sources, so that code may be edited; packages and tools stay where they are. */
const copySources = () => {
  const linked = ["node_modules", ".venv"]
  const left = [...linked, ".git", ".largo", "tests", "docs", "bench", "coarse-graining"]
  fs.mkdirSync(copy)
  for (const name of fs.readdirSync(root)) {
    const from = path.join(root, name)
    if (linked.includes(name)) fs.symlinkSync(from, path.join(copy, name))
    else if (!left.includes(name)) fs.cpSync(from, path.join(copy, name), { recursive: true })
  }
}

interface Node {
  readonly id: string
  readonly stage: string
  readonly state: string
  readonly why: string
}
interface Ran {
  readonly ran: number
  readonly cached: number
  readonly failed: number
  readonly targets: Readonly<Record<string, string | null>>
  /** The nodes that ran. */
  readonly nodes: ReadonlyArray<Node>
}

/** The answer of `largo ARGS --json`; throws with what it said where it fails. */
const ask = async (...args: ReadonlyArray<string>) => {
  const { stdout } = await execa(process.execPath, [path.join(copy, "bin", "largo.js"), ...args, "--json"], {
    cwd: temporary,
    env: { LARGO_STORE: store, CI: "1" },
    killDescendants: true
  })
  return JSON.parse(stdout)
}

const campaign = (samples: number, ...more: ReadonlyArray<string>) => [
  "coarse-graining",
  ...["protocol=tiny", `samples=${samples}`, ...more].flatMap((set) => ["--set", set])
]
const plan = async (...words: ReadonlyArray<string>): Promise<ReadonlyArray<Node>> =>
  (await ask("plan", ...words)).nodes
const run = async (...words: ReadonlyArray<string>): Promise<Ran> => {
  const answer = await ask("run", ...words)
  const at = words.includes("--store") ? ["--store", words.at(-1)!] : []
  const { nodes } = await ask("show", answer.run, ...at)
  const own = (nodes as ReadonlyArray<Node & { readonly node: string }>).filter(
    ({ state }) => state === "ran"
  )
  return { ...answer, nodes: own.map((node) => ({ ...node, id: node.node })) }
}

const stagesOf = (nodes: ReadonlyArray<Node>) => [...new Set(nodes.map(({ stage }) => stage))].sort()
const todo = (nodes: ReadonlyArray<Node>) =>
  nodes.filter(({ state }) => state === "run" || state === "unknown")
const ids = (nodes: ReadonlyArray<Node>) => nodes.map(({ id }) => id)

/** The stages, by their file, that reach a module by imports of values: an independent walk, by text. */
const stagesThatReach = (module: string): ReadonlyArray<string> => {
  const importsOf = (file: string) =>
    [
      ...fs.readFileSync(file, "utf8").matchAll(/^(?:import|export)\s+(?!type\b)[^"]*?from\s+"(\.[^"]+)"/gm)
    ].map(([, specifier = ""]) => path.join(path.dirname(file), specifier))
  const reaches = (file: string, seen = new Set<string>()): boolean => {
    if (file === path.join(root, module)) return true
    if (seen.has(file) || /\/(pipeline|cache|tools)\//.test(file)) return false
    seen.add(file)
    return importsOf(file).some((next) => reaches(next, seen))
  }
  const folder = path.join(root, "stages")
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && reaches(path.join(folder, name)))
    .flatMap((name) => [
      ...(/Stage\.make\("([\w-]+)"/.exec(fs.readFileSync(path.join(folder, name), "utf8"))?.slice(1) ?? [])
    ])
    .sort()
}

/** What the README prints of a plan: the stages with nodes to run or waiting. */
const toldBy = (mark: string) => {
  const block = blocksOf(path.join(root, "README.md")).find((each) => each.mark === mark)
  const lines = (block?.text ?? "").split("\n").slice(1)
  return lines.flatMap((line) => {
    const [, stage, cells = "", why = ""] = /^([a-z]+(?:-[a-z]+)*) {2,}(.{38,}?) {2}(\S.*)$/.exec(line) ?? []
    return stage === undefined ? [] : [{ stage, cells, why }]
  })
}

let first: Ran
beforeAll(async () => {
  copySources()
  first = await run(...campaign(2))
}, 900_000)

describe("a tiny campaign", () => {
  it("reaches every target; the liquid of the unchanged force field is the known one, as far as so short a run can tell", async () => {
    expect(first.failed).toBe(0)
    expect(Object.values(first.targets)).not.toContain(null)
    const dataset = path.join(temporary, "dataset")
    await ask("export", "coarse-graining", "--to", dataset)
    const bytes = fs.readFileSync(path.join(dataset, "samples", "part-0.parquet"))
    const [liquid] = await decodeRows(bytes, Samples.columns)
    expect(liquid.density).toBeGreaterThan(0.66)
    expect(liquid.density).toBeLessThan(0.78)
    expect(liquid.temperature).toBeGreaterThan(285)
    expect(liquid.temperature).toBeLessThan(312)
  })

  it("runs nothing the second time", async () => {
    const again = await run(...campaign(2))
    expect(again).toMatchObject({ ran: 0, failed: 0, targets: first.targets })
    expect(again.nodes).toEqual([])
  })

  it("exports its models as folders that plain LAMMPS runs, with the same trajectory", async () => {
    const model = path.join(temporary, "model")
    await ask("export", "coarse-graining", "--model", "cg-md@sample=0", "--to", model)
    const found = findLammps()
    if ("problem" in found) throw new Error(found.problem)
    const lammps = found.path
    await execa(lammps, ["-in", "in.lammps", "-log", "none"], { cwd: model })
    const positions = []
    const dump = fs.createReadStream(path.join(model, "trajectory.dump"))
    for await (const frame of readDump(dump, { units: "real" }))
      positions.push(Array.from(frame.positions, Math.fround))
    const { actions, contents } = Store.open(store)
    const { nodes } = await ask("show", "latest")
    const { key } = (nodes as ReadonlyArray<{ node: string; key: string }>).find(
      ({ node }) => node === "cg-md@sample=0"
    )!
    const beads = actions.lookup(key)!.outputs["beads"].digest
    const stored = await readTrajectory(fs.createReadStream(contents.pathOf(beads)))
    const expected = []
    for await (const frame of stored.frames) expected.push([...frame.positions])
    expect(positions).toEqual(expected)

    // By a sample's name it is the model with friction.
    const slowed = path.join(temporary, "slowed")
    await ask("export", "coarse-graining", "--model", "sample=0", "--to", slowed)
    expect(fs.readFileSync(path.join(slowed, "in.lammps"), "utf8")).toContain("fix friction all langevin")
    await execa(lammps, ["-in", "in.lammps", "-log", "none"], { cwd: slowed })
    await expect(ask("export", "coarse-graining", "--model", "sample=9", "--to", model)).rejects.toThrow(
      'has no model \\"sample=9\\"; it has sample=0, sample=1'
    )
  }, 900_000)

  it("has the same keys and bytes on another empty store", async () => {
    const other = path.join(temporary, "other")
    await run(...campaign(1), "--store", other)
    const stores = [store, other].map((folder) => Store.open(folder))
    const known = new Set(await keysOf(store))
    const shared = (await keysOf(other)).filter((key) => known.has(key))
    const [here, there] = stores.map(({ actions }) => shared.map((key) => actions.lookup(key as Digest)))
    // Everything of sample 0, from its force field to its friction; the collectors see fewer samples.
    expect(here.map((entry) => entry?.node)).toEqual(
      expect.arrayContaining(
        ["all-atom-md", "map-to-cg", "cg-md", "calibrate-friction"].map((stage) => `${stage}@sample=0`)
      )
    )
    expect(there.map((entry) => entry?.outputs)).toEqual(here.map((entry) => entry?.outputs))
  }, 900_000)
})

const keysOf = async (folder: string): Promise<ReadonlyArray<string>> => {
  const { entries } = await ask("cache", "ls", "--store", folder)
  return entries.map(({ key }: { readonly key: string }) => key)
}

describe("molecules of three beads", () => {
  it("take the all-atom runs that are there, and come to bonds and angles within 0.05 at their temperature", async () => {
    const words = campaign(1, "mapping=three-bead")
    expect(ids(todo(await plan(...words)))).not.toContain("all-atom-md@sample=0")
    const done = await run(...words, "--until", "bonded_distributions")
    expect(done.failed).toBe(0)
    expect(stagesOf(done.nodes)).toEqual([
      "boltzmann-invert",
      "collect-bonded",
      "ibi-step",
      "load-mapping",
      "map-to-cg",
      "measure-structure"
    ])
    const iterations = ids(done.nodes).filter((id) => id.startsWith("ibi-step"))
    const { history, quality } = await inversionOf(`ibi-step@sample=0/iteration=${iterations.length - 1}`)
    expect(quality).toBe("ok")
    expect(history).toHaveLength(iterations.length)
    for (const { temperature, timeStep } of history) {
      expect(Math.abs(temperature! / 298.15 - 1)).toBeLessThan(0.02)
      expect(timeStep!).toBeGreaterThan(0.001)
      expect(timeStep!).toBeLessThan(0.004)
    }
    const bytes = Store.open(store).contents.read(done.targets["bonded_distributions"] as Digest)
    const rows = await decodeRows(bytes, BondedDistributions.columns)
    const terms = [...Map.groupBy(rows, ({ beads, kind }) => `${kind} ${beads}`)]
    expect(terms.map(([term]) => term)).toEqual(["bond A-B", "angle A-B-A"])
    for (const [, bins] of terms) {
      const variation = bins.reduce((sum, { model, target }) => sum + Math.abs(model! - target) / 2, 0)
      expect(variation).toBeLessThan(0.05)
    }
  }, 300_000)
})

const inversionOf = async (node: string): Promise<ValueOf<typeof Inversion>> => {
  const { actions, contents } = Store.open(store)
  const found = (await keysOf(store)).map((key) => actions.lookup(key as Digest))
  const digests = found.flatMap((entry) =>
    entry?.node === node && entry.outputs["inversion"] !== undefined
      ? [entry.outputs["inversion"].digest]
      : []
  )
  // The campaign of one bead a molecule has a node of that name too, without bonds.
  const inversions = digests.map((digest) => JSON.parse(Buffer.from(contents.read(digest)).toString()))
  return inversions.find(({ variation }) => variation !== null)
}

describe("another fit window", () => {
  const words = campaign(2, "fit.window.tmin=3", "fit.window.tmax=9")
  // What a diffusion coefficient reaches; the network for the structure has never seen one.
  const after = [
    "calibrate-friction",
    "collect-diffusion",
    "collect-friction",
    "collect-scores",
    "collect-validations",
    "compare-routes",
    "export-dataset",
    "extract-diffusion",
    "match-pairs",
    "predict-potential",
    "predict-scalar",
    "train-model",
    "validate-model"
  ]
  /** A simulation of a prediction: it waits for a model. */
  const ofRoutes = ({ id }: Node) => id.includes("/route=")

  it("reaches diffusion and what follows, by the plan and by the run", async () => {
    const planned = todo(await plan(...words))
    const done = await run(...words)
    expect(done.failed).toBe(0)
    for (const nodes of [planned, done.nodes]) {
      const reached = nodes.filter((node) => !ofRoutes(node))
      expect(after).toEqual(expect.arrayContaining([...stagesOf(reached)]))
      expect(ids(reached)).not.toContain("train-model@structure")
      expect(stagesOf(reached)).toEqual(expect.arrayContaining(["extract-diffusion", "calibrate-friction"]))
    }
    expect(ids(planned)).toEqual(
      expect.arrayContaining(ids(done.nodes).filter((id) => !/iteration=/.test(id)))
    )
    const told = toldBy("plan fit").filter(({ why }) => why !== "")
    const wholly = stagesOf(planned.filter((node) => !ofRoutes(node)))
    expect(wholly).toEqual(
      expect.arrayContaining(told.map(({ stage }) => stage).filter((stage) => after.includes(stage)))
    )
  }, 900_000)
})

describe("code", () => {
  const kernel = path.join(copy, "kernels", "rdf.ts")
  const reach = stagesThatReach("kernels/rdf.ts")

  it("may have its comments edited: nothing runs", async () => {
    fs.appendFileSync(kernel, "\n// A remark.\n")
    expect(todo(await plan(...campaign(2)))).toEqual([])
  })

  it("of the RDF kernel edited reruns exactly the stages that reach it, named before anything runs", async () => {
    const text = fs.readFileSync(kernel, "utf8")
    const edited = text.replaceAll(/\bcounted\b(?=[^`'"]*$)/gm, "pairCount")
    expect(edited).not.toBe(text)
    fs.writeFileSync(kernel, edited)
    expect(reach).toEqual(["calibrate-friction", "ibi-step", "measure-structure"])

    const planned = await plan(...campaign(2))
    const named = planned.filter(({ why }) => why.includes("code changed: kernels/rdf.ts"))
    expect(stagesOf(named)).toEqual(reach)
    const sure = planned.filter(({ state }) => state === "run")
    expect(ids(sure).sort()).toEqual(["measure-structure@sample=0", "measure-structure@sample=1"])
    const told = toldBy("plan rdf").filter(({ why }) => why.includes("code changed: kernels/rdf.ts"))
    expect(told.map(({ stage }) => stage).sort()).toEqual(reach)

    const done = await run(...campaign(2))
    expect(stagesOf(done.nodes)).toEqual(reach)
    // Equal bytes stop it there: everything downstream is as it was.
    expect(done.targets).toEqual(first.targets)
    expect(todo(await plan(...campaign(2)))).toEqual([])
  }, 900_000)
})

describe("one sample more", () => {
  it("runs its own branch, the collectors and what is learned from them", async () => {
    const done = await run(...campaign(3))
    expect(done.failed).toBe(0)
    const ofSamples = done.nodes.filter(({ id }) => /sample=/.test(id) && !/route=/.test(id))
    expect(ofSamples.filter(({ id }) => !/sample=2\b/.test(id))).toEqual([])
    expect(stagesOf(ofSamples)).toEqual(
      expect.arrayContaining([
        "sample-parameters",
        "build-liquid",
        "all-atom-md",
        "map-to-cg",
        "measure-structure"
      ])
    )
    const simulated = done.nodes.filter(({ stage }) => stage === "all-atom-md")
    expect(ids(simulated)).toEqual(["all-atom-md@sample=2"])
    const rest = done.nodes.filter(({ id }) => !/sample=/.test(id))
    expect(stagesOf(rest).every((stage) => /^(collect|compare|match|train|export)-/.test(stage))).toBe(true)
  }, 900_000)
})
