// One JSON text for each value: RFC 8785 (JSON Canonicalization Scheme), fast for the small objects of keys.

/** A value that has no canonical JSON; `path` says where it is, like `$.fit[2].start`. */
export class CanonicalJsonError extends Error {
  readonly _tag = "CanonicalJsonError"
  readonly path: string
  constructor(path: string, problem: string) {
    super(`No canonical JSON: ${path} is ${problem}`)
    this.name = "CanonicalJsonError"
    this.path = path
  }
}

/**
 * The canonical JSON text of a plain value: keys sorted by UTF-16 code units, numbers and strings as
 * `JSON.stringify` writes them (so -0 is `0`), no white space (RFC 8785).
 * Throws CanonicalJsonError for NaN, infinities, undefined, bigint, functions, symbols, lone surrogates, cycles and
 * for objects that are not plain (a Date, a Map, a typed array): encode those first.
 */
export const canonicalJson = (value: unknown): string => {
  const text = write(value, 0)
  if (text === undefined) throw findFault(value, "$", []) ?? new CanonicalJsonError("$", "nested too deeply")
  return text
}

const maxDepth = 1000

// The hot path carries no path: undefined means a fault, which findFault then looks for.
const write = (value: unknown, depth: number): string | undefined => {
  switch (typeof value) {
    case "string":
      return quote(value)
    case "number":
      return Number.isFinite(value) ? `${value === 0 ? 0 : value}` : undefined
    case "boolean":
      return value ? "true" : "false"
    case "object":
      if (value === null) return "null"
      if (depth > maxDepth) return undefined
      return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value, depth + 1)
    default:
      return undefined
  }
}

// Strings that need no escape are quoted here: JSON.stringify takes longer than all the rest.
const plainText = /^[ !#-[\]-~]*$/

const quote = (text: string): string | undefined => {
  if (plainText.test(text)) return `"${text}"`
  return text.isWellFormed() ? JSON.stringify(text) : undefined
}

const writeArray = (array: readonly unknown[], depth: number): string | undefined => {
  let text = "["
  for (let i = 0; i < array.length; i++) {
    const item = write(array[i], depth)
    if (item === undefined) return undefined
    text += i === 0 ? item : `,${item}`
  }
  return `${text}]`
}

const writeObject = (object: object, depth: number): string | undefined => {
  if (!isPlain(object)) return undefined
  let text = "{"
  for (const key of sortedKeys(object)) {
    const name = quote(key)
    const item = write(object[key], depth)
    if (item === undefined || name === undefined) return undefined
    text += text.length === 1 ? `${name}:${item}` : `,${name}:${item}`
  }
  return `${text}}`
}

// A plain object's prototype is null or has none of its own; this holds for objects of other realms too.
const isPlain = (object: object): object is Readonly<Record<string, unknown>> => {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const sortedKeys = (object: object): readonly string[] => {
  const keys = Object.keys(object)
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i - 1] ?? "") > (keys[i] ?? "")) return keys.sort()
  }
  return keys
}

const findFault = (
  value: unknown,
  path: string,
  above: readonly object[]
): CanonicalJsonError | undefined => {
  const fault = (problem: string) => new CanonicalJsonError(path, problem)
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? undefined : fault("a string with a lone surrogate")
    case "number":
      return Number.isFinite(value) ? undefined : fault(`${value}`)
    case "boolean":
      return undefined
    case "object": {
      if (value === null) return undefined
      if (above.includes(value)) return fault("part of a cycle")
      if (above.length > maxDepth) return fault("nested too deeply")
      const inside = [...above, value]
      if (Array.isArray(value)) return findInArray(value, path, inside)
      if (!isPlain(value)) return fault(`a ${value.constructor.name}, not a plain object`)
      for (const [key, item] of Object.entries(value)) {
        if (!key.isWellFormed()) return fault("an object with a lone surrogate in a key")
        const found = findFault(item, memberPath(path, key), inside)
        if (found) return found
      }
      return undefined
    }
    default:
      return fault(value === undefined ? "undefined" : `a ${typeof value}`)
  }
}

const findInArray = (array: readonly unknown[], path: string, inside: readonly object[]) => {
  // By index, since forEach and its kind would skip the holes of a sparse array.
  for (let i = 0; i < array.length; i++) {
    const found = findFault(array[i], `${path}[${i}]`, inside)
    if (found) return found
  }
  return undefined
}

const memberPath = (path: string, key: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`
