// One coarse-grained run in LAMMPS: files in, frames and means out, with a verdict.
import * as Effect from "effect/Effect"
import { readDump } from "../../formats/lammpsDump.ts"
import { LammpsLogParser, troubleIn } from "../../formats/lammpsLog.ts"
import type { LogSegment } from "../../formats/lammpsLog.ts"
import { settleExtrema, writeAngleTable, writeBondTable, writePairTable } from "../../formats/lammpsTable.ts"
import { barPerAtmosphere } from "../../formats/lammpsUnits.ts"
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"
import { writeLammpsData } from "../../formats/writeLammpsData.ts"
import type { BlockAverage } from "../../kernels/blocks.ts"
import { blockAverage } from "../../kernels/blocks.ts"
import { deriveSeed } from "../../kernels/random.ts"
import { badInput, toolFailed } from "../../pipeline/outcome.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import { bad, ok } from "../../schemas/Verdict.ts"
import type { Verdict } from "../../schemas/Verdict.ts"
import { cgScript, stepsIn } from "../lammps/cgScript.ts"
import { requirePackages } from "../lammps/runScript.ts"
import type { CgProtocol, PairLine } from "../lammps/cgScript.ts"
import { pairName, pairsOf } from "./beadPairs.ts"
import { tablesOf as bondedTablesOf, termOf } from "./bondedRows.ts"
import type { BondedRows } from "./bondedRows.ts"
import { bondedTerms } from "./bondedTerms.ts"
import type { BondedTerm } from "./bondedTerms.ts"
import { chooseTimeStep } from "./chooseTimeStep.ts"
import type { PotentialRows } from "./potentialRows.ts"
import { tablesOf } from "./potentialRows.ts"

/** What is simulated: beads from where they are in `start`. */
export interface BeadSystem {
  readonly meta: TrajectoryMeta
  readonly start: Frame
  readonly potential: PotentialRows
  /** Of the bonds and angles of the beads, where there are any. */
  readonly bonded?: BondedRows | undefined
}

export interface BeadRun {
  readonly verdict: Verdict
  /** ps: that of the protocol, or a shorter one that stiff bonds and angles need. */
  readonly timeStep: number
  /** K; null where the run did not come to its end. */
  readonly temperature: BlockAverage | null
  /** bar */
  readonly pressure: BlockAverage | null
  /** The production's frames, unwrapped, read anew by each call. */
  readonly frames: () => AsyncIterable<Frame>
}

/** Mean temperatures within this fraction of the thermostat's, or four standard errors, are right: a campaign makes thousands of these checks. */
const temperatureTolerance = 0.02

/** What LAMMPS says where the forces tore a system apart, rather than where it was misused. */
const physical =
  /Pair distance|Bond length|Bond atoms|Angle atoms|Lost atoms|Non-numeric|Out of range atoms|not finite|inner cutoff/i

/** The first frame of a trajectory, copied; undefined where there is none. */
export const firstFrame = async (frames: AsyncIterable<Frame>): Promise<Frame | undefined> => {
  for await (const { box, positions, step, time } of frames)
    return { step, time, box: box.slice(), positions: positions.slice() }
  return undefined
}

/**
 * Runs a system by a protocol; `name` tells the files of several runs in one attempt apart and is part of the seed.
 * Fails with `BadInput` for a system that cannot be simulated and `ToolFailed` where LAMMPS was at fault.
 */
export const simulateBeads = Effect.fnUntraced(function* (
  system: BeadSystem,
  { timeStep: longest, ...times }: CgProtocol,
  seed: number,
  name: string
) {
  const ws = yield* Workspace
  if (times.thermostat.type === "dpd") yield* requirePackages(["DPD-BASIC"])
  const files = { data: `${name}.data`, table: `${name}.table`, trajectory: `${name}.dump` }
  const { protocol, written } = yield* Effect.try({
    try: () => {
      const { bonded = [], meta, start } = system
      const timeStep = chooseTimeStep(meta, start, bonded, { ...times, timeStep: longest })
      const protocol = { ...times, timeStep }
      return { protocol, written: filesOf(system, protocol, seed, name, files) }
    },
    catch: (problem) =>
      badInput(problem instanceof Error ? problem.message : String(problem), "look at the potential")
  })
  yield* ws.write(files.data, written.data)
  yield* ws.write(files.table, written.table)
  yield* ws.write(`${name}.in`, written.script)

  const parser = new LammpsLogParser()
  const total = stepsIn(protocol.equilibration + protocol.production, protocol)
  const { code, tail } = yield* ws.run("lammps", ["-in", `${name}.in`, "-log", "none"], {
    name,
    onOutput: (text) => {
      parser.push(text)
      const { progress } = parser
      if (progress === null) return
      const done = progress.step + (progress.segment === 0 ? 0 : stepsIn(protocol.equilibration, protocol))
      const amount = { done: (done * protocol.timeStep) / 1000, unit: "ns" }
      ws.progress(done / total, `${name}: step ${done} of ${total}`, amount)
    }
  })
  const log = parser.finish()
  const trouble = troubleIn(log)
  const frames = () => framesOf(ws.stream(files.trajectory), protocol)
  const { timeStep } = protocol
  const failed = (verdict: Verdict): BeadRun => ({
    verdict,
    timeStep,
    temperature: null,
    pressure: null,
    frames
  })
  if (trouble !== null && (log.nonFinite !== null || log.lostAtoms !== null || physical.test(trouble))) {
    return failed(bad("diverged", trouble))
  }
  const production = log.segments[1]
  if (code !== 0 || trouble !== null || production === undefined || production.loop === null) {
    const problem = `LAMMPS ended with status ${code}: ${trouble ?? tail.slice(-400)}`
    return yield* Effect.fail(toolFailed(problem, `see ${name}.out among the logs`))
  }
  return { ...judge(production, protocol), timeStep, frames }
})

