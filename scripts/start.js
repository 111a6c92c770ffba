// The main job of `npm start`: runs the coarse-graining campaign, then writes its data set and its page.
import { spawnSync } from "node:child_process"
import path from "node:path"
import { projectRoot } from "./findLammps.js"

const largo = path.join(projectRoot, "bin", "largo.js")
const results = path.resolve("coarse-graining")
const given = process.argv.slice(2)

/** Runs a subcommand to its end; a failure ends this process in the same way. @param {string[]} args */
const run = (...args) => {
  const { signal, status } = spawnSync(process.execPath, [largo, ...args], { stdio: "inherit" })
  if (signal !== null) process.kill(process.pid, signal)
  if (status !== 0) process.exit(status ?? 1)
}

// The terminal sends Ctrl-C to the whole group: the run ends itself in order, and this process waits for it.
process.on("SIGINT", () => {})

const storeAt = given.indexOf("--store")
const store = storeAt === -1 ? [] : given.slice(storeAt, storeAt + 2)
run("run", "coarse-graining", ...given)
run("export", "coarse-graining", "--to", path.join(results, "dataset"), ...store)
run("report", "coarse-graining", "--to", path.join(results, "report.html"), ...store)
process.stderr.write(`
data set  ${path.join(results, "dataset")}
page      ${path.join(results, "report.html")}  (open it in a browser)

Try next
  npx largo plan coarse-graining --set fit.window.tmin=10    what another fit window would rerun
  npm start -- --set samples=8                               two more force fields; all that is there stays
  npx largo explain coarse-graining train-model@structure    what decided a result
`)
