// The params of a command line: JSON files first, `--set` on top of them.
import { readFileSync } from "node:fs"
import { UsageError } from "./Usage.ts"

type Json = Record<string, unknown>

/**
 * Merges JSON files and `path=value` settings, later ones over earlier ones. A value is JSON where it parses as
 * JSON, else a string; a path names fields and list positions, `ranges.0.low`. Throws `UsageError`.
 */
export const readParams = (files: ReadonlyArray<string>, settings: ReadonlyArray<string>): Json => {
  const problems: Array<string> = []
  const params: Json = {}
  for (const file of files) {
    const read = readObject(file)
    if (typeof read === "string") problems.push(`--params ${file}: ${read}`)
    else merge(params, read)
  }
  for (const setting of settings) {
    const problem = apply(params, setting)
    if (problem !== undefined) problems.push(`--set ${setting}: ${problem}`)
  }
  if (problems.length > 0)
    throw new UsageError(problems, "write --set NAME=VALUE, or --params FILE with a JSON object")
  return params
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The object in a JSON file, or what is wrong with it. */
const readObject = (file: string): Json | string => {
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : "holds no JSON object"
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : String(error)}`
  }
}

const merge = (into: Json, from: Json): void => {
  for (const [key, value] of Object.entries(from)) {
    const known = Object.hasOwn(into, key) ? into[key] : undefined
    if (isObject(known) && isObject(value)) merge(known, value)
    else if (key !== "__proto__") into[key] = structuredClone(value)
  }
}

const apply = (params: Json, setting: string): string | undefined => {
  const equals = setting.indexOf("=")
  if (equals < 1) return "has no NAME=VALUE"
  const path = setting.slice(0, equals).split(".")
  if (path.some((part) => part === "" || part === "__proto__")) return "its path has an empty part"
  let place: Json | Array<unknown> = params
  for (const [depth, part] of path.slice(0, -1).entries()) {
    const inside: unknown = at(place, part) ?? {}
    if (typeof inside !== "object" || inside === null) {
      return `${path.slice(0, depth + 1).join(".")} is ${JSON.stringify(inside)} already`
    }
    if (!put(place, part, inside)) return `${part} is no position of a list`
    place = inside as Json
  }
  return put(place, path.at(-1)!, valueOf(setting.slice(equals + 1)))
    ? undefined
    : "names no position of a list"
}

const at = (place: Json | Array<unknown>, part: string): unknown =>
  Object.hasOwn(place, part) ? (place as Json)[part] : undefined

const put = (place: Json | Array<unknown>, part: string, value: unknown): boolean => {
  if (!Array.isArray(place)) {
    place[part] = value
    return true
  }
  const index = /^\d+$/.test(part) ? Number(part) : Infinity
  if (index > place.length) return false
  place[index] = value
  return true
}

const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
