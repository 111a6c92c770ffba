// Installs the Python peers that we compare with: peers.js [peers|bench], into .venv/peers or .venv/bench, half a minute.
//
// The tests need neither: those that compare with a peer skip themselves where it is missing.
import { spawnSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { projectRoot } from "./findLammps.js"

/** What computes the same, and what runs the same graphs. @type {Record<string, string[]>} */
const sets = {
  peers: [
    "numpy==2.4.6",
    "scikit-learn==1.9.1",
    "freud-analysis==3.4.0",
    "MDAnalysis==2.11.0",
    "kinisi==2.1.0",
    "tidynamics==1.1.2",
    "pandas==3.1.1",
    "polars==2.1.0",
    "pyarrow==26.0.1",
    "mlcroissant==1.1.1",
    "roc-validator==0.13.0",
    "rocrate==0.16.0"
  ],
  bench: ["snakemake==9.27.1", "redun==0.44.1"]
}
const set = process.argv[2] ?? "peers"
const packages = sets[set] ?? []
const folder = path.join(projectRoot, ".venv", set)
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
