// The code id of a stage: the digest of its module and of every module that it reaches by import.
import { existsSync, readFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { dirname, extname, join, relative, sep } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Digest from "../cache/Digest.ts"
import { canonicalJson } from "../formats/canonicalJson.ts"
import type { Memo } from "./memo.ts"
import type { ErasedStage } from "./Stage.ts"
import * as Syntax from "./syntax.ts"

/** What identifies the code of one stage. */
export interface CodeId {
  readonly digest: Digest.Digest
  /** File, or package, -> the digest or version that counts: what an explanation compares. */
  readonly files: Readonly<Record<string, string>>
}

/** A stage whose code cannot be identified. */
export class UnknownCode extends Error {
  constructor(message: string) {
    super(message)
    this.name = "UnknownCode"
  }
}

/** Modules of largo that are no part of any result: results are known by kind ids and tool identities instead. */
const engine = ["pipeline/", "cache/", "tools/", "schemas/Kind.", "schemas/issues."]

/** The folder of this largo, with a separator behind it. */
const home = fileURLToPath(new URL("../", import.meta.url))

const isEngine = (file: string): boolean => {
  if (!file.startsWith(home)) return false
  const inside = file.slice(home.length).split(sep).join("/")
  return engine.some((prefix) => inside.startsWith(prefix))
}

/** Identifies the code of stages; each file is read once, and its syntax is remembered by the digest of its bytes. */
export interface CodeIds {
  /** Throws `OpaqueCode` or `UnknownCode`. */
  readonly of: (stage: ErasedStage) => CodeId
}

export const make = (memo: Memo<Syntax.Syntax>): CodeIds => {
  const modules = new Map<string, Syntax.Syntax>()
  const ids = new Map<string, CodeId>()

  const syntaxOf = (file: string): Syntax.Syntax => {
    let syntax = modules.get(file)
    if (syntax !== undefined) return syntax
    let bytes: Buffer
    try {
      bytes = readFileSync(file)
    } catch {
      throw new UnknownCode(`${file} is imported by a stage but cannot be read`)
    }
    const digest = Digest.of(bytes)
    if (/\.[cm]?[jt]s$/.test(file)) {
      const name = `${Syntax.format}${extname(file)}${digest}`
      const remembered = memo.get(name)
      syntax = remembered ?? Syntax.read(file, bytes.toString("utf8"))
      if (remembered === undefined) memo.set(name, syntax)
    } else {
      syntax = { digest, imports: [], stages: [] }
    }
    modules.set(file, syntax)
    return syntax
  }

  const identify = (stage: ErasedStage): CodeId => {
    const root = fileURLToPath(stage.module)
    if (!syntaxOf(root).stages.includes(stage.name)) {
      throw new UnknownCode(
        `stage "${stage.name}" is not made at the top level of ${root}; ` +
          `write Stage.make("${stage.name}", { module: import.meta.url, ... }) there`
      )
    }
    const files: Record<string, string> = {}
    const order: Array<string> = []
    const visited = new Set<string>()
    const visit = (file: string): void => {
      if (visited.has(file)) return
      visited.add(file)
      const { digest, imports } = syntaxOf(file)
      order.push(digest)
      files[labelOf(file, root)] = digest
      for (const specifier of imports) {
        const target = resolve(specifier, file)
        if (target._tag === "file") {
          if (!isEngine(target.file)) visit(target.file)
        } else if (target._tag === "package") {
          const name = `${target.name}@${target.version}`
          if (visited.has(name)) continue
          visited.add(name)
          order.push(name)
          const other = files[target.name]
          files[target.name] = other === undefined ? target.version : `${other}, ${target.version}`
        }
      }
    }
    visit(root)
    return { digest: Digest.of(order.join("\n")), files }
  }

  return {
    of: (stage) => {
      let id = ids.get(stage.name)
      if (id === undefined) ids.set(stage.name, (id = identify(stage)))
      return id
    }
  }
}

/** The files behind a code id as stored bytes. */
export const filesText = ({ files }: CodeId): string => canonicalJson(files)

/** The digest of `filesText`. */
export const filesDigest = (code: CodeId): Digest.Digest => Digest.of(filesText(code))

/** A path for people: inside largo from its folder, else from the folder of the stage's module. */
const labelOf = (file: string, root: string): string => {
  const from = file.startsWith(home) ? home : dirname(root)
  return relative(from, file).split(sep).join("/")
}

type Target =
  | { readonly _tag: "file"; readonly file: string }
  | { readonly _tag: "package"; readonly name: string; readonly version: string }
  | { readonly _tag: "excepted" }

const resolve = (specifier: string, importer: string): Target => {
  if (specifier.startsWith("./") || specifier.startsWith("../")) {
    return { _tag: "file", file: fileURLToPath(new URL(specifier, pathToFileURL(importer))) }
  }
  if (specifier.startsWith("/") || specifier.startsWith("file:") || specifier.startsWith("data:")) {
    throw new UnknownCode(`${importer} imports "${specifier}"; import by a relative path or a package name`)
  }
  if (isBuiltin(specifier)) {
    return { _tag: "package", name: specifier.replace(/^(node:)?/, "node:"), version: "built in" }
  }
  if (specifier.startsWith("#")) {
    throw new UnknownCode(
      `${importer} imports "${specifier}"; subpath imports cannot be followed, write the path`
    )
  }
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
  // Kernels and formats of largo itself count like a file of the project; its bare name stands for the engine.
  if (specifier.startsWith("largo/"))
    return { _tag: "file", file: join(home, specifier.slice("largo/".length)) }
  if (name === "effect" || name.startsWith("@effect/") || name === "largo") return { _tag: "excepted" }
  return { _tag: "package", name, version: versionOf(name, importer) }
}

const versionOf = (name: string, importer: string): string => {
  for (let folder = dirname(importer); ; folder = dirname(folder)) {
    const file = join(folder, "node_modules", name, "package.json")
    if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version
    if (folder === dirname(folder)) {
      throw new UnknownCode(
        `${importer} imports the package "${name}", which is not installed; run npm install`
      )
    }
  }
}
