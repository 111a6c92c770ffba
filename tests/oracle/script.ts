// One edit script: a random graph, edited and run again and again, by engine and oracle, which have to agree.
import fs from "node:fs"
import path from "node:path"
import * as Effect from "effect/Effect"
import * as Disk from "../../cache/Disk.ts"
import * as Lease from "../../cache/Lease.ts"
import { stream } from "../../kernels/random.ts"
import type { Random } from "../../kernels/random.ts"
import type { Event } from "../../pipeline/Event.ts"
import * as launch from "../../pipeline/launch.ts"
import { repeats } from "../../pipeline/outcome.ts"
import type { Plan } from "../../pipeline/Plan.ts"
import * as Run from "../../pipeline/Run.ts"
import { build } from "./build.ts"
import type { Verdict } from "./build.ts"
import { edit } from "./edits.ts"
import type { Scene } from "./edits.ts"
import * as inProcess from "./inProcess.ts"
import { pipelineOf } from "./interpret.ts"
import { chance, numbersOf, randomSpec, tablesOf } from "./spec.ts"
import { combine } from "./stages.ts"
import { codeVersion, resetWorld, stageNames, world } from "./world.ts"

/** How much scripts did. */
export type Count = {
  scripts: number
  edits: number
  runs: number
  nodes: number
}

export const noCount = (): Count => ({ scripts: 0, edits: 0, runs: 0, nodes: 0 })

/** A disk that flushes nothing: no power is lost here, and flushing takes most of the time. */
const quick: Disk.Disk = { ...Disk.real, fsync: () => {} }

/** What engine and oracle did not agree on. */
export class Disagreement extends Error {
  constructor(seed: number, edits: ReadonlyArray<string>, problems: ReadonlyArray<string>, scene: Scene) {
    const graph = scene.spec.map((item) => JSON.stringify(item)).join("\n  ")
    super(
      `script ${seed} after [${edits.join(", ")}]:\n  ${problems.join("\n  ")}\nof the graph\n  ${graph}\n` +
        `in the world ${JSON.stringify(world)}`
    )
    this.name = "Disagreement"
  }
}

/**
 * Carries out the edit script of a seed in a folder of its own, which is emptied first.
 * @throws Disagreement
 */
export const script = async (seed: number, folder: string, count: Count): Promise<void> => {
  const random = stream(seed, "script")
  const store = emptied(folder)
  resetWorld()
  // Most faults show in small graphs; every eighth is larger.
  const large = seed % 8 === 0
  const spec = randomSpec(random, 2 + random.below(large ? 12 : 5))
  const scene: Scene = {
    spec,
    history: [],
    count: 0,
    retryFailed: false,
    store,
    memory: { entries: new Map(), failures: new Set(), contents: new Set() },
    keys: new Map()
  }
  const done: Array<string> = []
  const rounds = 1 + random.below(large ? 4 : 2)
  for (let round = 0; round <= rounds; round += 1) {
    if (round > 0) {
      scene.history.push(scene.spec)
      scene.retryFailed = false
      for (let n = random.below(3); n >= 0; n -= 1) {
        done.push(edit(scene, random))
        count.edits += 1
      }
    }
    const { clear, problems } = await runBoth(scene, path.join(folder, "stages.lock.json"), random, count)
    if (!clear) break
    if (problems.length > 0) throw new Disagreement(seed, done, problems, scene)
    done.push("run")
  }
  count.scripts += 1
}

/** Empties the store, but for what is remembered of this machine: the syntax of the stages. */
const emptied = (folder: string): string => {
  const store = path.join(folder, "store")
  fs.mkdirSync(store, { recursive: true })
  for (const name of fs.readdirSync(store)) {
    if (name !== "local") fs.rmSync(path.join(store, name), { recursive: true })
  }
  return store
}

interface Did {
  readonly targets: Readonly<Record<string, string | null>>
  readonly plan: Plan | undefined
  readonly nodes: Run.Result["nodes"]
  readonly events: ReadonlyArray<Event>
}

const runBoth = async (
  scene: Scene,
  lock: string,
  random: Random,
  count: Count
): Promise<{ readonly clear: boolean; readonly problems: ReadonlyArray<string> }> => {
  const all = [...numbersOf(scene.spec), ...tablesOf(scene.spec)].map(
    ({ item, output }) => `${item}.${output}`
  )
  const some = chance(random, 0.5) ? all : all.filter(() => chance(random, 0.3))
  const wanted = some.length === 0 ? all : some
  world.tries.clear()
  // A node bears the name of the first of several equal statements, which may be one that is not asked for.
  const { names } = build(scene.spec, all, scene.memory, scene.retryFailed)
  const expected = { ...build(scene.spec, wanted, scene.memory, scene.retryFailed), names }
  const did = await runEngine(scene, wanted, lock, random)
  count.runs += 1
  count.nodes += did.nodes.length
  const problems = compare(scene, expected, did)
  remember(scene, expected, did)
  return { clear: !expected.ambiguous, problems }
}

