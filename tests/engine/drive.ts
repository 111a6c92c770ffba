// Plans or runs the first pipeline of a module and prints the answer as JSON: plan|run MODULE PARAMS STORE.
import path from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import * as Local from "../../executors/Local.ts"
import type { Event } from "../../pipeline/Event.ts"
import * as launch from "../../pipeline/launch.ts"
import { isPipeline } from "../../pipeline/Pipeline.ts"

const [what, file = "", params = "{}", store = ""] = process.argv.slice(2)
const exports = Object.values((await import(pathToFileURL(path.resolve(file)).href)) as object)
const pipeline = exports.find(isPipeline)
if (pipeline === undefined) throw new Error(`${file} exports no pipeline`)
const request = { pipeline, file: path.resolve(file), params: JSON.parse(params) as unknown, store }

if (what === "plan") {
  process.stdout.write(JSON.stringify(await launch.plan(request)))
} else {
  const opened = await launch.open(request)
  const events: Array<Event> = []
  const executor = Local.make({ cores: 2, memory: 8192 })
  const listen = (event: Event): void => void events.push(event)
  const result = await Effect.runPromise(launch.run(opened, { file: request.file, executor, listen }))
  process.stdout.write(JSON.stringify({ ...result, events }))
}
