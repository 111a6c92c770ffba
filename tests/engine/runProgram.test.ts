// Programs as child processes: their status, their output, and that nothing of them is left.
import fs from "node:fs"
import path from "node:path"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { describe, expect, it } from "vitest"
import { followFiles } from "../../pipeline/followFiles.ts"
import { runProgram } from "../../pipeline/runProgram.ts"
import { temporaryFolder } from "./rig.ts"

const shell = (script: string, program = "/bin/sh") => {
  const folder = temporaryFolder()
  const [out, err] = ["out", "err"].map((name) => path.join(folder, name))
  const ends = runProgram({
    path: program,
    args: ["-c", script],
    cwd: folder,
    env: { PATH: "/usr/bin:/bin" },
    out,
    err
  })
  return {
    ends,
    said: () => fs.readFileSync(out, "utf8").trim(),
    complained: () => fs.readFileSync(err, "utf8")
  }
}

const runs = (pid: string): boolean => {
  try {
    return /State:\s+[^Z]/.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

describe("a program", () => {
  it("gives its status and leaves its output in files", async () => {
    const { complained, ends, said } = shell("echo good; echo bad >&2; exit 3")
    expect(await Effect.runPromise(ends)).toBe(3)
    expect([said(), complained()]).toEqual(["good", "bad\n"])
  })

  it("that cannot be started, or is killed, says so", async () => {
    await expect(Effect.runPromise(shell("", "/none").ends)).rejects.toThrow("ENOENT")
    await expect(Effect.runPromise(shell("", "/bin/\0").ends)).rejects.toThrow("null bytes")
    await expect(Effect.runPromise(shell("kill -9 $$").ends)).rejects.toThrow("SIGKILL")
  })

  it("leaves no helper of its group behind when it ends by itself", async () => {
    const { ends, said } = shell("sleep 1000 & echo $!")
    expect(await Effect.runPromise(ends)).toBe(0)
    expect(runs(said())).toBe(false)
  })

  it("ends when it is interrupted, with helpers that will not hear of it", async () => {
    const { ends, said } = shell("trap '' TERM; sleep 1000 & echo $$ $!; wait; wait")
    const fiber = Effect.runFork(ends)
    await expect.poll(said, { timeout: 30_000 }).toMatch(/^\d+ \d+$/)
    await Effect.runPromise(Fiber.interrupt(fiber))
    expect(said().split(" ").filter(runs)).toEqual([])
  })
})

describe("files that are followed", () => {
  it("are told to their end, whole characters at a time, from before they are there", async () => {
    const folder = temporaryFolder()
    const [a, b] = ["a", "b"].map((name) => path.join(folder, name))
    const told: Array<string> = []
    const stop = followFiles([a, b], (text) => told.push(text))
    const bytes = Buffer.from("lärgo")
    fs.writeFileSync(a, bytes.subarray(0, 2))
    await expect.poll(() => told.join(""), { timeout: 30_000 }).toBe("l")
    fs.appendFileSync(a, bytes.subarray(2))
    fs.writeFileSync(b, ".")
    stop()
    expect(told.join("")).toBe("lärgo.")
  })
})
