// Compares the radial distribution function with csg_stat and freud on one thread: node bench/rdf.ts
//
// In memory: the kernel beside freud. From the file: `largo analyze rdf` beside csg_stat. Processor time, user and system,
// the least of some rounds taken in turn. Needs gmx, csg_stat and .venv/peers (node scripts/peers.js).
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { orthogonal } from "../kernels/box.ts"
import { stream } from "../kernels/random.ts"
import * as Rdf from "../kernels/rdf.ts"
import { machine, writeSection } from "./results.ts"

const rounds = 5
const python = join(import.meta.dirname, "..", ".venv", "peers", "bin", "python")
const largo = join(import.meta.dirname, "..", "cli", "main.ts")

/** The density of the beads of a molecular liquid, 1/nm3. */
const density = 3.85
interface Case {
  readonly frames: number
  readonly beads: number
  /** nm */
  readonly rMax: number
  readonly bins: number
}
const cases: ReadonlyArray<Case> = [
  { frames: 11_010, beads: 64, rMax: 1.25, bins: 125 },
  { frames: 200, beads: 3000, rMax: 1.25, bins: 125 }
]

/** Random positions, nm, of the digits that a .gro file and a dump keep. */
const gas = ({ beads, frames }: Case, length: number): Float32Array => {
  const random = stream(1, `gas-${beads}`)
  return Float32Array.from(
    { length: frames * beads * 3 },
    () => Math.floor(random.uniform() * length * 1000) / 1000
  )
}

const dumpOf = ({ beads, frames }: Case, length: number, x: Float32Array): string => {
  const parts: Array<string> = []
  for (let f = 0; f < frames; f++) {
    const side = `0 ${10 * length}`
    parts.push(
      `ITEM: TIMESTEP\n${f}\nITEM: NUMBER OF ATOMS\n${beads}\nITEM: BOX BOUNDS pp pp pp\n${side}\n${side}\n${side}`,
      "ITEM: ATOMS id type x y z"
    )
    for (let b = 0; b < beads; b++) {
      const at = 3 * (f * beads + b)
      const place = [x[at], x[at + 1], x[at + 2]].map((v) => (10 * v).toFixed(2))
      parts.push(`${b + 1} 1 ${place.join(" ")}`)
    }
  }
  return `${parts.join("\n")}\n`
}

const groOf = ({ beads, frames }: Case, length: number, x: Float32Array): string => {
  const parts: Array<string> = []
  for (let f = 0; f < frames; f++) {
    parts.push(`gas t= ${f}\n${beads}`)
    for (let b = 0; b < beads; b++) {
      const at = 3 * (f * beads + b)
      const number = String(b + 1).padStart(5)
      const place = [x[at], x[at + 1], x[at + 2]].map((v) => v.toFixed(3).padStart(8))
      parts.push(`${number}A        A${number}${place.join("")}`)
    }
    parts.push(`${length} ${length} ${length}`)
  }
  return `${parts.join("\n")}\n`
}

const freud = `
import sys, time, numpy as np, freud
frames, beads, length, rmax, bins = int(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:5]), int(sys.argv[5])
freud.parallel.set_num_threads(1)
x = np.fromfile("positions", dtype=np.float32).reshape(frames, beads, 3) - np.float32(length / 2)
box = freud.box.Box.cube(length)
start = time.process_time()
rdf = freud.density.RDF(bins, rmax)
for frame in x:
    rdf.compute((box, frame), reset=False)
g = rdf.rdf
print(time.process_time() - start, *g)
`

/** Processor seconds of a command, start included. */
const timed = (folder: string, program: string, args: ReadonlyArray<string>): number => {
  const command = 'TIMEFORMAT="%U %S"; time "$0" "$@" > stdout 2> stderr'
  const { status, stderr } = spawnSync("bash", ["-c", command, program, ...args], {
    cwd: folder,
    encoding: "utf8"
  })
  if (status !== 0) throw new Error(`${program}: ${readFileSync(join(folder, "stderr"), "utf8")}`)
  const [user, system] = stderr.trim().split(" ").map(Number)
  return user + system
}

const ofKernel = ({ beads, bins, frames, rMax }: Case, length: number, x: Float32Array) => {
  const box = orthogonal(length)
  const before = process.cpuUsage()
  const types = new Int32Array(beads).fill(1)
  const rdf = Rdf.make({ types, pairs: [[1, 1]], bins, rMax, normalization: "N2" })
  for (let f = 0; f < frames; f++) Rdf.add(rdf, x.subarray(3 * f * beads, 3 * (f + 1) * beads), box)
  const [{ g }] = Rdf.finish(rdf)
  const { system, user } = process.cpuUsage(before)
  return { seconds: (user + system) / 1e6, g }
}

