// The readers of GROMACS files: bytes written here, and by the real programs where they are installed.
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { gromacsTopology } from "../../formats/gromacs.ts"
import { EdrError, readEdr } from "../../formats/gromacsEdr.ts"
import { gromacsError } from "../../formats/gromacsError.ts"
import { readG96, writeG96 } from "../../formats/gromacsStructure.ts"
import { readTrr, TrrError } from "../../formats/gromacsTrr.ts"
import type { Frame } from "../../formats/trajectory.ts"
import { stream } from "../../kernels/random.ts"
import { packed } from "../../schemas/Liquid.ts"
import { assignTerms } from "../../schemas/MoleculeTerms.ts"
import { fatal } from "../all-atom/fakeGromacs.ts"
import { hasProgram } from "../all-atom/programs.ts"
import { hexane, oplsAa } from "../all-atom/systems.ts"

/** Big-endian numbers one after the other. */
class Writer {
  readonly #parts: Array<Buffer> = []
  int(...values: ReadonlyArray<number>): this {
    for (const value of values) this.#add(4, (part) => part.writeInt32BE(value))
    return this
  }
  long(value: number): this {
    return this.#add(8, (part) => part.writeBigInt64BE(BigInt(value)))
  }
  real(bytes: number, ...values: ReadonlyArray<number>): this {
    for (const value of values) {
      this.#add(bytes, (part) => (bytes === 8 ? part.writeDoubleBE(value) : part.writeFloatBE(value)))
    }
    return this
  }
  string(text: string): this {
    this.int(text.length)
    this.#parts.push(Buffer.from(text.padEnd(4 * Math.ceil(text.length / 4), "\0"), "latin1"))
    return this
  }
  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
  #add(length: number, write: (part: Buffer) => void): this {
    const part = Buffer.alloc(length)
    write(part)
    this.#parts.push(part)
    return this
  }
}

const box = [3, 0, 0, 0.5, 2.5, 0, 0.25, -0.5, 2]
const coordinates = (frame: number) => Array.from({ length: 15 }, (_, i) => frame + i / 8)

/** A frame of five atoms with a virial, velocities and forces around the positions. */
const trrFrame = (frame: number, real: number, atoms = 5): Buffer => {
  const array = 3 * atoms * real
  return new Writer()
    .int(1993, 13)
    .string("GMX_trn_file")
    .int(0, 0, 9 * real, 9 * real, 0, 0, 0, array, array, array)
    .int(atoms, 50 * frame, 0)
    .real(real, 0.25 * frame, 0)
    .real(real, ...box, ...box.map(() => 7))
    .real(real, ...coordinates(frame).slice(0, 3 * atoms), ...Array<number>(6 * atoms).fill(9))
    .bytes()
}

const gather = async (bytes: Uint8Array, chunk = bytes.length): Promise<Array<Frame>> => {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.subarray(i * chunk, (i + 1) * chunk)
  )
  return Array.fromAsync(readTrr(chunks))
}

describe("a .trr file", () => {
  const wanted = [0, 1, 2].map((frame) => ({
    step: 50 * frame,
    time: 0.25 * frame,
    box: Float64Array.of(3, 2.5, 2, 0.5, 0.25, -0.5),
    positions: Float32Array.from(coordinates(frame))
  }))

  it("is read in single and double precision, in chunks of any size", async () => {
    for (const real of [4, 8]) {
      const bytes = Buffer.concat([0, 1, 2].map((frame) => trrFrame(frame, real)))
      for (const chunk of [1, 7, 100, 500, bytes.length]) expect(await gather(bytes, chunk)).toEqual(wanted)
    }
    expect(await gather(Buffer.alloc(0))).toEqual([])
  })

  it("is refused where it was cut, in any byte, with the frame", async () => {
    const whole = trrFrame(0, 4)
    const bytes = Buffer.concat([whole, trrFrame(1, 4)])
    for (let end = whole.length + 1; end < bytes.length; end++) {
      await expect(gather(bytes.subarray(0, end)), String(end)).rejects.toThrow(/^frame 1: the file was cut/)
    }
  })

  it("is refused where it is none, or where its atoms change", async () => {
    await expect(gather(Buffer.from("ITEM: TIMESTEP\n0\n"))).rejects.toThrow(TrrError)
    const changed = Buffer.concat([trrFrame(0, 4), trrFrame(1, 4, 4)])
    await expect(gather(changed)).rejects.toThrow("frame 1: 4 atoms after frames with 5")
  })
})

