// Installs the Python peers that tests compare with (scikit-learn, numpy) into .venv/peers.
//
// For the checks on a server only: tests that need a peer skip themselves where it is missing.
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { projectRoot } from "./findLammps.js"

const packages = ["numpy==2.4.6", "scikit-learn==1.9.1"]
const folder = path.join(projectRoot, ".venv", "peers")
const installed = path.join(folder, "installed.json")
const wanted = JSON.stringify(packages)

if (fs.existsSync(installed) && fs.readFileSync(installed, "utf8") === wanted) {
  process.stdout.write(`${folder} has ${packages.join(", ")}\n`)
} else {
  process.stdout.write(`installing ${packages.join(", ")} from PyPI into ${folder}\n`)
  const python = path.join(folder, "bin", "python")
  const steps = [
    ["python3", "-m", "venv", "--clear", folder],
    [python, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", ...packages]
  ]
  const worked = steps.every(
    ([command = "", ...args]) => spawnSync(command, args, { stdio: "inherit" }).status === 0
  )
  // Written last: an interrupted installation is none.
  if (worked) fs.writeFileSync(installed, wanted)
  else process.exitCode = 1
}
