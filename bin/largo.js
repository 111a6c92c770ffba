#!/usr/bin/env node
// Starts the largo command line on a Node that can run it: this one, or the one that npm installed beside it.
import { spawn } from "node:child_process"
import fs from "node:fs"
import { constants, homedir } from "node:os"
import module from "node:module"
import path from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const neededNode = 24
const root = path.dirname(path.dirname(fs.realpathSync(fileURLToPath(import.meta.url))))
// A clone runs its sources; Node strips no types below node_modules, so a published package brings built ones.
const main = ["cli/main.ts", "dist/cli/main.js"]
  .map((name) => path.join(root, name))
  .find((file) => fs.existsSync(file))
// Halves the time that the imports take. Not in the shared /tmp, where others could put code for us to run.
const compileCache = path.join(
  process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"),
  "largo",
  "compile-cache"
)

if (main === undefined) {
  fail(`largo: no command line in ${root}`)
} else if (Number(process.versions.node.split(".")[0]) >= neededNode) {
  // In the environment, so that workers use it too.
  process.env.NODE_COMPILE_CACHE ||= compileCache
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import(pathToFileURL(main).href)
} else {
  const node = findNode()
  if (node === undefined) {
    fail(
      `largo runs on Node ${neededNode}, this is ${process.versions.node}: type \`node ${path.join(root, "scripts/setup.js")}\``
    )
  } else {
    runWith(node, main)
  }
}

/** The Node in the package's own node_modules or, when npm has hoisted it, in a folder above. */
function findNode() {
  const place = path.join("node_modules", `node-${process.platform}-${process.arch}`, "bin", "node")
  for (let folder = root; ; folder = path.dirname(folder)) {
    const file = path.join(folder, place)
    if (fs.existsSync(file)) return file
    if (folder === path.dirname(folder)) return undefined
  }
}

/**
 * Runs the command line as a child in this process's group, and ends as the child ends.
 * @param {string} node
 * @param {string} script
 */
function runWith(node, script) {
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env }
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: "inherit", env })
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      // What a terminal sends reaches the whole group, the child too: passing it on would count twice.
      if (signal !== "SIGTERM" && terminalIsOurs()) return
      child.kill(signal)
    })
  }
  child.on("error", (error) => fail(`largo: ${node} cannot be started: ${error.message}`))
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1
      return
    }
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    // The signal may be one that Node cannot die of (SIGPIPE): then say it as a shell does.
    process.exitCode = 128 + (constants.signals[signal] ?? 0)
  })
}

/** Whether this process group is the one in front of a terminal. */
function terminalIsOurs() {
  try {
    // The program's name stands in parentheses and may hold spaces; after it: state, parent, group, session, terminal, group in front.
    const fields = fs
      .readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")
    return fields[2] === fields[5]
  } catch {
    return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  }
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}