const names = new Writer()
  .int(-55555, 5, 2)
  .string("Temperature")
  .string("K")
  .string("LJ (SR)")
  .string("kJ/mol")

/** A frame with two energies; sums of the steps in between, and a block of each type of data, in between. */
const edrFrame = (time: number, values: ReadonlyArray<number>, real: number, sums: number): Buffer => {
  const writer = new Writer()
    .real(real, -2e10)
    .int(-7777777, 5)
    .real(8, time)
    .long(1000 * time)
  writer.int(sums).long(10).real(8, 0.002).int(values.length, 0)
  writer.int(1, 3, 3, 2, 2, 3, 1, 5, 1).int(0, 0, 0)
  for (const value of values) writer.real(real, value, ...(sums > 0 ? [1, 2] : []))
  return writer.real(8, 1, 2).long(5).string("word").bytes()
}

describe("an .edr file", () => {
  it("gives a column a term, of single or double precision, with or without sums", () => {
    for (const real of [4, 8]) {
      for (const sums of [0, 10]) {
        const frames = [edrFrame(0, [298, -5.5], real, sums), edrFrame(0.5, [], real, 0)]
        const bytes = Buffer.concat([names.bytes(), ...frames, edrFrame(1, [300, -6.25], real, sums)])
        const { terms, time, units } = readEdr(bytes)
        expect(Array.from(time)).toEqual([0, 1])
        expect(Array.from(terms.get("Temperature") ?? [])).toEqual([298, 300])
        expect(Array.from(terms.get("LJ (SR)") ?? [])).toEqual([-5.5, -6.25])
        expect(units.get("LJ (SR)")).toBe("kJ/mol")
      }
    }
  })

  it("that was cut gives the frames before the cut", () => {
    const first = Buffer.concat([names.bytes(), edrFrame(0, [298, -5.5], 4, 1)])
    const bytes = Buffer.concat([first, edrFrame(1, [300, -6.25], 4, 1)])
    for (let end = first.length; end < bytes.length; end++) {
      expect(readEdr(bytes.subarray(0, end)).time, String(end)).toHaveLength(1)
    }
    expect(() => readEdr(bytes.subarray(0, 30))).toThrow(EdrError)
  })

  it("is refused where it is none, or of another version", () => {
    expect(() => readEdr(Buffer.from("no energies here"))).toThrow("this is no .edr file")
    expect(() => readEdr(new Writer().int(-55555, 4, 0).bytes())).toThrow(/version 4/)
  })
})

describe("a .g96 structure", () => {
  const terms = assignTerms(hexane, oplsAa)
  const liquid = packed(terms, 3, 0.3, stream(1))
  const velocities = Float64Array.from(liquid.positions, (x) => -x)

  it("is read as it was written", () => {
    const read = readG96(writeG96(terms, { ...liquid, velocities }))
    expect(read.edge).toBeCloseTo(liquid.edge, 9)
    for (const [i, x] of liquid.positions.entries()) {
      expect(read.positions[i]).toBeCloseTo(x, 9)
      expect(read.velocities?.[i]).toBeCloseTo(-x, 9)
    }
    expect(readG96(writeG96(terms, liquid)).velocities).toBeUndefined()
  })

  it("is refused where it was cut, or has what is no number in it", () => {
    const text = writeG96(terms, liquid)
    expect(() => readG96(text.slice(0, 2000))).toThrow(/the block POSITION of the structure was cut/)
    expect(() => readG96("TITLE\nx\nEND\n")).toThrow(/no positions or no box/)
    const [x] = /-?\d+\.\d{9}/.exec(text) ?? [""]
    expect(() => readG96(text.replace(x, "nan".padStart(x.length)))).toThrow(
      /nan" in the structure is no number/
    )
    expect(() =>
      readG96(text.replace(/BOX\n.*/, "BOX\n    1.000000000    1.000000000    2.000000000"))
    ).toThrow(/is no cube/)
  })
})

