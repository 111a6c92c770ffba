// The engines of the scale bench: how each does the same graphs, and how it comes to have done them already.
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Command } from "./measure.ts"
import { measure } from "./measure.ts"

/** Chains of ten nodes gathered by one, or programs that do nothing. */
export type Shape = "chains" | "programs"

export interface Engine {
  readonly name: string
  /** What it says it is; undefined where it is not installed. */
  readonly version: () => string | undefined
  /** Writes what the graph is described by into an empty folder. */
  readonly describe: (shape: Shape, nodes: number, folder: string) => void
  /** Does what is to do of the graph. */
  readonly run: (shape: Shape, nodes: number, folder: string) => Command
  /** Makes that nothing is to do. */
  readonly fill: (shape: Shape, nodes: number, folder: string) => void
}

const peers = join(import.meta.dirname, "peers")
const python = join(import.meta.dirname, "..", "..", ".venv", "bench", "bin")
const here = (name: string): string => join(import.meta.dirname, name)
const launcher = join(import.meta.dirname, "..", "..", "bin", "largo.js")

const said = (program: string, ...args: ReadonlyArray<string>): string | undefined => {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
  } catch {
    return undefined
  }
}

/** The version of a Python peer that `scripts/peers.js bench` has installed: to ask it takes a second. */
const pinned = (name: string): string | undefined => {
  const file = join(python, "..", "installed.json")
  if (!existsSync(file)) return undefined
  const packages = JSON.parse(readFileSync(file, "utf8")) as ReadonlyArray<string>
  return packages.find((each) => each.startsWith(`${name}==`))?.slice(name.length + 2)
}

/** A subcommand of largo on one of the graphs, its store in the folder. */
export const ofLargo = (
  subcommand: "run" | "plan",
  shape: Shape,
  nodes: number,
  folder: string,
  ...more: ReadonlyArray<string>
): Command => {
  const words = [`${here("graphs.ts")}#${shape}`, "--set", `nodes=${nodes}`, "--store", join(folder, "store")]
  return { program: process.execPath, args: [launcher, subcommand, ...words, ...more], cwd: folder }
}

export const largo: Engine = {
  name: "largo",
  version: () => said(process.execPath, launcher, "--version"),
  describe: () => {},
  run: (shape, nodes, folder) => ofLargo("run", shape, nodes, folder),
  fill: (_, nodes, folder) => {
    measure({
      program: process.execPath,
      args: [here("fill.ts"), join(folder, "store"), `${nodes}`],
      cwd: folder
    })
  }
}

const redun: Engine = {
  name: "redun",
  version: () => pinned("redun"),
  describe: () => {},
  run: (shape, nodes, folder) => ({
    program: join(python, "redun"),
    args: ["run", join(peers, "workflow.py"), shape, "--nodes", `${nodes}`],
    cwd: folder
  }),
  fill: (shape, nodes, folder) => void measure(redun.run(shape, nodes, folder))
}

const snakemake: Engine = {
  name: "Snakemake",
  version: () => pinned("snakemake"),
  describe: () => {},
  run: (shape, nodes, folder) => ({
    program: join(python, "snakemake"),
    args: ["--snakefile", join(peers, `${shape}.smk`), "--cores", "2", "--config", `nodes=${nodes}`],
    cwd: folder
  }),
  fill: (_, nodes, folder) => {
    // Its own way to say that files are made, which writes its records of them: much faster than to make them.
    mkdirSync(join(folder, "out"))
    for (let chain = 0; chain < Math.floor((nodes - 1) / 10); chain += 1) {
      for (let depth = 0; depth < 10; depth += 1) writeFileSync(join(folder, "out", `${chain}.${depth}`), "")
    }
    writeFileSync(join(folder, "out", "gather"), "")
    const { args, ...command } = snakemake.run("chains", nodes, folder)
    measure({ ...command, args: [...args, "--touch", "--forceall", "--quiet", "all"] })
  }
}

const ninja: Engine = {
  name: "ninja",
  version: () => said("ninja", "--version"),
  describe: (shape, nodes, folder) => {
    const lines = [`rule make\n  command = ${shape === "chains" ? ":" : "/bin/true"} > $out`]
    if (shape === "programs") for (let i = 0; i < nodes; i += 1) lines.push(`build out/${i}: make`)
    else {
      const ends: Array<string> = []
      for (let chain = 0; chain < Math.floor((nodes - 1) / 10); chain += 1) {
        lines.push(`build out/${chain}.0: make`)
        for (let depth = 1; depth < 10; depth += 1) {
          lines.push(`build out/${chain}.${depth}: make out/${chain}.${depth - 1}`)
        }
        ends.push(`out/${chain}.9`)
      }
      lines.push(`build out/gather: make ${ends.join(" ")}`)
    }
    writeFileSync(join(folder, "build.ninja"), `${lines.join("\n")}\n`)
  },
  run: (_, __, folder) => ({ program: "ninja", args: ["-j2"], cwd: folder }),
  fill: (shape, nodes, folder) => void measure(ninja.run(shape, nodes, folder))
}

/** Folder, process, two flushed and linked files a node, and no engine. */
export const bare: Engine = {
  name: "bare Node",
  version: () => process.version,
  describe: () => {},
  run: (_, nodes, folder) => ({
    program: process.execPath,
    args: [join(peers, "bare.js"), join(folder, "bare"), `${nodes}`],
    cwd: folder
  }),
  fill: () => {}
}

/** largo first: the others are compared with it. */
export const installed = (): ReadonlyArray<Engine> =>
  [largo, snakemake, redun, ninja].filter(({ version }) => version() !== undefined)

/** A folder for an engine and a graph; its description is written, and what it holds is made where it is not there yet. */
export const prepared = (
  engine: Engine,
  shape: Shape,
  nodes: number,
  base: string,
  filled: boolean
): string => {
  const folder = join(base, `${engine.name}-${shape}-${nodes}${filled ? "" : "-empty"}`)
  if (existsSync(join(folder, "ready"))) return folder
  mkdirSync(folder, { recursive: true })
  engine.describe(shape, nodes, folder)
  if (filled) engine.fill(shape, nodes, folder)
  writeFileSync(join(folder, "ready"), "")
  return folder
}
