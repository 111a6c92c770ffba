// Compares LAMMPS builds on the same inputs, in turn, on one core: node bench/lammpsBuilds.ts LMP OTHER-LMP
//
// Prints the medians of processor and wall time per input, and the ratio to the first build.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { toAngstrom, toKiloCalorie, toRealStiffness } from "../formats/lammpsUnits.ts"
import { stream } from "../kernels/random.ts"
import { loneProcessEnvironment } from "../scripts/findLammps.js"
import { ForceField } from "../schemas/ForceField.ts"
import { packed } from "../schemas/Liquid.ts"
import type { Liquid } from "../schemas/Liquid.ts"
import { Molecule, repartitionHydrogenMass } from "../schemas/Molecule.ts"
import { assignTerms } from "../schemas/MoleculeTerms.ts"
import { allAtomProtocols } from "../schemas/allAtomProtocols.ts"
import { constraintLines, styleLines } from "../stages/lammps/interactionLines.ts"

const rounds = 5
const builds = process.argv.slice(2)
if (builds.length === 0) throw new Error("name the binaries: node bench/lammpsBuilds.ts LMP OTHER-LMP")
const folder = mkdtempSync(join(tmpdir(), "largo-builds-"))
const molecules = join(import.meta.dirname, "..", "molecules")
const read = (name: string): unknown => JSON.parse(readFileSync(join(molecules, name), "utf8"))

const molecule = Schema.decodeUnknownSync(Molecule)(read("234-trimethylpentane.json"))
const forceField = Schema.decodeUnknownSync(ForceField)(read("opls-aa.json"))
const terms = assignTerms(repartitionHydrogenMass(molecule, 3), forceField)
const liquid = packed(terms, 64, 0.6, stream(1))
const protocol = { ...allAtomProtocols.demo }
const charged = { ...protocol, charges: true, cutoff: 1 }

/** The liquid as a LAMMPS data file without coefficients, atom style `full`. */
function dataFile({ copies, edge, positions }: Liquid): string {
  const { topology, atomKindOf, bondTermOf, angleTermOf, dihedralTermOf } = terms
  const size = topology.atoms
  const section = (name: string, rows: Int32Array, width: number, typeOf: Int32Array) => {
    const lines = Array.from({ length: copies * typeOf.length }, (_, index) => {
      const row = index % typeOf.length
      const first = Math.floor(index / typeOf.length) * size + 1
      const atoms = Array.from(rows.subarray(row * width, (row + 1) * width), (atom) => first + atom)
      return `${index + 1} ${typeOf[row] + 1} ${atoms.join(" ")}`
    })
    return `\n${name}\n\n${lines.join("\n")}\n`
  }
  const counts = [
    [size, "atoms"],
    [bondTermOf.length, "bonds"],
    [angleTermOf.length, "angles"],
    [dihedralTermOf.length, "dihedrals"]
  ].map(([count, name]) => `${copies * Number(count)} ${name}`)
  const types = [
    `${terms.atomKinds.length} atom types`,
    `${terms.bondTerms.length} bond types`,
    `${terms.angleTerms.length} angle types`,
    `${terms.dihedralTerms.length} dihedral types`
  ]
  const box = ["x", "y", "z"].map((axis) => `0 ${toAngstrom(edge)} ${axis}lo ${axis}hi`)
  const masses = terms.atomKinds.map(({ mass }, index) => `${index + 1} ${mass}`)
  const atoms = Array.from({ length: copies * size }, (_, index) => {
    const xyz = Array.from(positions.subarray(3 * index, 3 * index + 3), toAngstrom)
    const charge = molecule.atoms[index % size]?.charge ?? 0
    const copy = Math.floor(index / size) + 1
    return `${index + 1} ${copy} ${atomKindOf[index % size] + 1} ${charge} ${xyz.join(" ")}`
  })
  return [
    "A liquid\n",
    ...counts,
    ...types,
    ...box,
    `\nMasses\n\n${masses.join("\n")}`,
    `\nAtoms # full\n\n${atoms.join("\n")}`,
    section("Bonds", topology.bonds, 2, bondTermOf),
    section("Angles", topology.angles, 3, angleTermOf),
    section("Dihedrals", topology.dihedrals, 4, dihedralTermOf)
  ].join("\n")
}