describe("what a GROMACS program says when it stops", () => {
  it("is found in its box, or in the list before it", () => {
    expect(gromacsError(`words\n${fatal("Too many\nLINCS warnings")}`)).toBe(
      "Fatal error: Too many LINCS warnings"
    )
    const listed = "ERROR 1 [file a.mdp]:\n  Invalid enum\n  'x' for variable y\n\n"
    expect(gromacsError(listed + fatal("There was 1 error"))).toBe("Invalid enum 'x' for variable y")
    expect(gromacsError("all is well")).toBeUndefined()
  })
})

describe.skipIf(!hasProgram("gmx"))("the files of GROMACS itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "gromacs-files-"))
  afterAll(() => rmSync(folder, { recursive: true }))
  const gmx = (args: ReadonlyArray<string>, input = "") =>
    execFileSync("gmx", ["-quiet", "-nobackup", ...args], { cwd: folder, input, stdio: "pipe" }).toString()

  beforeAll(() => {
    const liquid = packed(assignTerms(hexane, oplsAa), 12, 0.5, stream(1))
    writeFileSync(join(folder, "a.top"), gromacsTopology(liquid.terms, 12, false))
    writeFileSync(join(folder, "a.g96"), writeG96(liquid.terms, liquid))
    const settings = { integrator: "sd", dt: 0.0005, nsteps: 40, nstxout: 10, nstvout: 20, nstenergy: 10 }
    const bath = {
      "tc-grps": "System",
      "tau-t": 0.1,
      "ref-t": 300,
      rvdw: 0.6,
      rcoulomb: 0.6,
      pcoupl: "c-rescale"
    }
    const barostat = { "tau-p": 1, "ref-p": 1, compressibility: 1e-4, nstcalcenergy: 10 }
    const mdp = Object.entries({ ...settings, ...bath, ...barostat }).map(
      ([name, value]) => `${name} = ${value}\n`
    )
    writeFileSync(join(folder, "a.mdp"), mdp.join(""))
    gmx(["grompp", "-f", "a.mdp", "-c", "a.g96", "-p", "a.top", "-o", "a.tpr", "-maxwarn", "3"])
    gmx(["mdrun", "-deffnm", "a", "-c", "end.g96", "-ntmpi", "1", "-ntomp", "1"])
  }, 120_000)

  it("are read like gmx itself reads them", async () => {
    const frames = await Array.fromAsync(readTrr([readFileSync(join(folder, "a.trr"))]))
    expect(frames.map(({ step }) => step)).toEqual([0, 10, 20, 30, 40])
    const dumped = gmx(["dump", "-f", "a.trr"])
    const theirs = [...dumped.matchAll(/ x\[ *\d+\]=\{ *(\S+), *(\S+), *(\S+)\}/g)].flatMap((row) =>
      row.slice(1).map(Number)
    )
    const ours = frames.flatMap(({ positions }) => Array.from(positions))
    expect(ours).toHaveLength(theirs.length)
    for (const [i, x] of ours.entries()) expect(x).toBeCloseTo(theirs[i], 4)

    const { terms, time } = readEdr(readFileSync(join(folder, "a.edr")))
    gmx(["energy", "-f", "a.edr", "-o", "a.xvg"], "Potential\nTemperature\nPressure\nVolume\n")
    const rows = readFileSync(join(folder, "a.xvg"), "utf8")
      .split("\n")
      .filter((line) => /^ *[\d-]/.test(line))
    expect(time).toHaveLength(rows.length)
    for (const [i, row] of rows.entries()) {
      const [t, ...values] = row.trim().split(/\s+/).map(Number)
      expect(time[i]).toBeCloseTo(t, 9)
      for (const [k, name] of ["Potential", "Temperature", "Pressure", "Volume"].entries()) {
        expect(terms.get(name)?.[i], name).toBeCloseTo(values[k], 5)
      }
    }

    const end = readG96(readFileSync(join(folder, "end.g96"), "utf8"))
    expect(end.velocities).toHaveLength(12 * 20 * 3)
    expect(end.edge ** 3).toBeCloseTo(terms.get("Volume")?.at(-1) ?? 0, 4)
  }, 120_000)
})
