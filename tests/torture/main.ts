// The torture: what the short tests do, for as long as is asked. `main.ts [NAME [COUNT [FIRST SEED]]]`.
import { fork } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import { folderInMemory } from "../oracle/folderInMemory.ts"
import type { Counts, Torture } from "./Torture.ts"

interface Known {
  /** How many cases are done where no number is given. */
  readonly cases: number
  /** Processes that do cases at once; as many as there are cores where it is left out. */
  readonly atOnce?: number
  readonly load: () => Promise<Torture>
}

const tortures: Readonly<Record<string, Known>> = {
  oracle: { cases: 50_000, load: () => import("./oracle.ts") },
  crash: { cases: 2_000, load: () => import("./crash.ts") },
  faults: { cases: 5_000, load: () => import("./faults.ts") },
  power: { cases: 4, load: () => import("./power.ts") },
  corruption: { cases: 900, load: () => import("./corruption.ts") },
  sharing: { cases: 10, atOnce: 1, load: () => import("./sharing.ts") },
  kills: { cases: 140, atOnce: 4, load: () => import("./kills.ts") }
}

/** Does the cases `from` to `to` of one torture in as many processes as there are cores; false where one was not well. */
const torment = async (name: string, from: number, to: number): Promise<boolean> => {
  const began = performance.now()
  const latest: Array<Counts> = []
  const tell = (end: string): void => {
    const seconds = Math.round((performance.now() - began) / 1000)
    process.stdout.write(`${name}: ${wordsOf(sumOf(latest))} in ${seconds} s${end}\n`)
  }
  const workers = tortures[name].atOnce ?? os.availableParallelism()
  const codes = await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      const [start, end] = [index, index + 1].map((part) => from + Math.floor(((to - from) * part) / workers))
      const args = ["worker", name, `${start}`, `${end}`]
      const child = fork(import.meta.filename, args, { execArgv: ["--no-warnings"] })
      child.on("message", (counts: Counts) => {
        latest[index] = counts
        tell(" so far")
      })
      return new Promise<number>((done) => child.on("exit", (code) => done(code ?? 1)))
    })
  )
  const well = codes.every((code) => code === 0)
  tell(well ? ", all well" : "; FAILED")
  return well
}

const sumOf = (all: ReadonlyArray<Counts | undefined>): Counts => {
  const sums: Record<string, number> = {}
  for (const counts of all)
    for (const [what, n] of Object.entries(counts ?? {})) sums[what] = (sums[what] ?? 0) + n
  return sums
}

/** `{ nodesFailed: 3 }` as `3 nodes failed`. */
const wordsOf = (counts: Counts): string =>
  Object.entries(counts)
    .map(([what, n]) => `${n} ${what.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
    .join(", ")

/** How often a process tells how far it has come, ms. */
const interval = 10_000

const work = async (name: string, from: number, to: number): Promise<void> => {
  const folder = folderInMemory()
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }))
  const { begin } = await tortures[name].load()
  const { counts, one } = await begin(folder)
  let told = performance.now()
  for (let index = from; index < to; index += 1) {
    await one(index)
    if (performance.now() - told < interval) continue
    told = performance.now()
    process.send?.(counts())
  }
  process.send?.(counts(), () => process.exit(0))
}

const main = async ([name, count, first = "0"]: ReadonlyArray<string>): Promise<number> => {
  const names = name === undefined || name === "all" ? Object.keys(tortures) : [name]
  const numbers = [count ?? "1", first].map(Number)
  if (names.some((each) => tortures[each] === undefined) || !numbers.every(Number.isInteger)) {
    const known = Object.keys(tortures).join("|")
    process.stderr.write(`usage: npm run torture [-- all|${known} [CASES [FIRST SEED]]]\n`)
    return 2
  }
  let well = true
  for (const each of names) {
    const cases = Number(count ?? tortures[each].cases)
    well = (await torment(each, Number(first), Number(first) + cases)) && well
  }
  return well ? 0 : 1
}

const [role, ...rest] = process.argv.slice(2)
if (role === "worker") await work(rest[0], Number(rest[1]), Number(rest[2]))
else process.exitCode = await main(process.argv.slice(2))
