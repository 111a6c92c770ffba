// What no engine in Node could do without: folder, process, two files with a flush and a link. Usage: bare.js FOLDER NODES
import { spawn } from "node:child_process"
import fs from "node:fs"
import path from "node:path"

const [root = "", nodes = "1000"] = process.argv.slice(2)
for (const name of ["work", "blobs", "entries", "tmp"])
  fs.mkdirSync(path.join(root, name), { recursive: true })

/** @param {string} name @param {string} text */
const publish = (name, text) => {
  const draft = path.join(root, "tmp", name.replace("/", "-"))
  const file = fs.openSync(draft, "wx", 0o444)
  fs.writeSync(file, text)
  fs.fsyncSync(file)
  fs.closeSync(file)
  fs.linkSync(draft, path.join(root, name))
  fs.unlinkSync(draft)
}

/** @param {number} index */
const node = async (index) => {
  const folder = path.join(root, "work", `${index}`)
  fs.mkdirSync(folder)
  const files = ["out", "err"].map((name) => fs.openSync(path.join(folder, name), "w"))
  const child = spawn("/bin/true", { cwd: folder, detached: true, stdio: ["ignore", ...files] })
  for (const file of files) fs.closeSync(file)
  await new Promise((done) => child.on("exit", done))
  publish(`blobs/${index}`, `{"value":${index}}`)
  publish(`entries/${index}`, "an entry of some hundred bytes ".repeat(30))
  fs.rmSync(folder, { recursive: true })
}

let next = 0
const worker = async () => {
  while (next < Number(nodes)) await node(next++)
}
await Promise.all([worker(), worker()])
