// Tar files: what the system's tar reads from them, round trips, bytes that repeat, and what is refused.
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { decodeTar, isTar, tarBytes } from "../../formats/tar.ts"

const folder = mkdtempSync(join(tmpdir(), "largo-tar-"))
afterAll(() => rmSync(folder, { recursive: true }))

const bytes = (text: string) => new TextEncoder().encode(text)
const long = `${"folder/".repeat(14)}sample=3/${"x".repeat(60)}.parquet`
const files = [
  { path: "README.md", bytes: bytes("# größer\n") },
  { path: "samples/part-0.parquet", bytes: new Uint8Array(512).fill(7) },
  { path: "empty", bytes: new Uint8Array() },
  { path: long, bytes: bytes("deep") }
]

describe("a folder as a tar file", () => {
  it("is opened by the system's tar, which finds the same files", () => {
    const path = join(folder, "a.tar")
    writeFileSync(path, tarBytes(files))
    const listed = execFileSync("tar", ["-tf", path], { encoding: "utf8" }).trim().split("\n")
    expect(listed).toEqual(files.map((file) => file.path).sort())
    execFileSync("tar", ["-xf", path, "-C", folder])
    for (const file of files) expect([...readFileSync(join(folder, file.path))]).toEqual([...file.bytes])
    const { mode, mtimeMs } = statSync(join(folder, "README.md"))
    expect([mode & 0o777, mtimeMs]).toEqual([0o644, 0])
  })

  it("comes back as it was, whatever the files and their order, with the same bytes", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9=._ -]{1,30}x$/)
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"))
    const anyFolder = fc.uniqueArray(fc.record({ path, bytes: fc.uint8Array({ maxLength: 1500 }) }), {
      selector: (file) => file.path
    })
    fc.assert(
      fc.property(anyFolder, (any) => {
        const tar = tarBytes(any)
        expect(tar.length % 512).toBe(0)
        expect(isTar(tar)).toBe(any.length > 0)
        const sorted = [...any].sort((a, b) => (a.path < b.path ? -1 : 1))
        expect(
          decodeTar(tar).map((file) => ({ path: file.path, bytes: Uint8Array.from(file.bytes) }))
        ).toEqual(sorted)
        expect(tarBytes(any.toReversed())).toEqual(tar)
      }),
      { numRuns: 100, seed: 1 }
    )
  })

  it("reads what the system's tar writes", () => {
    const path = join(folder, "b.tar")
    writeFileSync(join(folder, "one"), "1")
    execFileSync("tar", ["--format=ustar", "-cf", path, "-C", folder, "one"])
    expect(
      decodeTar(readFileSync(path)).map((file) => [file.path, new TextDecoder().decode(file.bytes)])
    ).toEqual([["one", "1"]])
  })

  it.each([
    ["/etc/passwd", "no relative path"],
    ["../up", "no relative path"],
    ["a//b", "no relative path"],
    ["", "no relative path"],
    ["x".repeat(101), "too long"],
    [`${"x".repeat(156)}/y`, "too long"]
  ])("refuses the path %s", (path, problem) => {
    expect(() => tarBytes([{ path, bytes: bytes("") }])).toThrow(problem)
  })

  it("refuses a file that comes twice", () => {
    expect(() => tarBytes([...files, ...files])).toThrow("twice")
  })

  it("notices bytes that are missing or changed", () => {
    const tar = tarBytes(files)
    expect(() => decodeTar(tar.subarray(0, 700))).toThrow("cut off")
    expect(() => decodeTar(tar.subarray(0, 100))).toThrow("cut off")
    const changed = tar.slice()
    changed[3] = 120
    expect(() => decodeTar(changed)).toThrow("damaged")
  })
})
