// Random edits: of the graph, of the world around it, and of the bytes in the store.
import fs from "node:fs"
import path from "node:path"
import * as Digest from "../../cache/Digest.ts"
import type { Random } from "../../kernels/random.ts"
import type { Memory } from "./build.ts"
import { chance, numbersOf, pick, randomItem, readsOf, reordered, tablesOf } from "./spec.ts"
import type { Item, Ref, Spec } from "./spec.ts"
import { stageNames, world } from "./world.ts"

/** What edits work on: all that may change between two runs. */
export interface Scene {
  spec: Spec
  /** Earlier specs, which an edit may go back to. */
  readonly history: Array<Spec>
  count: number
  retryFailed: boolean
  readonly store: string
  readonly memory: Memory
  /** Computation -> the key that the engine gave it. */
  readonly keys: Map<string, string>
}

type Edit = (scene: Scene, random: Random) => void

/** Replaces an item by what `change` makes of it; `change` gets what the item may read. */
const onItem =
  (change: (item: Item, before: Spec, random: Random) => Item): Edit =>
  (scene, random) => {
    const index = random.below(scene.spec.length)
    const before = scene.spec.slice(0, index)
    const item = change(scene.spec[index], before, random)
    scene.spec = [...before, item, ...scene.spec.slice(index + 1)]
  }

const params = onItem((item, _before, random) => {
  switch (item.op) {
    case "source":
      return chance(random, 0.5) ? { ...item, value: random.below(12) } : { ...item, limit: random.below(12) }
    case "combine":
      return { ...item, factor: random.below(3) }
    case "check":
      return { ...item, divisor: 2 + random.below(5) }
    case "table":
      return { ...item, count: 1 + random.below(4) }
    case "collect":
      return { ...item, items: item.items.map(({ from }, index) => ({ label: `m${index}`, from })) }
    case "each":
      return { ...item, deep: !item.deep }
    case "loop":
      return { ...item, stop: 2 + random.below(5), max: 1 + random.below(4) }
  }
})

const swap = onItem((item) => {
  if (item.op === "combine") return { ...item, left: item.right, right: item.left }
  if (item.op === "loop") return { ...item, init: item.other, other: item.init }
  return item.op === "collect" ? { ...item, items: item.items.toReversed() } : item
})

const rewire = onItem((item, before, random) => {
  const numbers = numbersOf(before)
  if (numbers.length === 0) return item
  const number = (): Ref => pick(random, numbers)
  switch (item.op) {
    case "combine":
      return chance(random, 0.5) ? { ...item, left: number() } : { ...item, extra: number() }
    case "check":
    case "table":
      return { ...item, from: number() }
    case "collect":
      return { ...item, items: [...item.items, { label: `w${item.items.length}`, from: number() }] }
    case "each":
      return { ...item, table: pick(random, tablesOf(before)), other: number() }
    case "loop":
      return { ...item, init: number() }
    case "source":
      return item
  }
})

const add: Edit = (scene, random) => {
  scene.count += 1
  scene.spec = [...scene.spec, randomItem(random, `a${scene.count}`, scene.spec)]
}

const remove: Edit = (scene, random) => {
  const read = new Set(scene.spec.flatMap((item) => readsOf(item).map((ref) => ref.item)))
  const unread = scene.spec.filter(({ id }) => !read.has(id))
  const gone = pick(random, unread)
  if (scene.spec.length > 1) scene.spec = scene.spec.filter((item) => item !== gone)
}

const rename: Edit = (scene, random) => {
  scene.count += 1
  const { id } = pick(random, scene.spec)
  const named = (ref: Ref): Ref => (ref.item === id ? { ...ref, item: `b${scene.count}` } : ref)
  const renamed = JSON.parse(
    JSON.stringify(scene.spec, (_key, value: unknown) =>
      typeof value === "object" && value !== null && "output" in value ? named(value as Ref) : value
    )
  ) as Spec
  scene.spec = renamed.map((item) => (item.id === id ? { ...item, id: `b${scene.count}` } : item))
}

const reorder: Edit = (scene, random) => {
  scene.spec = reordered(random, scene.spec)
}

const revert: Edit = (scene, random) => {
  if (scene.history.length > 0) scene.spec = pick(random, scene.history)
}

const code: Edit = (_scene, random) => {
  const stage = pick(random, stageNames)
  world.code[stage] = 1 + random.below(3)
  if (chance(random, 0.3)) world.vouched.add(stage)
  else world.vouched.delete(stage)
}

const tool: Edit = (_scene, random) => {
  world.tool = 1 + random.below(3)
}

const resources: Edit = (_scene, random) => {
  world.cores = 1 + random.below(8)
}

const trouble: Edit = (_scene, random) => {
  world.trouble[2 + random.below(5)] = random.below(4)
}

const retry: Edit = (scene) => {
  scene.retryFailed = true
}

const filesBelow = (folder: string): ReadonlyArray<string> =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => path.join(file.parentPath, file.name))
        .sort()
    : []

const someOf = <A>(random: Random, all: ReadonlyArray<A>): ReadonlyArray<A> => {
  const share = random.uniform() ** 2
  return all.filter(() => chance(random, share))
}

const loseBlobs: Edit = ({ memory, store }, random) => {
  const texts = new Map([...memory.contents].map((text) => [Digest.of(text) as string, text]))
  for (const file of someOf(random, filesBelow(path.join(store, "cas")))) {
    fs.rmSync(file)
    memory.contents.delete(
      texts.get(path.basename(path.dirname(file)) + path.basename(file)) ?? "the source files of a stage"
    )
  }
}

const pathIn = (store: string, folder: string, key: string): string =>
  path.join(store, folder, key.slice(0, 2), `${key.slice(2)}.json`)

/** Deletes entries, or cuts them short, which has to be as good. */
const loseEntries: Edit = ({ keys, memory, store }, random) => {
  for (const computation of someOf(random, [...memory.entries.keys()].sort())) {
    const file = pathIn(store, "actions", keys.get(computation)!)
    const text = fs.readFileSync(file)
    fs.rmSync(file)
    if (chance(random, 0.3)) fs.writeFileSync(file, text.subarray(0, random.below(text.length)))
    memory.entries.delete(computation)
  }
}

const loseFailures: Edit = ({ keys, memory, store }, random) => {
  for (const computation of someOf(random, [...memory.failures].sort())) {
    fs.rmSync(pathIn(store, "failures", keys.get(computation)!))
    memory.failures.delete(computation)
  }
}

/** What can be deleted at any time; not often, since it takes long to make again. */
const loseLocal: Edit = ({ store }, random) => {
  if (chance(random, 0.1)) fs.rmSync(path.join(store, "local"), { recursive: true, force: true })
}

const edits = {
  params,
  swap,
  rewire,
  add,
  remove,
  rename,
  reorder,
  revert,
  code,
  tool,
  resources,
  trouble,
  retry,
  "lose blobs": loseBlobs,
  "lose entries": loseEntries,
  "lose failures": loseFailures,
  "lose local": loseLocal
} as const satisfies Record<string, Edit>

const names = Object.keys(edits) as ReadonlyArray<keyof typeof edits>

/** Makes one random edit; returns its name. */
export const edit = (scene: Scene, random: Random): string => {
  const name = pick(random, names)
  edits[name](scene, random)
  return name
}