const runEngine = async (
  scene: Scene,
  wanted: ReadonlyArray<string>,
  lock: string,
  random: Random
): Promise<Did> => {
  const { retryFailed, spec, store } = scene
  writeLock(lock, await actualCode(store))
  const request = {
    pipeline: pipelineOf(spec),
    file: lock,
    params: {},
    store,
    until: wanted,
    retryFailed,
    disk: quick
  }
  const plan = chance(random, 0.2) ? await launch.plan(request) : undefined
  const { built, past, session, targets } = await launch.open(request)
  const events: Array<Event> = []
  const executor = await Effect.runPromise(inProcess.make(session.store, random, 1 + random.below(4)))
  const leases = Lease.open(session.store.disk, session.store.root)
  const { nodes, summary } = await Effect.runPromise(
    Run.execute({
      run: "run",
      session,
      graph: built.graph,
      targets,
      past,
      executor,
      leases,
      emit: (event) => void events.push(event),
      close: () => {},
      retryFailed,
      failFast: false
    })
  )
  leases.close()
  session.store.actions.saveIndex()
  const read = (digest: string | null): string | null =>
    digest === null ? null : session.store.contents.read(digest).toString("utf8")
  const texts = Object.entries(summary.targets).map(([name, digest]) => [name, read(digest)])
  return { targets: Object.fromEntries(texts) as Did["targets"], plan, nodes, events }
}

const codes = new Map<string, string>()

/** The digest of the code of the stages, all in one module. */
const actualCode = async (store: string): Promise<string> => {
  let digest = codes.get(store)
  if (digest === undefined) {
    const { session } = await launch.open({
      pipeline: pipelineOf([]),
      file: "none",
      params: {},
      store
    })
    codes.set(store, (digest = session.codeOf(combine).digest))
  }
  return digest
}

/** Gives the code of each stage the version that it has in the world. */
const writeLock = (file: string, actual: string): void => {
  const stages = Object.fromEntries(
    stageNames.map((stage) => [stage, [`${stage} version ${codeVersion(stage)}`, actual]])
  )
  fs.writeFileSync(file, JSON.stringify({ format: 1, stages }))
}

const compare = (scene: Scene, expected: Verdict, did: Did): ReadonlyArray<string> => {
  const problems: Array<string> = []
  for (const [target, text] of Object.entries(expected.targets)) {
    if (did.targets[target] !== text) problems.push(`target ${target} is ${did.targets[target]}, not ${text}`)
  }
  const computationOf = (node: string): string => {
    const computation = expected.names.get(node)
    if (computation === undefined) problems.push(`node ${node} is none of the oracle's`)
    return computation ?? node
  }
  const ran = did.events.flatMap((event) => (event._tag === "Done" ? [computationOf(event.node)] : []))
  for (const computation of expected.must)
    if (!ran.includes(computation)) problems.push(`did not run ${computation}`)
  for (const computation of ran)
    if (!expected.may.has(computation)) problems.push(`ran in vain: ${computation}`)
  if (new Set(ran).size < ran.length) problems.push(`ran twice: ${ran.join(", ")}`)
  for (const event of did.events) {
    if (event._tag === "Failed" && !event.retried && !expected.failing.has(computationOf(event.node)))
      problems.push(`failed: ${event.node}: ${event.message}`)
  }
  for (const { key, node } of did.nodes) {
    if (key === "") continue
    const computation = computationOf(node)
    const known = scene.keys.get(computation)
    if (known !== undefined && known !== key) problems.push(`two keys of ${computation}`)
    scene.keys.set(computation, key)
  }
  if (new Set(scene.keys.values()).size < scene.keys.size) problems.push("one key of two computations")
  // Behind what is not known yet, more may turn out to need lost bytes.
  const foreseen = did.plan?.summary.unknown === 0 ? expected.may : expected.must
  for (const { id, state } of did.plan?.nodes ?? []) {
    if (state === "unknown" || state === "failed") continue
    const computation = computationOf(id)
    const runs = ran.includes(computation) || expected.failing.has(computation)
    const itself = did.events.some((event) => event._tag === "Done" && event.node === id)
    if (state === "hit" && itself && foreseen.has(computation))
      problems.push(`planned as a hit, but ran: ${id}`)
    if (state === "run" && !runs) problems.push(`planned to run, but did not: ${id}`)
    if (state === "restore" && !runs && !expected.may.has(computation))
      problems.push(`planned to restore in vain: ${id}`)
  }
  return problems
}

const remember = ({ keys, memory }: Scene, expected: Verdict, did: Did): void => {
  for (const event of did.events) {
    if (event._tag !== "Done" && event._tag !== "Failed") continue
    const computation = expected.names.get(event.node)
    if (computation === undefined) continue
    keys.set(computation, event.key)
    if (event._tag === "Failed") {
      if (!event.remembered && repeats(event.outcome)) memory.failures.add(computation)
      continue
    }
    const outputs = expected.may.get(computation)
    if (outputs === undefined) continue
    memory.entries.set(computation, outputs)
    memory.failures.delete(computation)
    for (const text of Object.values(outputs)) memory.contents.add(text)
  }
}