const judge = ({ data }: LogSegment, protocol: CgProtocol) => {
  const temperature = blockAverage(data["Temp"])
  const pressure = blockAverage(data["Press"].map((value) => value * barPerAtmosphere))
  const tolerance = Math.max(temperatureTolerance * protocol.temperature, 4 * temperature.stderr)
  const { mean, stderr } = temperature
  const verdict: Verdict =
    Math.abs(mean - protocol.temperature) <= tolerance
      ? ok
      : bad(
          "diverged",
          `${mean.toFixed(1)} +- ${stderr.toFixed(1)} K under a thermostat at ${protocol.temperature} K`
        )
  return { verdict, temperature, pressure }
}

/** The files of a run as LAMMPS reads them; `files` are their names. Throws RangeError for a system without the potentials that it needs. */
export const filesOf = (
  { bonded = [], meta, potential, start }: BeadSystem,
  protocol: CgProtocol,
  seed: number,
  name: string,
  files: { readonly data: string; readonly table: string; readonly trajectory: string }
) => {
  if (meta.bonds === undefined && new Set(meta.molecule).size < meta.types.length) {
    throw new RangeError("molecules of several beads need bonds between them, and these have none")
  }
  const tables = tablesOf(potential)
  const sections: Array<string> = []
  const pairs = pairsOf(meta).map(([a, b]): PairLine => {
    const keyword = pairName(meta, a, b)
    const table = tables.get(keyword)
    if (table === undefined) throw new RangeError(`there is no potential for the pair ${keyword}`)
    const { F, U, r } = table
    sections.push(writePairTable(keyword, { r, U, F: settleExtrema(r, U, F) }))
    return { types: [a + 1, b + 1], keyword, cutoff: table.r[table.r.length - 1] }
  })
  const terms = bondedTerms(meta)
  sections.push(...bondedSections(terms, bonded))
  const keywords = (kind: BondedTerm["kind"]) => terms.filter((term) => term.kind === kind).map(keywordOf)
  const data = writeLammpsData({
    title: "beads",
    atomStyle: terms.length > 0 ? "angle" : "atomic",
    box: start.box,
    types: Int32Array.from(meta.types, (type) => type + 1),
    molecules: Int32Array.from(meta.molecule, (molecule) => molecule + 1),
    charges: new Float64Array(meta.types.length),
    // Outside of the box too: LAMMPS wraps them and remembers the images, so that molecules stay whole in the dump.
    positions: Float64Array.from(start.positions),
    masses: meta.typeNames.map((_, type) => meta.masses[meta.types.indexOf(type)]),
    topology:
      terms.length > 0 ? { bonds: topologyOf(terms, "bond"), angles: topologyOf(terms, "angle") } : {},
    coefficients: {}
  })
  const seeds = {
    velocities: deriveSeed(seed, name, "velocities"),
    langevin: deriveSeed(seed, name, "langevin")
  }
  const script = cgScript(
    protocol,
    {
      pairs,
      bonds: keywords("bond"),
      angles: keywords("angle"),
      mass: meta.masses.reduce((sum, mass) => sum + mass, 0) / meta.masses.length
    },
    seeds,
    files
  )
  return { data, table: sections.join("\n"), script }
}

/** The section of a bond or angle in the table file, where pairs stand under their names. */
const keywordOf = ({ beads, kind }: BondedTerm): string => `${kind}-${beads}`

const bondedSections = (terms: ReadonlyArray<BondedTerm>, bonded: BondedRows): ReadonlyArray<string> => {
  const tables = bondedTablesOf(bonded)
  return terms.map((term) => {
    const { F, U, x } = termOf(tables, term)
    return term.kind === "bond"
      ? writeBondTable(keywordOf(term), { r: x, U, F: settleExtrema(x, U, F) })
      : writeAngleTable(keywordOf(term), { theta: x, U, F: settleExtrema(x, U, F) })
  })
}

/** Rows of a type and its beads, all from 1. */
const topologyOf = (terms: ReadonlyArray<BondedTerm>, kind: BondedTerm["kind"]): Int32Array => {
  const size = kind === "bond" ? 2 : 3
  return Int32Array.from(
    terms
      .filter((term) => term.kind === kind)
      .flatMap(({ rows }, type) =>
        Array.from({ length: rows.length / size }, (_, i) => [
          type + 1,
          ...rows.subarray(i * size, (i + 1) * size).map((bead) => bead + 1)
        ]).flat()
      )
  )
}

async function* framesOf(dump: AsyncIterable<Uint8Array>, protocol: CgProtocol): AsyncGenerator<Frame> {
  for await (const { box, positions, step } of readDump(dump, { units: "real" })) {
    yield { step, time: Number((step * protocol.timeStep).toPrecision(12)), box, positions }
  }
}
