// `largo import votca`: settings that become an inversion which runs, mappings that become ours, and what is refused.
import fs from "node:fs"
import path from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { decodeRows } from "../../formats/parquet.ts"
import { writeVotcaTable } from "../../formats/votcaTable.ts"
import { Potential } from "../../schemas/Potential.ts"
import { noLammps } from "../formats/runLammps.ts"
import { place } from "./largo.ts"

const here = place()
afterAll(here.remove)

const write = (name: string, text: string): void => {
  fs.mkdirSync(path.dirname(path.join(here.folder, name)), { recursive: true })
  fs.writeFileSync(path.join(here.folder, name), text)
}

const kBT = 2.4943
const lennardJones = (r: number) => 4 * ((0.5 / r) ** 12 - (0.5 / r) ** 6)

/** A dilute gas, whose RDF is exp(-U/kT): 125 beads on a lattice in a box of 7 nm. */
const gas = (): void => {
  const r = Float64Array.from({ length: 96 }, (_, i) => Number((0.3 + 0.01 * i).toPrecision(10)))
  const shifted = (at: number) => lennardJones(at) - lennardJones(1.25)
  write(
    "votca/CG-CG.dist.tgt",
    writeVotcaTable(
      r,
      r.map((at) => Math.exp(-shifted(Math.min(at, 1.25)) / kBT)),
      "a gas"
    )
  )
  const sites = Array.from({ length: 125 }, (_, i) =>
    [i % 5, Math.floor(i / 5) % 5, Math.floor(i / 25)].map((k) => 7 + 14 * k).join(" ")
  )
  write(
    "votca/gas.data",
    [
      "a gas\n\n125 atoms\n1 atom types\n\n0 70 xlo xhi\n0 70 ylo yhi\n0 70 zlo zhi\n\nMasses\n\n1 40\n\nAtoms # atomic\n",
      ...sites.map((site, i) => `${i + 1} 1 ${site}`),
      ""
    ].join("\n")
  )
  write(
    "votca/gas.in",
    "units real\natom_style atomic\nread_data gas.data\npair_style table linear 1000\n" +
      "pair_coeff 1 1 CG-CG.tab VOTCA 12.5 # the table of each step\ntimestep 10\nrun 5000\n"
  )
}

const settings = (
  changes: { readonly program?: string; readonly more?: string } = {}
): string => `<?xml version="1.0"?>
<cg>
  <!-- an argon-like bead -->
  <non-bonded>
    <name>CG-CG</name> <type1>CG</type1> <type2>CG</type2>
    <min>0.3</min> <max>1.25</max> <step>0.01</step>
    <inverse>
      <target>CG-CG.dist.tgt</target>
      <update_cycles>1</update_cycles>
      <lammps><table_file>CG-CG.tab</table_file></lammps>
    </inverse>
  </non-bonded>
  <inverse>
    <kBT>${kBT}</kBT>
    <program>${changes.program ?? "lammps"}</program>
    <lammps><script>gas.in</script></lammps>
    <filelist>gas.in gas.data</filelist>
    <iterations_max>2</iterations_max>
    <method>ibi</method>
  </inverse>
  ${changes.more ?? ""}
</cg>`

describe("settings of an inversion", () => {
  it.skipIf(noLammps !== undefined)(
    "run in largo, and give the potential that the target was made with",
    async () => {
      gas()
      write("votca/settings.xml", settings())
      const { answer } = await here.ask("import-votca", "import", "votca", "votca/settings.xml")
      expect(answer).toMatchObject({ kind: "settings", next: "largo run inversion --params inversion.json" })
      const params = JSON.parse(fs.readFileSync(path.join(here.folder, "inversion.json"), "utf8"))
      expect(params).toEqual({
        temperature: 299.995,
        beads: "votca/gas.data",
        types: ["CG"],
        targets: [{ types: ["CG", "CG"], file: "votca/CG-CG.dist.tgt" }],
        rMax: 1.245,
        binWidth: 0.01,
        timeStep: 0.01,
        production: 50,
        iterations: 2
      })
      const run = await here.ask("run", "run", "inversion", "--params", "inversion.json")
      expect([run.status, run.answer["failed"]], run.stderr).toEqual([0, 0])
      await here.ask("export", "export", "inversion", "--to", "out")
      const rows = await decodeRows(
        fs.readFileSync(path.join(here.folder, "out/potential.parquet")),
        Potential.columns
      )
      const seen = rows.filter(({ r }) => r > 0.5 && r < 1)
      expect(seen.length).toBeGreaterThan(200)
      for (const { U, r } of seen) expect(Math.abs(U - lennardJones(r)), `at ${r} nm`).toBeLessThan(0.1)
    }
  )

  it("that VOTCA alone can do are refused, each with what they ask for", async () => {
    const refused = async (text: string, words: string) => {
      write("other.xml", text)
      const { status, stderr } = await here.largo("import", "votca", "other.xml", "--to", "never.json")
      expect([status, stderr]).toEqual([2, expect.stringContaining(words)])
    }
    await refused(settings({ program: "gromacs" }), "the program is gromacs, and only lammps is imported")
    await refused(settings({ more: "<bonded><name>b</name></bonded>" }), "it has bonded interactions")
    await refused(settings().replace("<method>ibi", "<method>imc"), "the method is imc")
    await refused(settings().replace("<max>1.25</max>", ""), "CG-CG has no <max>")
    await refused(settings().replace("</cg>", ""), "other.xml: line ")
    await refused("<html></html>", "it begins with <html>")
    expect(fs.existsSync(path.join(here.folder, "never.json"))).toBe(false)
    const none = await here.largo("import", "votca", "nowhere.xml")
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining("nowhere.xml cannot be read")])
  })
})

