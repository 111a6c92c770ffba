// The energies of one configuration by LAMMPS and by GROMACS, term by term.
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { gromacsSinglePoint, gromacsTopology } from "../../formats/gromacs.ts"
import { readEdr } from "../../formats/gromacsEdr.ts"
import { writeG96 } from "../../formats/gromacsStructure.ts"
import { parseLammpsLog } from "../../formats/lammpsLog.ts"
import { kiloJoulePerKiloCalorie } from "../../formats/lammpsUnits.ts"
import { writeLammpsData } from "../../formats/writeLammpsData.ts"
import { stream } from "../../kernels/random.ts"
import { knobsOf, scaleForceField } from "../../schemas/ForceFieldSampling.ts"
import { packed } from "../../schemas/Liquid.ts"
import type { Liquid } from "../../schemas/Liquid.ts"
import { assignTerms } from "../../schemas/MoleculeTerms.ts"
import { allAtomProtocols } from "../../schemas/allAtomProtocols.ts"
import { styleLines } from "../../stages/lammps/interactionLines.ts"
import { liquidData } from "../../stages/lammps/liquidData.ts"
import { hexane, oplsAa, trimethylpentane } from "./systems.ts"
import { hasLammps, hasProgram, lammps } from "./programs.ts"

const folder = mkdtempSync(join(tmpdir(), "energies-"))
afterAll(() => rmSync(folder, { recursive: true }))

const cutoff = 0.9

function byLammps(liquid: Liquid, charges: boolean) {
  const protocol = { ...allAtomProtocols.demo, cutoff, charges }
  writeFileSync(join(folder, "liquid.data"), writeLammpsData(liquidData(liquid)))
  const script = [
    ...styleLines(liquid.terms, protocol, 1e-7),
    "read_data liquid.data",
    "thermo_style custom step ebond eangle edihed evdwl etail ecoul elong",
    "thermo_modify norm no format float %.10g",
    "run 0",
    ""
  ]
  writeFileSync(join(folder, "in.single"), script.join("\n"))
  lammps(folder, ["-in", "in.single", "-log", "log.single", "-screen", "none"])
  const { data } = parseLammpsLog(readFileSync(join(folder, "log.single"), "utf8")).segments[0]
  const energy = (name: string) => data[name][0] * kiloJoulePerKiloCalorie
  return {
    bond: energy("E_bond"),
    angle: energy("E_angle"),
    dihedral: energy("E_dihed"),
    lennardJones: energy("E_vdwl") - energy("E_tail"),
    tail: energy("E_tail"),
    coulomb: energy("E_coul") + energy("E_long")
  }
}

function byGromacs(liquid: Liquid, charges: boolean) {
  const gmx = (...args: ReadonlyArray<string>) =>
    execFileSync("gmx", ["-quiet", "-nobackup", ...args], { cwd: folder, stdio: "pipe" })
  writeFileSync(join(folder, "l.top"), gromacsTopology(liquid.terms, liquid.copies, charges))
  writeFileSync(join(folder, "l.g96"), writeG96(liquid.terms, liquid))
  writeFileSync(join(folder, "l.mdp"), gromacsSinglePoint(cutoff, charges))
  gmx("grompp", "-f", "l.mdp", "-c", "l.g96", "-p", "l.top", "-o", "l.tpr", "-po", "out.mdp", "-maxwarn", "1")
  gmx("mdrun", "-s", "l.tpr", "-deffnm", "l", "-nt", "1")
  const { terms } = readEdr(readFileSync(join(folder, "l.edr")))
  const energy = (name: string) => terms.get(name)?.[0] ?? NaN
  return {
    bond: energy("Bond"),
    angle: energy("Angle"),
    dihedral: energy("Fourier Dih."),
    lennardJones: energy("LJ-14") + energy("LJ (SR)"),
    tail: energy("Disper. corr."),
    coulomb: energy("Coulomb-14") + energy("Coulomb (SR)") + (charges ? energy("Coul. recip.") : 0)
  }
}

/**
 * The ratio of the tails: GROMACS averages C6 over the pairs that are not excluded and leaves the repulsion out,
 * LAMMPS averages over all pairs and takes it in.
 */
function tailRatio({ terms, copies }: Liquid): number {
  const c6 = (a: number, b: number) => {
    const [p, q] = [terms.atomKinds[terms.atomKindOf[a]], terms.atomKinds[terms.atomKindOf[b]]]
    return Math.sqrt(p.epsilon * p.sigma ** 6 * q.epsilon * q.sigma ** 6)
  }
  const repulsion = (a: number, b: number) => {
    const [p, q] = [terms.atomKinds[terms.atomKindOf[a]], terms.atomKinds[terms.atomKindOf[b]]]
    return (p.sigma * q.sigma) ** 3 / (3 * cutoff ** 6)
  }
  const atoms = terms.molecule.atoms.length
  const excluded = new Set<number>()
  const { bonds, angles, pairs14 } = terms.topology
  const exclude = (a: number, b: number) => excluded.add(Math.min(a, b) * atoms + Math.max(a, b))
  for (let i = 0; i < bonds.length; i += 2) exclude(bonds[i], bonds[i + 1])
  for (let i = 0; i < angles.length; i += 3) exclude(angles[i], angles[i + 2])
  for (let i = 0; i < pairs14.length; i += 2) exclude(pairs14[i], pairs14[i + 1])
  let all = 0
  let withRepulsion = 0
  let diagonal = 0
  for (let a = 0; a < atoms; a++) {
    for (let b = 0; b < atoms; b++) {
      all += c6(a, b) * copies * copies
      withRepulsion += c6(a, b) * (1 - repulsion(a, b)) * copies * copies
    }
    diagonal += c6(a, a) * copies
  }
  let missing = diagonal
  let missingPairs = copies * atoms
  for (const pair of excluded) {
    missing += 2 * copies * c6(Math.floor(pair / atoms), pair % atoms)
    missingPairs += 2 * copies
  }
  const pairs = (copies * atoms) ** 2
  return (all - missing) / (pairs - missingPairs) / (withRepulsion / pairs)
}

const knobs = knobsOf(trimethylpentane, oplsAa)
const stretched = scaleForceField(
  oplsAa,
  knobs,
  knobs.map((_, index) => 0.9 + 0.02 * index)
)

describe.skipIf(!hasProgram("gmx") || !hasLammps)("the first configuration", () => {
  for (const [name, molecule, forceField, charges] of [
    ["2,3,4-trimethylpentane without charges", trimethylpentane, oplsAa, false],
    ["2,3,4-trimethylpentane with charges", trimethylpentane, oplsAa, true],
    ["2,3,4-trimethylpentane with another force field", trimethylpentane, stretched, false],
    ["n-hexane with charges", hexane, oplsAa, true]
  ] as const) {
    it(`has the energies that GROMACS finds for ${name}, to 4 digits`, () => {
      const liquid = packed(assignTerms(molecule, forceField), 27, 0.5, stream(11, name))
      const ours = byLammps(liquid, charges)
      const theirs = byGromacs(liquid, charges)
      const ratio = (a: number, b: number) => (a === b ? 1 : a / b)
      for (const term of ["bond", "angle", "dihedral", "lennardJones", "coulomb"] as const) {
        expect(Math.abs(ratio(theirs[term], ours[term]) - 1), term).toBeLessThan(5e-5)
      }
      expect(theirs.tail / ours.tail).toBeCloseTo(tailRatio(liquid), 4)
    })
  }
})
