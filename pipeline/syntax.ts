// A module as a syntax tree: its digest without positions and comments, its imports, and the stages that it makes.
import { stripTypeScriptTypes } from "node:module"
import { parse } from "acorn"
import * as Digest from "../cache/Digest.ts"

/** The number of the digest's form: what was remembered under another number counts no more. */
export const format = 2

/** What the code id needs to know of one module. */
export interface Syntax {
  /** Digest of the syntax tree: formatting, comments and types do not change it. */
  readonly digest: Digest.Digest
  /** What it imports, as written, in order, without repeats. */
  readonly imports: ReadonlyArray<string>
  /** Names of the stages that it makes at its top level. */
  readonly stages: ReadonlyArray<string>
}

/** Code whose reach cannot be known before it runs. */
export class OpaqueCode extends Error {
  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`)
    this.name = "OpaqueCode"
  }
}

interface SyntaxNode {
  readonly type: string
  readonly [key: string]: unknown
}

/** Keys of the tree that hold positions or the text as written. */
const ignored = new Set(["start", "end", "loc", "range", "raw", "sourceType"])

/**
 * Reads a module. Throws `OpaqueCode` for an import whose target is computed, for a stage made inside a function, and
 * for code that does not parse.
 */
export const read = (file: string, source: string): Syntax => {
  const lineAt = (position: number): number => source.slice(0, position).split("\n").length
  let tree: SyntaxNode
  try {
    // Types are replaced by blanks, so that positions stay those of the source.
    const script = /\.[cm]?ts$/.test(file) ? stripTypeScriptTypes(source) : source
    tree = parse(script, { ecmaVersion: "latest", sourceType: "module" }) as unknown as SyntaxNode
  } catch (error) {
    throw new OpaqueCode(file, 1, error instanceof Error ? error.message : String(error))
  }
  const imports = new Set<string>()
  const stages = new Set<string>()
  const parts: Array<string> = []

  const visit = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) {
      parts.push("[")
      for (const item of value) if (!isEmpty(item)) visit(item, depth)
      parts.push("]")
    } else if (isNode(value)) {
      const inside = depth + (opensFunction(value) ? 1 : 0)
      inspect(value, depth)
      parts.push("(", value.type)
      for (const key of Object.keys(value).sort()) {
        if (ignored.has(key) || key === "type" || isElided(value, key)) continue
        parts.push(" ", key, "=")
        visit(spelled(value, key), inside)
      }
      parts.push(")")
    } else {
      parts.push(literal(value))
    }
  }

  const inspect = (node: SyntaxNode, depth: number): void => {
    const refuse = (problem: string): OpaqueCode =>
      new OpaqueCode(file, lineAt(Number(node["start"])), problem)
    if (node.type === "ImportExpression") {
      const target = constantText(node["source"])
      if (target === undefined) {
        throw refuse("an import whose target is computed cannot be followed; write the target as a string")
      }
      imports.add(target)
    } else if (isDeclarationWithSource(node)) {
      imports.add(constantText(node["source"])!)
    } else if (hidesCode(node)) {
      throw refuse("code that is loaded by require, eval, Function or Worker cannot be followed; import it")
    } else if (isStageMake(node)) {
      if (depth > 0) {
        throw refuse(
          "a stage is made inside a function, where it could capture what no key sees; make it at the top level of its module"
        )
      }
      const name = constantText((node["arguments"] as ReadonlyArray<unknown>)[0])
      if (name === undefined) throw refuse("a stage's name has to be written as a string")
      stages.add(name)
    }
  }

  visit(tree["body"], 0)
  return { digest: Digest.of(parts.join("")), imports: [...imports], stages: [...stages] }
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"

const opensFunction = (node: SyntaxNode): boolean =>
  node.type === "FunctionDeclaration" ||
  node.type === "FunctionExpression" ||
  node.type === "ArrowFunctionExpression" ||
  node.type === "StaticBlock" ||
  node.type === "PropertyDefinition"

const isDeclarationWithSource = (node: SyntaxNode): boolean =>
  (node.type === "ImportDeclaration" ||
    node.type === "ExportNamedDeclaration" ||
    node.type === "ExportAllDeclaration") &&
  isNode(node["source"])

/** `Stage.make(...)` and `Stage.command(...)`, whatever namespace import stands before the dot. */
const isStageMake = (node: SyntaxNode): boolean => {
  if (node.type !== "CallExpression" || !isNode(node["callee"])) return false
  const { object, property, type } = node["callee"]
  return (
    type === "MemberExpression" &&
    isNode(object) &&
    isNode(property) &&
    object["name"] === "Stage" &&
    (property["name"] === "make" || property["name"] === "command")
  )
}

const constantText = (node: unknown): string | undefined =>
  isNode(node) && node.type === "Literal" && typeof node["value"] === "string" ? node["value"] : undefined

const isSpecifier = (node: SyntaxNode, key: string): boolean =>
  key === "source" && (node.type === "ImportExpression" || isDeclarationWithSource(node))

/** A child of a node, the same however it was spelled: imports of `.ts` or `.js`, keys with or without quotes. */
const spelled = (node: SyntaxNode, key: string): unknown => {
  const child = node[key]
  if (isSpecifier(node, key)) return (constantText(child) ?? "").replace(/^(\..*)\.([cm]?)ts$/, "$1.$2js")
  if (key !== "key" || node["computed"] === true) return child
  const text = constantText(child)
  return text === undefined ? child : { type: "Identifier", name: text }
}

/** Statements that do nothing: a lone semicolon, and the `export {}` that a compiler leaves. */
const isEmpty = (node: unknown): boolean =>
  isNode(node) &&
  (node.type === "EmptyStatement" ||
    (node.type === "ExportNamedDeclaration" &&
      !isNode(node["declaration"]) &&
      !isNode(node["source"]) &&
      Array.isArray(node["specifiers"]) &&
      node["specifiers"].length === 0))

const hiding = new Set(["require", "createRequire", "eval", "Function", "Worker"])

/** Calls that bring in code which no import names. */
const hidesCode = (node: SyntaxNode): boolean =>
  (node.type === "CallExpression" || node.type === "NewExpression") &&
  isNode(node["callee"]) &&
  node["callee"].type === "Identifier" &&
  hiding.has(String(node["callee"]["name"]))

/** Fields that later parsers add, empty in most modules. */
const isElided = (node: SyntaxNode, key: string): boolean =>
  key === "attributes" && Array.isArray(node[key]) && node[key].length === 0

const literal = (value: unknown): string => {
  if (typeof value === "bigint") return `${value}n`
  if (typeof value === "number") return String(value) // JSON has no Infinity, which 1e999 is.
  if (value instanceof RegExp) return String(value)
  return JSON.stringify(value) ?? "undefined"
}
