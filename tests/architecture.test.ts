// The project keeps its shape: imports go one way, pure folders stay pure, versions are exact.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"

const root = path.join(import.meta.dirname, "..")

/** What each folder may import from, besides itself: the layers below it, and no sibling. */
const below = {
  kernels: [],
  formats: ["kernels"],
  schemas: ["formats", "kernels"],
  cache: ["schemas", "formats", "kernels"],
  pipeline: ["cache", "schemas", "formats", "kernels"],
  executors: ["pipeline", "cache", "schemas", "formats", "kernels", "scripts"],
  tools: ["pipeline", "cache", "schemas", "formats", "kernels", "scripts"],
  stages: ["tools", "pipeline", "cache", "schemas", "formats", "kernels"],
  recipes: ["stages", "tools", "pipeline", "cache", "schemas", "formats", "kernels"],
  report: ["stages", "pipeline", "cache", "schemas", "formats", "kernels"],
  cli: [
    "report",
    "recipes",
    "executors",
    "stages",
    "tools",
    "pipeline",
    "cache",
    "schemas",
    "formats",
    "kernels",
    "scripts"
  ],
  scripts: []
} as const satisfies Record<string, ReadonlyArray<string>>

/** Numeric packages that are functions of their arguments alone. */
const numericPackages = ["fft.js", "ml-matrix", "@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"]

interface Import {
  readonly file: string
  readonly specifier: string
}

const sourceFiles = (folder: string): ReadonlyArray<string> =>
  (fs.existsSync(path.join(root, folder)) ? [folder] : []).flatMap(filesOf)
const filesOf = (folder: string): ReadonlyArray<string> =>
  fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|js)$/.test(name))
    .map((name) => path.join(folder, name))
const text = (file: string) => fs.readFileSync(path.join(root, file), "utf8")

const importForms = [
  /^import\s+(?:[^"'`;()=]*?\bfrom\s+)?["']([^"'\n]+)["']/gm,
  /^export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s+["']([^"'\n]+)["']/gm,
  /\bimport\(\s*["']([^"'\n]+)["']/g
]

/** Every import, re-export and dynamic import with a literal, those of types included. */
const importsOf = (file: string): ReadonlyArray<Import> =>
  importForms.flatMap((form) =>
    [...text(file).matchAll(form)].map(([, specifier = ""]) => ({ file, specifier }))
  )

const folderOf = ({ file, specifier }: Import) =>
  path.normalize(path.join(path.dirname(file), specifier)).split(path.sep)[0] ?? ""
const isRelative = ({ specifier }: Import) => specifier.startsWith(".")
const show = ({ file, specifier }: Import) => `${file} imports ${specifier}`

describe.each(Object.entries(below))("%s", (folder, allowed: ReadonlyArray<string>) => {
  const files = sourceFiles(folder)
  const imports = files.flatMap(importsOf)

  it("imports only from layers below it", () => {
    const wrong = imports.filter(isRelative).filter((one) => ![folder, ...allowed].includes(folderOf(one)))
    expect(wrong.map(show)).toEqual([])
  })

  it("says in the first line of each file what it is", () => {
    const silent = files.filter((file) => !/^(#!.*\n)?\/\/ \S.*[.:]/.test(text(file)))
    expect(silent).toEqual([])
  })

  it("has no file above 400 lines", () => {
    const long = files.filter((file) => text(file).split("\n").length > 401)
    expect(long).toEqual([])
  })
})

describe("pure folders", () => {
  it.each(["kernels", "formats", "stages"])("%s touch no files", (folder) => {
    const fsImports = sourceFiles(folder)
      .flatMap(importsOf)
      .filter(({ specifier }) => /^(node:)?fs(\/promises)?$/.test(specifier))
    expect(fsImports.map(show)).toEqual([])
  })

  it("kernels import nothing but kernels and numeric packages", () => {
    const foreign = sourceFiles("kernels")
      .flatMap(importsOf)
      .filter((one) => !isRelative(one) && !numericPackages.includes(one.specifier))
    expect(foreign.map(show)).toEqual([])
  })

  it("what runs before the packages are installed uses Node's built-ins alone", () => {
    const foreign = ["scripts", "bin"]
      .flatMap(sourceFiles)
      .flatMap(importsOf)
      .filter((one) => !isRelative(one) && !one.specifier.startsWith("node:"))
    expect(foreign.map(show)).toEqual([])
  })
})

describe("package.json", () => {
  const described: {
    bin: Record<string, string>
    dependencies: Record<string, string>
    optionalDependencies: Record<string, string>
    devDependencies: Record<string, string>
  } = JSON.parse(text("package.json"))
  const { bin, dependencies, devDependencies, optionalDependencies } = described

  it("names exact versions", () => {
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
  })

  it("brings one version of Node for every machine", () => {
    expect(new Set(Object.values(optionalDependencies)).size).toBe(1)
  })

  it("agrees with the lockfile", () => {
    const lock: { packages: Record<string, Record<string, unknown>> } = JSON.parse(text("package-lock.json"))
    expect(lock.packages[""]).toMatchObject({ dependencies, devDependencies, optionalDependencies })
  })

  it("starts largo by a file that can be executed", () => {
    expect(() => fs.accessSync(path.join(root, bin.largo ?? ""), fs.constants.X_OK)).not.toThrow()
  })
})

const seen = (file: string) => importsOf(file).map(({ specifier }) => specifier)

describe("the import reader", () => {
  it("sees imports of values and types, over one line and several, and a dynamic one", () => {
    expect(seen("tests/setup/setup.test.ts")).toEqual(
      expect.arrayContaining(["node:fs", "../../scripts/lammpsRoutes.js", "./temporaryClone.ts"])
    )
    expect(seen("scripts/installLammps.js")).toEqual(
      expect.arrayContaining(["node:fs", "./findLammps.js", "./lammpsRoutes.js"])
    )
  })
})
