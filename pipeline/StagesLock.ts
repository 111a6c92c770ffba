// The file stages.lock.json beside a pipeline: for each stage, the code digests that count as the same.
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** Stage name -> digests that give the same results, the one that stands for all of them first. */
export interface StagesLock {
  readonly path: string
  readonly stages: Readonly<Record<string, ReadonlyArray<string>>>
}

/** A lock file that is not one. */
export class BadLock extends Error {
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}; restore it from version control or delete it`)
    this.name = "BadLock"
  }
}

/** Reads the lock beside a pipeline's module; where there is none, every digest stands for itself. Throws `BadLock`. */
export const read = (pipelineFile: string): StagesLock => {
  const path = join(dirname(pipelineFile), "stages.lock.json")
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch {
    return { path, stages: {} }
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new BadLock(path, error instanceof Error ? error.message : String(error))
  }
  if (!isLock(parsed)) throw new BadLock(path, 'expected {"format": 1, "stages": {stage: [digests]}}')
  return { path, stages: parsed.stages }
}

const isLock = (value: unknown): value is { stages: Record<string, ReadonlyArray<string>> } =>
  typeof value === "object" &&
  value !== null &&
  "format" in value &&
  value.format === 1 &&
  "stages" in value &&
  typeof value.stages === "object" &&
  value.stages !== null &&
  Object.values(value.stages).every(
    (digests) => Array.isArray(digests) && digests.every((digest) => typeof digest === "string")
  )

/** The digest that stands for a stage's code in keys. */
export const representative = (lock: StagesLock, stage: string, digest: string): string => {
  const same = lock.stages[stage]
  return same !== undefined && same.includes(digest) ? same[0] : digest
}

/** The lock after a reviewer said that `after` gives the results that `before` gave. */
export const vouch = (lock: StagesLock, stage: string, before: string, after: string): StagesLock => {
  const known = lock.stages[stage] ?? []
  const same = known.includes(before) ? known : [before]
  return { ...lock, stages: { ...lock.stages, [stage]: same.includes(after) ? same : [...same, after] } }
}

/** Writes the lock, stages in order of name. */
export const write = (lock: StagesLock): void => {
  const stages = Object.fromEntries(Object.entries(lock.stages).sort(([a], [b]) => (a < b ? -1 : 1)))
  const draft = `${lock.path}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify({ format: 1, stages }, null, 2)}\n`)
  renameSync(draft, lock.path)
}
