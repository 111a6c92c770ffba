// Corruption: random flips, truncations and zeroings in the files of a store, which are found and never used.
import fs from "node:fs"
import path from "node:path"
import { CorruptBlob, MissingBlob } from "../../cache/ContentStore.ts"
import * as Store from "../../cache/Store.ts"
import { verify } from "../../cache/verify.ts"
import { stream } from "../../kernels/random.ts"
import type { Random } from "../../kernels/random.ts"
import * as Ledger from "../../pipeline/Ledger.ts"
import { problemsOf, reference } from "./crash.ts"
import { emptied, faultsOf, live, quick } from "./life.ts"
import type { Lived } from "./life.ts"
import type { Torture } from "./Torture.ts"

export type Count = {
  corruptions: number
  /** Blobs and entries that were set aside by who read them, and by a verification. */
  foundByRuns: number
  foundByVerify: number
}

export const noCount = (): Count => ({ corruptions: 0, foundByRuns: 0, foundByVerify: 0 })

const filesBelow = (folder: string): ReadonlyArray<string> =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name))
    .sort()

/** Damages a file in place, as a bad disk does. It is another file afterwards, and of the same inode. */
export const damage = (file: string, random: Random): void => {
  const bytes = fs.readFileSync(file)
  const at = random.below(bytes.length)
  let damaged: Buffer = Buffer.from(bytes)
  const how = random.below(4)
  if (how === 0) damaged[at] ^= 1 << random.below(8)
  else if (how === 1) damaged = bytes.subarray(0, at)
  else if (how === 2) damaged.fill(0, at, Math.min(at + 1 + random.below(64), bytes.length))
  else damaged[at] = random.below(256)
  // Zeros may have been zeros before.
  if (damaged.equals(bytes)) damaged[at] ^= 0xff
  fs.chmodSync(file, 0o644)
  fs.writeFileSync(file, damaged)
}

const areas = ["cas", "actions", "failures", "runs", "local"]

/** The trial runs, files are damaged, and it runs on, with more to do; at last all is checked. */
export const corrupt = async (folder: string, seed: number, count: Count): Promise<void> => {
  const random = stream(seed, "corruption")
  const store = emptied(path.join(folder, "store"))
  await live(store, quick, {}, seed)
  const references = [await reference(folder), await reference(folder, { count: 3 })]
  const keys = new Set(references.flatMap(({ nodes }) => nodes.map(({ key }) => key)))
  // The stage that gives other bytes each time gives its reader another key.
  const isKnown = (node: string, key: string): boolean => node === "shout" || keys.has(key)
  const files = areas
    .flatMap((area) => filesBelow(path.join(store, area)))
    .filter((file) => fs.statSync(file).size > 0)
  const chosen = new Set(
    Array.from({ length: 1 + random.below(24) }, () => files[random.below(files.length)])
  )
  for (const file of chosen) damage(file, random)
  count.corruptions += chosen.size

  const problems: Array<string> = []
  const check = (lived: Lived, expected: Lived): void => {
    problems.push(...problemsOf(lived, expected))
    for (const { key, node } of lived.nodes) {
      if (!isKnown(node, key)) problems.push(`${node} has the key ${key}`)
    }
  }
  const setAside = (): number =>
    fs.existsSync(path.join(store, "quarantine")) ? fs.readdirSync(path.join(store, "quarantine")).length : 0

  const params = { count: 3 }
  const expected = await reference(folder, params)
  const second = await live(store, quick, params, seed)
  check(second, expected)
  count.foundByRuns += setAside()
  // Who reads a target is told where it is bad, and gets no wrong bytes.
  const opened = Store.open(store, quick)
  for (const [target, digest] of Object.entries(second.summary.targets)) {
    try {
      if (digest !== null) opened.contents.read(digest)
    } catch (error) {
      if (!(error instanceof CorruptBlob || error instanceof MissingBlob))
        problems.push(`${target}: ${String(error)}`)
    }
  }
  for (const run of Ledger.list(opened)) {
    for (const { key, node } of Ledger.nodes(opened, run)) {
      if (!isKnown(node, key)) problems.push(`the ledger has the key ${key} of ${node}`)
    }
  }

  const { corruptBlobs, damagedEntries } = verify(Store.open(store, quick))
  count.foundByVerify += corruptBlobs.length + damagedEntries.length
  const third = await live(store, quick, params, seed)
  check(third, expected)
  for (const [target, digest] of Object.entries(third.summary.targets)) {
    if (digest !== null && Store.open(store, quick).contents.verify(digest) !== "ok")
      problems.push(`${target} is bad`)
  }
  problems.push(...faultsOf(store, () => true))
  if (problems.length > 0) {
    const names = [...chosen].map((file) => path.relative(store, file)).join(", ")
    throw new Error(`seed ${seed}, damaged ${names}:\n  ${problems.join("\n  ")}`)
  }
}

/** Cases of the torture: one store each, with some damaged files. */
export const begin: Torture["begin"] = async (folder) => {
  const count = noCount()
  return { one: (seed) => corrupt(folder, seed, count), counts: () => ({ ...count }) }
}
