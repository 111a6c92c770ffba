// A full disk, and a limit on the size of files: a clear message, an intact store, and a run that goes on once there is room.
import { spawnSync } from "node:child_process"
import path from "node:path"
import { expect, it, vi } from "vitest"
import { pipeline, place, root } from "./largo.ts"

vi.setConfig({ testTimeout: 300_000 })

const around = {
  encoding: "utf8",
  env: {
    ...process.env,
    NO_COLOR: "1",
    LARGO: `${process.execPath} ${path.join(root, "bin/largo.js")}`,
    PIPELINE: `${pipeline("big.ts")}#big`
  }
} as const

/** Runs a shell in a mount namespace of its own, where a small disk can be mounted without being root. */
const inNamespace = (script: string, folder: string) =>
  spawnSync("unshare", ["-rm", "sh", "-c", script], { ...around, cwd: folder })

const possible = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0

it.runIf(possible)("is told, breaks nothing, and the next run goes on when there is room", () => {
  const here = place()
  const script = `
    mkdir disk && mount -t tmpfs -o size=300k none disk
    $LARGO run "$PIPELINE" --set count=4 --store disk/store; echo "first $?"
    $LARGO cache verify --store disk/store; echo "verify $?"
    mount -o remount,size=10m disk
    $LARGO run "$PIPELINE" --set count=4 --store disk/store --json; echo "second $?"
  `
  const { stderr, stdout } = inNamespace(script, here.folder)
  expect(stderr).toContain("the disk is full")
  expect(stderr).not.toMatch(/^ {4}at /m)
  expect(stdout).toContain("first 1\n")
  expect(stdout).toContain("verify 0\n")
  expect(stdout).toMatch(/"failed":0,"skipped":0.*\nsecond 0\n$/)
  here.remove()
})

it("of files that may not become as large is told, breaks nothing, and the next run goes on", () => {
  const here = place()
  const script = `
    (ulimit -f 100; $LARGO run "$PIPELINE" --set count=2 --store store; echo "first $?")
    $LARGO cache verify --store store; echo "verify $?"
    $LARGO run "$PIPELINE" --set count=2 --store store --json; echo "second $?"
  `
  const { stderr, stdout } = spawnSync("sh", ["-c", script], { ...around, cwd: here.folder })
  expect(stderr).toContain("larger than this shell or disk allows (EFBIG)")
  expect(stderr).not.toMatch(/^ {4}at /m)
  expect(stdout).toContain("first 1\n")
  expect(stdout).toContain("verify 0\n")
  expect(stdout).toMatch(/"ran":3,.*"failed":0,"skipped":0.*\nsecond 0\n$/)
  here.remove()
})