const coefficients = [
  ...terms.atomKinds.map(
    ({ epsilon, sigma }, i) => `pair_coeff ${i + 1} ${i + 1} ${toKiloCalorie(epsilon)} ${toAngstrom(sigma)}`
  ),
  ...terms.bondTerms.map(({ k, r0 }, i) => `bond_coeff ${i + 1} ${toRealStiffness(k)} ${toAngstrom(r0)}`),
  ...terms.angleTerms.map(({ k, theta0 }, i) => `angle_coeff ${i + 1} ${toKiloCalorie(k)} ${theta0}`),
  ...terms.dihedralTerms.map(({ v }, i) => `dihedral_coeff ${i + 1} ${v.map(toKiloCalorie).join(" ")}`)
]
const relax = [
  ...styleLines(terms, protocol),
  "read_data start.data",
  ...coefficients,
  "minimize 0 1.0 500 2000",
  "velocity all create 298.15 1",
  "fix move all nve/limit 0.1",
  "fix heat all langevin 298.15 298.15 100 2",
  "run 2000",
  "unfix move",
  "unfix heat",
  ...constraintLines(terms, protocol),
  "fix move all npt temp 298.15 298.15 100 iso 1 1 1000",
  "timestep 2",
  "run 5000",
  "write_data relaxed.data nocoeff"
]
const atoms = (settings: typeof charged | typeof protocol, timeStep: number, steps: number) => [
  ...styleLines(terms, settings),
  "read_data relaxed.data",
  ...coefficients,
  "velocity all create 298.15 3",
  ...constraintLines(terms, settings),
  "fix move all nvt temp 298.15 298.15 200",
  `timestep ${timeStep}`,
  `run ${steps}`
]
const beads = [
  "units real",
  "region cube block 0 33.2 0 33.2 0 33.2",
  "create_box 1 cube",
  "lattice sc 8.3",
  "create_atoms 1 box",
  "mass 1 114.23",
  "pair_style table spline 2000",
  "pair_coeff 1 1 beads.table beads 15.0",
  "velocity all create 298.15 5",
  "fix move all nvt temp 298.15 298.15 500",
  "timestep 10",
  "run 10000"
]
const table = Array.from({ length: 1500 }, (_, row) => {
  const r = 3 + (12 * row) / 1499
  const six = (6 / r) ** 6
  return `${row + 1} ${r} ${1.6 * (six * six - six)} ${(1.6 * (12 * six * six - 6 * six)) / r}`
})

const inputs: Record<string, ReadonlyArray<string>> = {
  "relax, not timed": relax,
  "64 molecules, 4 fs, 1000 steps": atoms(protocol, 4, 1000),
  "64 molecules with charges, 2 fs, 400 steps": atoms(charged, 2, 400),
  "64 beads, table, 10000 steps": beads,
  "start alone": []
}
const median = (values: ReadonlyArray<number>) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Seconds of processor and wall time of one run. */
function time(build: string, name: string, environment: NodeJS.ProcessEnv): { cpu: number; wall: number } {
  const start = performance.now()
  // The shell's `times` tells the processor time of its children.
  const script = `"$0" "$@" > out 2>&1 || exit 1; times`
  const words = inputs[name]?.length === 0 ? ["-h"] : ["-in", `${name}.in`, "-log", "none"]
  const run = spawnSync("bash", ["-c", script, build, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...environment, OMP_NUM_THREADS: "1" }
  })
  if (run.status !== 0)
    throw new Error(`${build}, ${name}: ${readFileSync(join(folder, "out"), "utf8").slice(-500)}`)
  const children = run.stdout.trim().split("\n").at(-1) ?? ""
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0
  )
  return { cpu, wall: (performance.now() - start) / 1000 }
}

try {
  writeFileSync(join(folder, "start.data"), dataFile(liquid))
  writeFileSync(join(folder, "beads.table"), `beads\nN 1500 R 3 15\n\n${table.join("\n")}\n`)
  for (const [name, lines] of Object.entries(inputs))
    writeFileSync(join(folder, `${name}.in`), `${lines.join("\n")}\n`)
  const [relaxed, ...timed] = Object.keys(inputs)
  time(builds[0] ?? "", relaxed ?? "", {})
  for (const [how, environment] of [
    ["as largo starts it", loneProcessEnvironment],
    ["as it starts by itself", {}]
  ] as const) {
    console.log(how)
    for (const name of timed) {
      const taken = builds.map(() => ({ cpu: [] as Array<number>, wall: [] as Array<number> }))
      for (let round = 0; round < rounds; round++) {
        for (const [index, build] of builds.entries()) {
          const { cpu, wall } = time(build, name, environment)
          taken[index]?.cpu.push(cpu)
          taken[index]?.wall.push(wall)
        }
      }
      const base = { cpu: median(taken[0]?.cpu ?? []), wall: median(taken[0]?.wall ?? []) }
      for (const [index, build] of builds.entries()) {
        const cpu = median(taken[index]?.cpu ?? [])
        const wall = median(taken[index]?.wall ?? [])
        const ratios = `${(cpu / base.cpu).toFixed(2)} and ${(wall / base.wall).toFixed(2)} of the first`
        console.log(`  ${name}: ${cpu.toFixed(2)} core-s, ${wall.toFixed(2)} s; ${ratios}  ${build}`)
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
