// Copies tables of a run to a folder, as they are in its store: node examples/data/write.ts STORE RUN FOLDER TABLE...
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Store from "../../cache/Store.ts"
import * as RunRecord from "../../report/RunRecord.ts"

const [folder, run, to, ...tables] = process.argv.slice(2)
if (folder === undefined || run === undefined || to === undefined) {
  throw new Error("type: node examples/data/write.ts STORE RUN FOLDER TABLE...")
}
const store = Store.open(folder)
const { targets } = RunRecord.read(store, RunRecord.findRun(store, run))
mkdirSync(to, { recursive: true })
for (const name of tables) {
  const target = targets[name]
  if (target === undefined || target === null) throw new Error(`the run did not reach "${name}"`)
  writeFileSync(join(to, `${name}.parquet`), store.contents.read(target.digest))
}
