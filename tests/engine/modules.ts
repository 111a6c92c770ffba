// Modules of a user, written to a folder inside the project so that they import the engine as its own stages do.
import { execFile } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { promisify } from "node:util"
import { onTestFinished } from "vitest"
import type { Event } from "../../pipeline/Event.ts"
import type { Plan } from "../../pipeline/Plan.ts"
import type { Result } from "../../pipeline/Run.ts"

const execute = promisify(execFile)

/** A folder of modules; engine imports are written `../../../../pipeline/Stage.ts`. */
export interface Modules {
  readonly folder: string
  readonly pathOf: (name: string) => string
  /** Writes modules, in place of those of the same names. */
  readonly write: (files: Readonly<Record<string, string>>) => void
}

/** A fresh folder of modules, deleted when the test ends. */
export const modules = (files: Readonly<Record<string, string>>): Modules => {
  const base = path.join(import.meta.dirname, ".tmp")
  fs.mkdirSync(base, { recursive: true })
  const folder = fs.mkdtempSync(path.join(base, "modules-"))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  const write = (written: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(written)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      fs.writeFileSync(path.join(folder, name), text)
    }
  }
  write(files)
  return { folder, write, pathOf: (name) => path.join(folder, name) }
}

/** The imports that stand above each module of the tests. */
export const heading = [
  'import * as Effect from "effect/Effect"',
  'import * as Schema from "effect/Schema"',
  'import { range } from "../../../../pipeline/combinators.ts"',
  'import * as Pipeline from "../../../../pipeline/Pipeline.ts"',
  'import * as Stage from "../../../../pipeline/Stage.ts"',
  'import * as Kind from "../../../../schemas/Kind.ts"',
  'const Value = Kind.json("value", Schema.Struct({ value: Schema.Finite }))',
  ""
].join("\n")

export interface Driven extends Result {
  readonly events: ReadonlyArray<Event>
}

const script = path.join(import.meta.dirname, "drive.ts")

/** The command line that plans or runs the pipeline of a module in a process of its own. */
export const driveArguments = (what: "plan" | "run", module: string, store: string, params: object = {}) => [
  "--no-warnings",
  script,
  what,
  module,
  JSON.stringify(params),
  store
]

const drive = async (args: ReadonlyArray<string>): Promise<unknown> => {
  const { stdout } = await execute(process.execPath, args, { maxBuffer: 1 << 26 })
  return JSON.parse(stdout)
}

/** Plans the pipeline of a module in a fresh process, which sees the code as it is now. */
export const planOf = async (module: string, store: string, params: object = {}): Promise<Plan> =>
  (await drive(driveArguments("plan", module, store, params))) as Plan

/** Runs the pipeline of a module in a fresh process. */
export const runOf = async (module: string, store: string, params: object = {}): Promise<Driven> =>
  (await drive(driveArguments("run", module, store, params))) as Driven