const ofFreud = (folder: string, { beads, bins, frames, rMax }: Case, length: number) => {
  const words = [frames, beads, length, rMax, bins].map(String)
  const said = execFileSync(python, ["-W", "ignore", "-c", freud, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1" }
  })
  const [seconds, ...g] = said.trim().split(" ").map(Number)
  return { seconds, g }
}

const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0)

const measure = (one: Case): { readonly lines: ReadonlyArray<string>; readonly apart: string } => {
  const { beads, bins, frames, rMax } = one
  const folder = mkdtempSync(join(tmpdir(), "largo-rdf-"))
  try {
    const length = Number(Math.cbrt(beads / density).toFixed(3))
    const x = gas(one, length)
    writeFileSync(join(folder, "positions"), x)
    writeFileSync(join(folder, "run.dump"), dumpOf(one, length, x))
    writeFileSync(join(folder, "run.gro"), groOf(one, length, x))
    writeFileSync(join(folder, "top.gro"), groOf({ ...one, frames: 1 }, length, x))
    execFileSync("gmx", ["-quiet", "trjconv", "-f", "run.gro", "-o", "run.trr"], {
      cwd: folder,
      input: "0\n",
      stdio: ["pipe", "ignore", "ignore"]
    })
    const width = rMax / bins
    const range = `<min>${width / 2}</min><max>${rMax - width / 2}</max><step>${width}</step>`
    const options = `<cg><non-bonded><name>g</name><type1>A</type1><type2>A</type2>${range}</non-bonded></cg>`
    writeFileSync(join(folder, "options.xml"), options)
    const csg = (file: string) =>
      timed(folder, "csg_stat", ["--top", "top.gro", "--trj", file, "--options", "options.xml", "--nt", "1"])
    const request = ["--bins", `${bins}`, "--rmax", `${rMax}`, "--normalization", "N2"]
    const analyze = () => timed(folder, process.execPath, [largo, "analyze", "rdf", "run.dump", ...request])

    const least = { kernel: Infinity, freud: Infinity, analyze: Infinity, trr: Infinity, gro: Infinity }
    let apart = ""
    for (let round = 0; round < rounds; round++) {
      const ours = ofKernel(one, length, x)
      const theirs = ofFreud(folder, one, length)
      least.kernel = Math.min(least.kernel, ours.seconds)
      least.freud = Math.min(least.freud, theirs.seconds)
      least.analyze = Math.min(least.analyze, analyze())
      least.gro = Math.min(least.gro, csg("run.gro"))
      least.trr = Math.min(least.trr, csg("run.trr"))
      const votca = readFileSync(join(folder, "g.dist.new"), "utf8").trim().split("\n")
      const gVotca = votca.map((line) => Number(line.split(/\s+/)[1]))
      apart =
        `${frames} x ${beads}: g differs by at most ${farthest(ours.g, theirs.g).toPrecision(2)} from freud's and ` +
        `${farthest(ours.g, gVotca).toPrecision(2)} from csg_stat's`
    }
    const row = (name: string, seconds: number, ours: number) =>
      `| ${frames} x ${beads} | ${name} | ${seconds.toFixed(2)} | ${(seconds / ours).toFixed(1)} |`
    return {
      apart,
      lines: [
        row("largo's kernel, frames in memory", least.kernel, least.kernel),
        row("freud, frames in memory", least.freud, least.kernel),
        row("`largo analyze rdf`, text dump, start included", least.analyze, least.analyze),
        row("csg_stat, binary trr, start included", least.trr, least.analyze),
        row("csg_stat, text gro, start included", least.gro, least.analyze)
      ]
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const found = cases.map(measure)
const text = `\`node bench/rdf.ts\`: ${machine()}; one thread, processor seconds, the least of ${rounds} rounds taken in turn.
A random gas of ${density} beads/nm3, r_max ${cases[0].rMax} nm, ${cases[0].bins} bins; the ratio is to largo's row above.

| frames x beads | program | s | ratio |
|---|---|---|---|
${found.flatMap(({ lines }) => lines).join("\n")}

Positions have three decimals, so that a share of the distances lies on the edges of bins, where rounding decides:
${found.map(({ apart }) => apart).join("; ")}.
`
process.stdout.write(text)
writeSection("Radial distribution functions", text)
