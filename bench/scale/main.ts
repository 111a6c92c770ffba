// What largo costs at scale, beside Snakemake, redun and ninja on the same graphs: npm run bench [-- --in DIR] [--million].
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { homedir, loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { markdownTable } from "../../formats/markdownTable.ts"
import { machine, writeSection } from "../results.ts"
import { bare, installed, largo, ofLargo, prepared } from "./engines.ts"
import type { Engine } from "./engines.ts"
import { evict, inTurn, least, measure } from "./measure.ts"
import type { Command, Measured } from "./measure.ts"

const { values: given } = parseArgs({
  options: {
    /** Where stores are made; kept, so that an interrupted bench goes on from there. */
    in: { type: "string" },
    million: { type: "boolean", default: false },
    /** Leaves out what takes long on a busy machine: Snakemake, redun, 100,000 nodes, most of the programs. */
    quick: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" }
  }
})
const rounds = Number(given.rounds)
const base = given.in ?? mkdtempSync(join(tmpdir(), "largo-scale-"))
/** The engines that take minutes for what the others do in seconds. */
const slow = ["Snakemake", "redun"]
const engines = installed().filter(({ name }) => !(given.quick && slow.includes(name)))
/** The largest graphs that are asked of an engine. */
const most: Readonly<Record<string, number>> = given.quick ? {} : { Snakemake: 10_001, redun: 1001 }
const loadBefore = loadavg()[0]

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(2))
const thousands = (value: number): string => (value - (value % 10)).toLocaleString("en-US")

const columns = ["wall s", "CPU s", "MB", "wall ratio", "CPU ratio"]
const cells = ({ cpu, memory, wall }: Measured, to: Measured): ReadonlyArray<string> => [
  short(wall),
  short(cpu),
  memory.toFixed(0),
  short(wall / to.wall),
  short(cpu / to.cpu)
]

/** Rows of a table, compared with the first one. */
const rowsOf = (found: Readonly<Record<string, Measured>>): ReadonlyArray<ReadonlyArray<string>> => {
  const [first] = Object.values(found)
  return Object.entries(found).map(([name, measured]) => [name, ...cells(measured, first)])
}

const noop = (nodes: number): Readonly<Record<string, Measured>> => {
  const commands: Record<string, Command> = {}
  for (const engine of engines) {
    if (nodes > (most[engine.name] ?? Infinity)) continue
    say(`nothing to do: ${engine.name}, ${nodes} nodes`)
    const folder = prepared(engine, "chains", nodes, base, true)
    commands[engine.name] = engine.run("chains", nodes, folder)
    measure(commands[engine.name]) // Writes what later ones find, such as an index.
  }
  return inTurn(commands, rounds)
}

/** No-op runs of 100,000 nodes when what makes them fast is gone. */
const cold = (): Readonly<Record<string, Measured>> => {
  const nodes = 100_001
  const folder = prepared(largo, "chains", nodes, base, true)
  const store = join(folder, "store")
  const root = join(import.meta.dirname, "..", "..")
  const code = [
    "bin",
    "cli",
    "executors",
    "pipeline",
    "cache",
    "schemas",
    "formats",
    "node_modules/effect",
    "node_modules/acorn"
  ]
  const read = [store, ...code.map((name) => join(root, name)), join(homedir(), ".cache", "largo")]
  const command = largo.run("chains", nodes, folder)
  const times = (before: () => void): Measured =>
    least(
      Array.from({ length: Math.min(rounds, 3) }, () => {
        before()
        return measure(command)
      })
    )
  measure(command)
  return {
    warm: times(() => {}),
    "files dropped from memory": times(() => evict(read)),
    "index deleted (`local/`), files in memory": times(() =>
      rmSync(join(store, "local"), { recursive: true })
    ),
    "index deleted, files dropped from memory": times(() => {
      rmSync(join(store, "local"), { recursive: true })
      evict(read)
    })
  }
}

const plans = (): Readonly<Record<string, Measured>> => {
  const nodes = 10_001
  const folder = prepared(largo, "chains", nodes, base, true)
  return inTurn(
    {
      "all cached": ofLargo("plan", "chains", nodes, folder),
      "a param of each chain changed: each node compared with its earlier one": ofLargo(
        "plan",
        "chains",
        nodes,
        folder,
        "--set",
        "salt=1"
      ),
      "all new": ofLargo("plan", "chains", nodes, prepared(largo, "chains", nodes, base, false))
    },
    rounds
  )
}

/** Each from nothing, so that every round has a folder of its own. */
const fromNothing = (engine: Engine, nodes: number): Measured => {
  const folder = prepared(engine, "programs", nodes, mkdtempSync(join(base, "round-")), false)
  try {
    return measure(engine.run("programs", nodes, folder))
  } finally {
    rmSync(join(folder, ".."), { recursive: true })
  }
}

