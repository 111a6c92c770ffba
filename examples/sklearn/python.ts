// Python with scikit-learn as a tool: known by its version and those of the packages that compute.
import { readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Tool from "../../pipeline/Tool.ts"

const packages = ["numpy", "scipy", "scikit-learn"]
const question = [
  "import sys, importlib.metadata as found",
  `names = ${JSON.stringify(packages)}`,
  'print("Python " + sys.version.split()[0], *[f"{name} {found.version(name)}" for name in names], sep="; ")'
].join("\n")

const own = fileURLToPath(new URL("../../.venv/peers/bin/python", import.meta.url))

/** The folders of its packages: an upgrade changes them, while the interpreter stays what it is. */
const packageFolders = (python: string): ReadonlyArray<string> => {
  const library = join(dirname(dirname(python)), "lib")
  try {
    return readdirSync(library)
      .filter((name) => name.startsWith("python"))
      .map((name) => join(library, name, "site-packages"))
  } catch {
    return []
  }
}

export const python = Tool.program({
  name: "python",
  locate: process.env["LARGO_PYTHON"] ?? own,
  versionArgs: ["-c", question],
  watch: packageFolders,
  purpose: "training scikit-learn's network",
  install: "Run node scripts/peers.js, or name a Python that has scikit-learn in LARGO_PYTHON."
})
