// Mapping files: the beads, bonds and angles that they come to, and what is wrong with those that do not fit.
import fs, { readFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import * as Schema from "effect/Schema"
import { describe, expect, it, onTestFinished } from "vitest"
import { coarseGraining } from "../../recipes/coarse-graining.ts"
import { MappingFile, problemsOf, resolve } from "../../schemas/MappingFile.ts"
import { loadMapping } from "../../stages/loadMapping.ts"
import { hexane, trimethylpentane } from "../all-atom/systems.ts"
import { runStage } from "./runStage.ts"

const decode = Schema.decodeUnknownSync(MappingFile)
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../mappings/${name}.json`, import.meta.url), "utf8"))
const threeBead = decode(read("three-bead"))
type Bead = MappingFile["beads"][number]

/** The shipped mapping with some of its beads changed. */
const changed = (change: (beads: ReadonlyArray<Bead>) => ReadonlyArray<Bead>) =>
  decode({ ...threeBead, beads: change(threeBead.beads) })
const problem = (file: MappingFile) => problemsOf(file, trimethylpentane).join("; ")

describe("a mapping file", () => {
  it("of three beads gives 2,3,4-trimethylpentane two bonds and an angle, found from the bonds of its atoms", () => {
    expect(problemsOf(threeBead, trimethylpentane)).toEqual([])
    const { angles, beads, bonds } = resolve(threeBead, trimethylpentane)
    expect(beads.map(({ type }) => type)).toEqual(["A", "B", "A"])
    expect(bonds).toEqual([
      [0, 1],
      [1, 2]
    ])
    expect(angles).toEqual([[0, 1, 2]])
    const elements = (bead: number) => beads[bead].atoms.map((atom) => trimethylpentane.atoms[atom].element)
    expect([0, 1, 2].map((bead) => elements(bead).sort().join(""))).toEqual([
      "CCCHHHHHHH",
      "CCHHHH",
      "CCCHHHHHHH"
    ])
  })

  it("for another molecule, or with an atom that is not there, says so", () => {
    expect(problemsOf(threeBead, hexane)).toEqual([
      `it maps 2,3,4-trimethylpentane, and the molecule is ${hexane.name}`
    ])
    const beyond = changed(([a, b, c]) => [a, { ...b, atoms: [26, ...b.atoms] }, c])
    expect(problem(beyond)).toMatch(/bead 1 \(B\) names atom 26, and 2,3,4-.* has 26 atoms, counted from 0/)
  })

  it("whose beads share an atom, leave one out, or are torn is refused with the atoms", () => {
    const shared = changed(([a, b, c]) => [a, { ...b, atoms: [1, ...b.atoms] }, c])
    expect(problem(shared)).toContain("atom 1 is in bead 0 (A) and in bead 1 (B)")
    const left = changed(([a, b, c]) => [a, { ...b, atoms: [2, 6, 12, 20, 21] }, c])
    expect(problem(left)).toContain("no bead has the atoms 22 (H)")
    const torn = changed(([a, b, c]) => [
      { ...a, atoms: [0, 1, 5, 8, 9, 10, 11, 17, 18, 22] },
      { ...b, atoms: [2, 6, 12, 20, 21, 19] },
      c
    ])
    expect(problem(torn)).toContain(
      "bead 0 (A) is torn: no bonds within it join its atoms 0 (C) and 22 (H); bead 1 (B) is torn"
    )
  })

  it("with unlike beads of one type, or beads that nothing joins, is refused", () => {
    const unlike = changed((beads) => beads.map((bead) => ({ ...bead, type: "A" })))
    expect(problem(unlike)).toContain("bead 0 (A) weighs 43.089 and bead 1 (A) 28.054 g/mol")
    expect(problem(decode({ ...threeBead, bonds: [[0, 1]] }))).toContain("no bonds between beads join bead 2")
    expect(problem(decode({ ...threeBead, bonds: [[0, 3]] }))).toContain("there is no atom 3")
    expect(() => decode({ ...threeBead, beads: [{ type: "A-B", atoms: [0] }] })).toThrow(/letters, digits/)
  })

  it("with four beads in a row must say that their dihedral is free", () => {
    const carbons = [0, 1, 2, 3, 4, 5]
    const groups = [carbons.slice(0, 2), [2], [3], carbons.slice(4)].map((own) => {
      const hydrogens = hexane.bonds.flatMap(([a, b]) => (own.includes(a) && !carbons.includes(b) ? [b] : []))
      return { type: own.length === 2 ? "E" : "M", atoms: [...own, ...hydrogens] }
    })
    const chain = { name: "four beads", beads: groups }
    expect(problemsOf(decode(chain), hexane).join()).toMatch(
      /beads 0-1-2-3 make a dihedral.*"dihedrals": \[\]/
    )
    expect(problemsOf(decode({ ...chain, dihedrals: [] }), hexane)).toEqual([])
    expect(problemsOf(decode({ ...chain, dihedrals: [[0, 1, 2, 3]] }), hexane).join()).toMatch(
      /no potentials/
    )
    expect(resolve(decode({ ...chain, dihedrals: [] }), hexane).angles).toHaveLength(2)
  })

  it("of one's own is read by the campaign, which refuses it before anything is planned", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "largo-mapping-"))
    onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
    const file = path.join(folder, "mine.json")
    const build = (mapping: object) => {
      fs.writeFileSync(file, JSON.stringify(mapping))
      return coarseGraining.build({ samples: 1, holdOut: 0, mapping: file })
    }
    expect(Object.keys(build(threeBead).targets)).toContain("bonded_potentials")
    expect(() => build({ ...threeBead, bonds: [[0, 1]] })).toThrow(
      /mapping: .*mine.json: no bonds between beads join bead 2/
    )
    expect(() => build({ ...threeBead, colour: "red" })).toThrow(/colour/)
    expect(() => coarseGraining.build({ mapping: "four-bead" })).toThrow(
      /mapping: four-bead: .*cannot be read; give the name of a shipped file or a path that ends in .json/
    )
    expect(Object.keys(coarseGraining.build({ samples: 1, holdOut: 0 }).targets)).not.toContain(
      "bonded_potentials"
    )
  })

  it("becomes an artifact, checked again where a pipeline of one's own loads it", async () => {
    const { outputs } = await runStage(loadMapping, { mapping: threeBead }, { molecule: trimethylpentane })
    expect(outputs?.mapping).toEqual(resolve(threeBead, trimethylpentane))
    const { failure } = await runStage(loadMapping, { mapping: threeBead }, { molecule: hexane })
    expect(failure).toMatchObject({ name: "BadInput", message: /it maps 2,3,4-trimethylpentane/ })
  })
})