/** n-Hexane in two beads; the hydrogens of the first three carbons, and of the last three. */
const hexane = (weight = 1.008): string => {
  const half = (carbons: ReadonlyArray<number>, hydrogens: ReadonlyArray<number>) =>
    [...carbons.map((c) => `1:HEX:C${c}`), ...hydrogens.map((h) => `1:HEX:H${h}`)].join(" ")
  return `<cg_molecule>
  <name>hexane</name> <ident>HEX</ident>
  <topology>
    <cg_beads>
      <cg_bead><name>A1</name><type>A</type><mapping>half</mapping><beads>${half([1, 2, 3], [1, 2, 3, 4, 5, 6, 7])}</beads></cg_bead>
      <cg_bead><name>A2</name><type>A</type><mapping>half</mapping><beads>${half([6, 5, 4], [12, 13, 14, 10, 11, 8, 9])}</beads></cg_bead>
    </cg_beads>
    <cg_bonded><bond><name>bond</name><beads>A1 A2</beads></bond></cg_bonded>
  </topology>
  <maps><map><name>half</name><weights>12.011 12.011 12.011 ${`${weight} `.repeat(7)}</weights></map></maps>
</cg_molecule>`
}

describe("a mapping", () => {
  const campaign = ["--set", "molecule=n-hexane", "--set", "protocol=tiny", "--set", "samples=1"]

  it("is taken by a campaign as it is, or as the file of ours that it becomes", async () => {
    write("hexane.xml", hexane())
    const { answer } = await here.ask(
      "import-votca",
      "import",
      "votca",
      "hexane.xml",
      "--molecule",
      "n-hexane",
      "--to",
      "hexane.json"
    )
    expect(answer).toMatchObject({ kind: "mapping" })
    expect(JSON.parse(fs.readFileSync(path.join(here.folder, "hexane.json"), "utf8"))).toEqual({
      name: "hexane",
      beads: [
        { type: "A", atoms: [0, 1, 2, 6, 7, 8, 9, 10, 11, 12] },
        { type: "A", atoms: [5, 4, 3, 17, 18, 19, 15, 16, 13, 14] }
      ],
      bonds: [[0, 1]]
    })
    const plans = await Promise.all(
      ["hexane.xml", "hexane.json"].map((mapping) =>
        here.ask("plan", "plan", "coarse-graining", ...campaign, "--set", `mapping=${mapping}`)
      )
    )
    const [ours, theirs] = plans.map(({ answer }) => JSON.stringify(answer["nodes"]))
    expect(ours).toBe(theirs)
    expect(ours).toContain("load-mapping")
  })

  it("that does not fit is refused with the bead and the atom", async () => {
    const refused = async (text: string, ...words: ReadonlyArray<string>) => {
      write("wrong.xml", text)
      const args = ["plan", "coarse-graining", ...campaign, "--set", "mapping=wrong.xml"]
      const { status, stderr } = await here.largo(...args)
      expect(status).toBe(2)
      for (const word of words) expect(stderr).toContain(word)
    }
    await refused(hexane(5), "bead A1: the weight 5 of 1:HEX:H1 is not in proportion to its mass")
    await refused(
      hexane().replace("1:HEX:C6", "1:HEX:C9"),
      "bead A2 names the atom 1:HEX:C9, and n-hexane has C1, C2"
    )
    await refused(hexane().replace("1:HEX:C6", "1:HEX:C1"), "atom 0 is in bead 0 (A) and in bead 1 (A)")
    await refused(hexane().replace("A1 A2", "A1 A3"), "a bond names the bead A3")
    const nameless = await here.largo("import", "votca", "hexane.xml")
    expect([nameless.status, nameless.stderr]).toEqual([2, expect.stringContaining("--molecule: is missing")])
  })
})
