// Installs what largo needs and lacks: npm packages with their Node 24, and LAMMPS. Says so before it does.
//
//   node scripts/setup.js         for running: packages without the development ones
//   node scripts/setup.js --dev   for testing too
//
// Plain JavaScript on Node's built-ins alone, from Node 20 on: nothing else is there when it runs.
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { onPath, projectRoot } from "./findLammps.js"
import { fitLammps, installLammps, openRoutes } from "./installLammps.js"
import { installers, whatToType } from "./lammpsRoutes.js"
import { installedNode, missingPackages, outsideNodeModules } from "./npmPackages.js"

const neededNode = 24
const root = projectRoot
const env = outsideNodeModules(process.env)
/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`)

/** @param {boolean} dev */
function setUp(dev) {
  const started = performance.now()
  const packages = missingPackages(root, { dev })
  const lammps = fitLammps(root, env, say)
  const commands = new Set(installers.filter((name) => onPath(name, env) !== undefined))
  const routes = lammps === undefined ? openRoutes(root, commands) : []

  const tasks = []
  if (packages.length > 0) tasks.push(npmTask(packages, dev))
  if (lammps === undefined) {
    if (routes.length === 0) throw new Error(`LAMMPS is missing. ${whatToType(commands)}`)
    tasks.push({
      says: `LAMMPS, the molecular dynamics program: ${routes.map(({ says }) => says).join("; if that fails ")}`,
      run: () => installLammps({ root, routes, commands, env, say })
    })
  }
  if (tasks.length > 0) {
    say("largo is going to install:")
    for (const { says } of tasks) say(`  - ${says}`)
  }
  const done = tasks.map(({ run }) => run())
  const node = nodeVersion()
  const seconds = ((performance.now() - started) / 1000).toFixed(tasks.length > 0 ? 0 : 2)
  const binary = lammps ?? done.at(-1)
  say(
    `set-up ${tasks.length > 0 ? "done" : "has nothing to do"} (${seconds} s): Node ${node}, LAMMPS ${binary}`
  )
}

/** @param {string[]} packages @param {boolean} dev */
function npmTask(packages, dev) {
  const kind = dev
    ? "npm packages, those for development too"
    : "npm packages (630 MB on disk, Node 24 among them)"
  const options = ["--ignore-scripts", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"]
  return {
    says: `${kind}: ${packages.length} new or changed, with npm ci, into ${path.join(root, "node_modules")}`,
    run: () => {
      say("installing npm packages")
      const args = ["ci", ...(dev ? ["--include=dev"] : ["--omit=dev"]), ...options]
      const { status, error } = spawnSync("npm", args, { cwd: root, env, stdio: ["ignore", 2, 2] })
      if (error !== undefined) throw new Error(`npm cannot be started: ${error.message}`)
      if (status !== 0) throw new Error(`npm ci ended with status ${status}; its messages are above`)
      return undefined
    }
  }
}

/** @returns {string} the version of the Node that will run largo */
function nodeVersion() {
  const installed = installedNode(root)
  if (installed !== undefined) {
    const described = path.join(installed, "..", "..", "package.json")
    return JSON.parse(fs.readFileSync(described, "utf8")).version
  }
  const own = process.versions.node
  if (Number(own.split(".")[0]) >= neededNode) return own
  throw new Error(
    `largo runs on Node ${neededNode} or later, this is ${own}, and npm has none for ` +
      `${process.platform}-${process.arch}: install Node ${neededNode} and start again`
  )
}

const unknown = process.argv.slice(2).filter((argument) => argument !== "--dev")
if (unknown.length > 0) {
  say(`set-up: unknown argument ${unknown.join(" ")}; the only one is --dev`)
  process.exitCode = 2
} else {
  try {
    setUp(process.argv.includes("--dev"))
  } catch (error) {
    say(`set-up: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
