// The torture: what the short tests do, for as long as is asked. `main.ts oracle [COUNT] [FIRST SEED]`.
import { fork } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import { folderInMemory } from "../oracle/folderInMemory.ts"

type Counts = Readonly<Record<string, number>>

/** A torture does the cases `from` to `to` (exclusive) in a folder of its own, and counts what it did. */
interface Torture {
  readonly run: (from: number, to: number, folder: string, tell: (counts: Counts) => void) => Promise<Counts>
}

/** Each with how many cases are done where no number is given. */
const tortures: Readonly<Record<string, { readonly count: number; readonly load: () => Promise<Torture> }>> =
  {
    oracle: {
      count: 50_000,
      load: async () => {
        const { run } = await import("./oracle.ts")
        return {
          run: async (from, to, folder, tell) => ({ ...(await run(from, to, folder, (c) => tell({ ...c }))) })
        }
      }
    }
  }

const [name = "", count, first = "0", role] = process.argv.slice(2)
const torture = tortures[name]
if (torture === undefined) {
  process.stderr.write(`usage: npm run torture -- ${Object.keys(tortures).join("|")} [COUNT] [FIRST]\n`)
  process.exit(2)
}

const began = performance.now()
const seconds = (): number => Math.round((performance.now() - began) / 1000)
const from = Number(first)
const to = from + Number(count ?? torture.count)

if (role === "worker") {
  const folder = folderInMemory()
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }))
  const { run } = await torture.load()
  process.send?.(await run(from, to, folder, (counts) => process.send?.(counts)))
  process.exit(0)
}

const workers = os.availableParallelism()
const latest: Array<Counts> = []
const total = (): string => {
  const sums: Record<string, number> = {}
  for (const counts of latest)
    for (const [what, n] of Object.entries(counts ?? {})) sums[what] = (sums[what] ?? 0) + n
  return Object.entries(sums)
    .map(([what, n]) => `${n} ${what}`)
    .join(", ")
}
const ends = Array.from({ length: workers }, (_, index) => {
  const start = from + Math.floor(((to - from) * index) / workers)
  const end = from + Math.floor(((to - from) * (index + 1)) / workers)
  const args = [name, String(end - start), String(start), "worker"]
  const child = fork(import.meta.filename, args, { execArgv: ["--no-warnings"] })
  child.on("message", (counts: Counts) => {
    latest[index] = counts
    process.stdout.write(`${seconds()} s: ${total()}\n`)
  })
  return new Promise<number>((done) => child.on("exit", (code) => done(code ?? 1)))
})
const codes = await Promise.all(ends)
const failed = codes.some((code) => code !== 0)
process.stdout.write(`${name}: ${total()} in ${seconds()} s${failed ? "; FAILED" : ", all well"}\n`)
process.exit(failed ? 1 : 0)
