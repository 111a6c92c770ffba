// Loads the pipeline that a command line names: one that ships, or one that a module of the user's exports.
import { existsSync, readdirSync } from "node:fs"
import { basename, extname, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { isPipeline } from "../pipeline/Pipeline.ts"
import type { Pipeline } from "../pipeline/Pipeline.ts"
import { isForeseen } from "./describeError.ts"
import { suggestion, UsageError } from "./Usage.ts"

/** The closing summary that a pipeline's module may export, as text; `values` gives the value of a target. */
export type Summarise = (values: (target: string) => Promise<unknown>) => Promise<string>

export interface Loaded {
  readonly pipeline: Pipeline
  /** The module, an absolute path. */
  readonly file: string
  readonly summarise: Summarise | undefined
}

const recipes = fileURLToPath(new URL("../recipes/", import.meta.url))

/** The names of the pipelines that ship: the modules in `recipes/` with names in kebab-case. */
export const shipped = (): ReadonlyArray<string> =>
  existsSync(recipes)
    ? readdirSync(recipes)
        .filter((name) => /^[a-z][a-z0-9-]*\.[jt]s$/.test(name))
        .map((name) => basename(name, extname(name)))
        .sort()
    : []

/** Finds and imports the module. Throws `UsageError`, and what the module itself throws. */
export const loadPipeline = async (word: string): Promise<Loaded> => {
  const hash = word.lastIndexOf("#")
  const place = hash < 0 ? word : word.slice(0, hash)
  const name = hash < 0 ? undefined : word.slice(hash + 1)
  const file = fileOf(place)
  const module = await load(file)
  const pipelines = new Map<string, Pipeline>()
  for (const [exported, value] of Object.entries(module)) {
    if (isPipeline(value) && ![...pipelines.values()].includes(value)) pipelines.set(exported, value)
  }
  const pipeline = choose(pipelines, name, word, file)
  const { summary } = module
  return { pipeline, file, summarise: typeof summary === "function" ? (summary as Summarise) : undefined }
}

const load = async (file: string): Promise<Record<string, unknown>> => {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    if (isForeseen(error)) throw error
    // The stack begins with the place of a syntax error, and names the line of any other.
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const lines = text.split("\n").filter((line) => !/node:internal|^\s*$/.test(line))
    throw new UsageError(
      [`PIPELINE: ${file} cannot be loaded: ${lines.slice(0, 5).join("\n")}`],
      "mend the module, or what it imports"
    )
  }
}

const fileOf = (place: string): string => {
  const path = resolve(place)
  if (/\.[cm]?[jt]s$/.test(place)) {
    if (existsSync(path)) return path
    throw new UsageError([`PIPELINE: there is no file ${path}`], "give the path of a .ts or .js file")
  }
  const own = [".ts", ".js"].map((extension) => `${recipes}${place}${extension}`)
  const found = /^[\w-]+$/.test(place) ? own.find((file) => existsSync(file)) : undefined
  if (found !== undefined) return found
  const known = shipped()
  throw new UsageError(
    [`PIPELINE: no pipeline "${place}" ships with largo${suggestion(place, known)}`],
    `give ${known.length === 0 ? "" : `one of ${known.join(", ")}, or `}the path of a .ts or .js file that exports a pipeline`
  )
}

const choose = (
  pipelines: ReadonlyMap<string, Pipeline>,
  name: string | undefined,
  word: string,
  file: string
): Pipeline => {
  const names = [...pipelines.keys()]
  if (name !== undefined) {
    const found = pipelines.get(name) ?? [...pipelines.values()].find((pipeline) => pipeline.name === name)
    if (found !== undefined) return found
    throw new UsageError(
      [`PIPELINE: ${file} exports no pipeline "${name}"`],
      `it exports: ${names.join(", ") || "none"}`
    )
  }
  const [first] = pipelines.values()
  if (first !== undefined && pipelines.size === 1) return first
  if (first === undefined) {
    throw new UsageError(
      [`PIPELINE: ${file} exports no pipeline`],
      "export one: export const mine = Pipeline.make(...); see examples/hello.ts"
    )
  }
  throw new UsageError(
    [`PIPELINE: ${file} exports ${pipelines.size} pipelines`],
    `say which: ${names.map((each) => `${word}#${each}`).join(" or ")}`
  )
}