const programs = (nodes: number): Readonly<Record<string, Measured>> => {
  const found = new Map<string, Array<Measured>>()
  for (let round = 0; round < rounds; round += 1) {
    for (const engine of [...engines.toReversed(), bare]) {
      // Those that take minutes are measured once.
      if (round > 0 && slow.includes(engine.name)) continue
      say(`programs: ${engine.name}, round ${round + 1}`)
      found.set(engine.name, [...(found.get(engine.name) ?? []), fromNothing(engine, nodes)])
    }
  }
  return Object.fromEntries([...found].map(([name, its]) => [name, least(its)]))
}

/** Processor milliseconds of the engine that each further node costs, of nodes that compute next to nothing in a worker. */
const ownCost = (fewer: number, more: number): number => {
  const least = [fewer, more].map((nodes) => {
    const found = Array.from({ length: Math.min(rounds, 3) }, () => {
      const folder = mkdtempSync(join(base, "round-"))
      const { args, program } = ofLargo("run", "chains", nodes, folder, "--json", "--timings")
      const { stdout } = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      rmSync(folder, { recursive: true })
      return (JSON.parse(stdout) as { timings: { engineSeconds: number } }).timings.engineSeconds
    })
    return Math.min(...found)
  })
  return (1000 * (least[1] - least[0])) / (more - fewer)
}

const sizes = given.quick ? [1001, 10_001] : [1001, 10_001, 100_001, ...(given.million ? [1_000_001] : [])]
const still = sizes.map((nodes) => ({ nodes, found: noop(nodes) }))
const chilled = given.quick ? undefined : cold()
say("plans")
const planned = plans()
const jobs = given.quick ? 300 : 1000
const started = programs(jobs)
say("nodes in workers")
const [fewer, more] = given.quick ? [501, 2001] : [1001, 10_001]
const own = ownCost(fewer, more)
const control = least(
  Array.from({ length: rounds }, () => measure({ program: process.execPath, args: ["-e", "0"], cwd: base }))
)

const load = [loadBefore, loadavg()[0]].map((value) => value.toFixed(0)).join(" to ")
const versions = engines.map(({ name, version }) => `${name} ${version() ?? ""}`).join(", ")
const asked = Object.entries(most)
  .filter(([name]) => engines.some((engine) => engine.name === name))
  .map(([name, nodes]) => `${name} is asked up to ${thousands(nodes)} nodes`)
  .map((words) => `${words}.`)
  .join(" ")
const growth = still.map(({ found: { largo: its }, nodes }) => [
  thousands(nodes),
  ((1e6 * (its.cpu - still[0].found["largo"].cpu)) / Math.max(1, nodes - sizes[0])).toFixed(1),
  ((1e3 * (its.memory - still[0].found["largo"].memory)) / Math.max(1, nodes - sizes[0])).toFixed(2)
])

const text = `\`npm run bench\`: ${machine()}, other work on the machine all the while (load average ${load}); ${versions}.
Whole processes, start included; the least of ${rounds} rounds in which the programs took turns. Seconds on the clock hold the waiting for
other work; processor seconds do not, though shared caches make them longer as well. An empty \`node -e 0\` took ${short(control.wall)} s on the
clock and ${short(control.cpu)} s of processor in the same go.

### Nothing to do

Chains of ten nodes gathered by one, all cached. Ratios are to largo's row. ${asked}

${markdownTable(
  ["nodes", "program", ...columns],
  still.flatMap(({ found, nodes }) => rowsOf(found).map((row) => [thousands(nodes), ...row]))
)}

Growth from ${thousands(sizes[0])} nodes on: what each further node adds.

${markdownTable(["nodes", "µs of processor", "kB"], growth.slice(1))}

${chilled === undefined ? "" : `### Nothing to do, 100,000 nodes, after the machine has forgotten them\n\n${markdownTable(["state", ...columns], rowsOf(chilled))}\n`}
### \`largo plan\`, 10,000 nodes

${markdownTable(["what", ...columns], rowsOf(planned))}

### ${thousands(jobs)} programs that do nothing, on 2 cores

Each node starts \`/bin/true\`. Bare Node is a folder, a process, and two flushed and linked files a node, with no engine; ratios are to ninja, which keeps
only a time.

${markdownTable(["program", ...columns], rowsOf(started))}

### The engine's own work

Each further node that computes next to nothing in a worker costs ${short(own)} ms of processor outside of its \`run\`, workers and driver
together, flushes included (chains of ten from an empty store, ${thousands(more)} nodes against ${thousands(fewer)}).
`
process.stdout.write(text)
writeSection("Scale", text)
if (given.in === undefined) rmSync(base, { recursive: true })
