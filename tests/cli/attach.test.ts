// `largo status --watch` from another process: the same picture on a terminal, lines in a pipe, the run's end as its own.
import { spawn } from "node:child_process"
import { once } from "node:events"
import fs from "node:fs"
import path from "node:path"
import { stripVTControlCharacters } from "node:util"
import { afterEach, beforeEach, expect, it } from "vitest"
import { pipeline, place, root } from "./largo.ts"
import type { Place } from "./largo.ts"

let here: Place
let file: string
beforeEach(() => {
  here = place()
  file = path.join(here.folder, "status")
})
afterEach(() => here.remove())

const args = () => ["run", pipeline("slow.ts"), "--set", `file=${file}`, "--jobs", "3"] as const

/** Resolves once what a stream has said matches. */
const says = (stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<string> =>
  new Promise((done) => {
    let text = ""
    stream?.on("data", (chunk: string | Buffer) => {
      text += String(chunk)
      if (pattern.test(stripVTControlCharacters(text))) done(text)
    })
  })

/** Starts the run and resolves once its node is running. */
const begin = async () => {
  const { child, ended } = here.start(...args())
  await says(child.stderr, /started simulate/)
  return { child, ended }
}

it("follows a run in lines, gives its closing words, and ends as it ends", async () => {
  const run = await begin()
  const watch = here.start("status", "--watch")
  await says(watch.child.stderr, /started simulate \(new\)/)
  fs.writeFileSync(file, "3")
  const [ran, watched] = await Promise.all([run.ended, watch.ended])
  expect([ran.status, watched.status]).toEqual([1, 1])
  expect(watched.stderr).toContain("failed simulate (ToolFailed: it ended with 3)")
  expect(watched.stdout).toBe(ran.stdout)
  // What matters comes last.
  expect(watched.stdout.trimEnd().split("\n").slice(-3)).toEqual([
    "✖ simulate failed (ToolFailed)",
    "  why:  it ended with 3",
    "  type: largo logs simulate, then: write 0 into the file"
  ])
  const again = await here.ask("status", "status", "latest", "--watch")
  expect([again.status, again.answer["state"]]).toEqual([1, "failed"])
})

it("tells how far a node is, and leaves the run alone where it is left", async () => {
  const run = await begin()
  const half = { node: "simulate", fraction: 0.5, words: "step 5 of 10" }
  await expect
    .poll(async () => (await here.ask("status", "status")).answer["nodes"], { timeout: 60_000 })
    .toMatchObject([half])
  const watch = here.start("status", "--watch")
  await says(watch.child.stderr, /started simulate/)
  watch.child.kill("SIGINT")
  const left = await watch.ended
  expect(left.status).toBe(130)
  expect(left.stderr).toContain("no longer watching; the run goes on")
  fs.writeFileSync(file, "0")
  expect((await run.ended).status).toBe(0)
  // Nothing of it is left beside the ledger.
  const [id] = fs.readdirSync(path.join(here.store, "runs"))
  expect(fs.readdirSync(path.join(here.store, "runs", id)).sort()).toEqual(["events.jsonl", "nodes.jsonl"])
})

it("draws the picture on a terminal, with pace and cores, and takes it away again", async () => {
  const run = await begin()
  const command = `stty cols 70 rows 20; "${process.execPath}" "${root}/bin/largo.js" status --watch`
  const env = { ...process.env, TERM: "xterm", LARGO_STORE: here.store, CI: "", NO_COLOR: "" }
  const terminal = spawn("script", ["-qec", command, "/dev/null"], {
    env,
    stdio: ["ignore", "pipe", "inherit"]
  })
  let all = ""
  terminal.stdout.on("data", (chunk: Buffer) => (all += String(chunk)))
  await says(
    terminal.stdout,
    /slow {2}\d+ s.* {2}1 of 3 cores busy[\s\S]*● simulate {2}0 of 1 {5}1 running[\s\S]* {4}simulate {3}50 % {2}step 5 of 10 {2}[\d.e+]+ ns\/day/
  )
  fs.writeFileSync(file, "0")
  const [[status]] = await Promise.all([once(terminal, "close"), run.ended])
  expect(status).toBe(0)
  // What is written after the picture was taken away.
  const after = all.slice(all.lastIndexOf("\u001B[J"))
  expect(stripVTControlCharacters(after).replaceAll("\r", "")).toMatch(
    /^slow done: 1 ran, 0 cached in .*\n {2}text {2}[0-9a-f]{12}\n$/
  )
})
