// LAMMPS dumps: written by LAMMPS itself in every flavour, and by hand where they must be refused.
import { describe, expect, it, onTestFinished } from "vitest"
import { type DumpError, type DumpFrame, unwrapByImages } from "../../formats/DumpFrame.ts"
import { BrokenSource, type DumpOptions, readDump, readDumpInDouble } from "../../formats/lammpsDump.ts"
import { noLammps, runLammps } from "./runLammps.ts"

const bytesOf = (text: string) => new TextEncoder().encode(text)

const readAll = async (
  source: Uint8Array | AsyncIterable<Uint8Array>,
  options: DumpOptions = { units: "real" }
) => {
  const frames: DumpFrame[] = []
  for await (const frame of readDump(source, options)) frames.push(frame)
  return frames
}

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const frameText = (
  step: number,
  atoms: readonly string[],
  columns = "id type mol x y z",
  bounds = "pp pp pp"
) =>
  `ITEM: TIMESTEP
${step}
ITEM: NUMBER OF ATOMS
${atoms.length}
ITEM: BOX BOUNDS ${bounds}
${bounds.startsWith("xy") ? "-3 13 2\n1 12 -3\n2 12 1" : "-1 9\n1 11\n2 12"}
ITEM: ATOMS ${columns}
${atoms.join("\n")}
`

const threeAtoms = ["3 1 2 1 2 3", "1 2 1 0 1 2", "2 1 1 5.5 6e0 7.25"]
const twoFrames = frameText(0, threeAtoms) + frameText(100, threeAtoms.toReversed())

describe("a LAMMPS dump", () => {
  it("gives atoms by id, in nm from the corner of the box, whatever their order in the file", async () => {
    const [first, second] = await readAll(bytesOf(twoFrames), { units: "real", timestep: 0.004 })
    expect(first).toEqual({
      step: 0,
      line: 1,
      time: 0,
      box: Float64Array.of(1, 1, 1, 0, 0, 0),
      origin: Float64Array.of(-0.1, 0.1, 0.2),
      periodic: [true, true, true],
      ids: Int32Array.of(1, 2, 3),
      types: Int32Array.of(2, 1, 1),
      molecules: Int32Array.of(1, 1, 2),
      positions: Float32Array.of(0.1, 0, 0, 0.65, 0.5, 0.525, 0.2, 0.1, 0.1),
      unwrapped: false,
      images: null
    })
    expect(second).toEqual({ ...first, step: 100, line: 13, time: 0.4 })
  })

  it("keeps every digit in double", async () => {
    const text = frameText(0, ["1 1 1 0.123456789012 1.1 2.2"], undefined, "pp pp pp").replace("-1 9", "0 9")
    const frames = []
    for await (const frame of readDumpInDouble(bytesOf(text), { units: "lj" })) frames.push(frame)
    expect(frames[0]?.positions[0]).toBe(0.123456789012)
  })

  it("says the frame and line where a source breaks off", async () => {
    const lines = twoFrames.split("\n")
    async function* broken() {
      yield bytesOf(`${lines.slice(0, 22).join("\n")}\n`)
      throw new BrokenSource("unexpected end of file")
    }
    await expect(readAll(broken())).rejects.toMatchObject({
      frame: 1,
      line: 22,
      reason: "unexpected end of file"
    })
  })

  it("takes the box out of the bounds that enclose it", async () => {
    const [frame] = await readAll(bytesOf(frameText(0, threeAtoms, "id type mol x y z", "xy xz yz pp ff pp")))
    // xlo = -3 - min(0, 2, -3, -1), xhi = 13 - max(0, 2, -3, -1), ylo = 1 - min(0, 1), yhi = 12 - max(0, 1)
    expect(Array.from(frame?.box ?? [], (value) => value.toFixed(6))).toEqual(
      [1.1, 1, 1, 0.2, -0.3, 0.1].map((value) => value.toFixed(6))
    )
    expect(frame?.origin).toEqual(Float64Array.of(0, 0.1, 0.2))
    expect(frame?.periodic).toEqual([true, false, true])
  })

  it("is read the same in pieces of any size, with any line ends", async () => {
    const whole = await readAll(bytesOf(twoFrames))
    for (const size of [1, 2, 7, 64, 1000])
      expect(await readAll(inPieces(bytesOf(twoFrames), size))).toEqual(whole)
    expect(await readAll(bytesOf(twoFrames.replaceAll("\n", "\r\n")))).toEqual(whole)
    expect(await readAll(bytesOf(twoFrames.trimEnd()))).toEqual(whole)
    expect(await readAll(bytesOf(""))).toEqual([])
  })

  it("tells no time that it does not know", async () => {
    expect((await readAll(bytesOf(twoFrames)))[1]?.time).toBeNull()
    const timed = `ITEM: UNITS\nmetal\nITEM: TIME\n0.25\n${twoFrames}`
    expect((await readAll(bytesOf(timed), { units: "metal", timestep: 1 })).map(({ time }) => time)).toEqual([
      0.25, 100
    ])
  })

  it("in lj units keeps its lengths", async () => {
    const [frame] = await readAll(bytesOf(twoFrames), { units: "lj" })
    expect(frame?.box).toEqual(Float64Array.of(10, 10, 10, 0, 0, 0))
  })

  it("with few ids out of many is read too", async () => {
    const atoms = ["2000000001 0.5 0 0", "7 0.25 0 0"]
    const [frame] = await readAll(
      bytesOf(frameText(0, atoms, "id xs ys zs") + frameText(1, atoms, "id xs ys zs"))
    )
    expect(frame?.ids).toEqual(Int32Array.of(7, 2000000001))
    expect(frame?.types).toEqual(Int32Array.of(1, 1))
    expect(frame?.positions).toEqual(Float32Array.of(0.25, 0, 0, 0.5, 0, 0))
  })

  it("that was cut anywhere is refused, saying where", async () => {
    const lines = twoFrames.trimEnd().split("\n")
    for (let kept = 1; kept < lines.length; kept++) {
      if (kept === lines.length / 2) continue
      const cut = await readAll(bytesOf(`${lines.slice(0, kept).join("\n")}\n`)).catch(
        (error: unknown) => error
      )
      expect(cut, `${kept} lines`).toMatchObject({ _tag: "DumpError", frame: kept > 12 ? 1 : 0, line: kept })
    }
    const half = readAll(bytesOf(lines.slice(0, 23).join("\n")))
    await expect(half).rejects.toThrow(
      "LAMMPS dump, frame 1, line 23: the file ends after 2 of 3 atoms: it was cut"
    )
  })

  it("that makes no sense is refused, saying frame, line and reason", async () => {
    const reasons: readonly (readonly [string, number, string])[] = [
      [
        twoFrames.replace("2 1 1 5.5", "2 1 1 nan"),
        12,
        '"2 1 1 nan 6e0 7.25" column 4 is "nan", no finite number'
      ],
      [twoFrames.replace("1 2 1 0 1 2", "1 2 1 0 1"), 11, '"1 2 1 0 1" has 5 of 6 columns'],
      [twoFrames.replace("1 2 1 0 1 2", "1 2 1 0 1 2 3"), 11, "has more than 6 columns"],
      [twoFrames.replace("3 1 2", "1 1 2"), 11, "atom 1 is there twice"],
      [
        frameText(0, threeAtoms) + frameText(9, ["4 1 1 1 1 1", ...threeAtoms.slice(1)]),
        22,
        "atom 4 was not"
      ],
      [
        frameText(0, threeAtoms) + frameText(9, ["3 2 2 1 1 1", ...threeAtoms.slice(1)]),
        22,
        "atom 3 has the type 2"
      ],
      [
        frameText(0, threeAtoms) + frameText(9, ["3 1 1 1 1 1", ...threeAtoms.slice(1)]),
        22,
        "is in molecule 1"
      ],
      [
        frameText(0, threeAtoms) + frameText(9, threeAtoms.slice(1)),
        21,
        "2 atoms, but 3 in the frames before"
      ],
      [frameText(0, threeAtoms) + frameText(9, ["1 0 0 0"], "id x y z"), 21, "the columns change from"],
      [
        twoFrames.replace("\n3\nITEM: BOX", "\n2\nITEM: BOX"),
        12,
        '"2 1 1 5.5 6e0 7.25" where "ITEM:" should be'
      ],
      [twoFrames.replace("\n3\nITEM: BOX", "\n4\nITEM: BOX"), 13, "the next frame begins after 3 of 4 atoms"],
      [twoFrames.replace("-1 9", "-1 x"), 6, '"-1 x" is no line of box bounds'],
      [twoFrames.replace("-1 9", "-1 -1"), 12, "the box has no volume"],
      [twoFrames.replace("BOX BOUNDS", "BOX BOUNDS abc origin"), 5, "a general triclinic box"],
      [twoFrames.replace("ITEM: NUMBER OF ATOMS\n3\n", ""), 7, "atoms before the step, the number of atoms"],
      [frameText(0, ["1 0 0"], "id x y"), 9, 'no three coordinates in "id x y"'],
      [frameText(0, ["1 0 0"], "x y z"), 9, 'no column "id"'],
      [`ITEM: UNITS\nlj\n${twoFrames}`, 2, "the file is in units lj, not real"],
      ["ITEM: TIMESTEP\nx\n", 2, 'the TIMESTEP is "x"'],
      ["ITEM: NUMBER OF ENTRIES\n1\n", 1, '"ITEM: NUMBER OF ENTRIES" is nothing'],
      ["\u001f\u008bxyz", 1, "compressed (gzip)"],
      ["x".repeat(2 ** 21), 1, "no text dump"]
    ]
    for (const [text, line, reason] of reasons) {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
      const error: DumpError = await readAll(bytes).then(
        () => expect.fail(`read what should fail: ${reason}`),
        (thrown) => thrown
      )
      expect(error.message).toContain(reason)
      expect(error).toMatchObject({ _tag: "DumpError", line })
    }
  })
})

describe.skipIf(noLammps !== undefined)(
  `a dump that LAMMPS wrote${noLammps === undefined ? "" : ` (${noLammps})`}`,
  () => {
    const flavours = {
      wrapped: "id type x y z ix iy iz",
      scaled: "zs xs ys type id",
      unwrapped: "id type xu yu zu",
      scaledUnwrapped: "xsu type ysu zsu id vx"
    }
    for (const [shape, region] of [
      ["an orthogonal box", "block -1 2 1 4 0 3"],
      ["a triclinic box", "prism -1 2 1 4 0 3 0.5 -0.4 0.3"]
    ]) {
      it(`has the same positions in every flavour, in ${shape} that changes`, async () => {
        const dumps = Object.entries(flavours).map(
          ([name, columns]) =>
            `dump ${name} all custom 100 ${name} ${columns}\ndump_modify ${name} format float %.12g`
        )
        const run = runLammps(`units real
boundary p p p
lattice fcc 5.3
region b ${region}
create_box 2 b
create_atoms 1 box
set group all type/fraction 2 0.3 1234
mass * 39.9
pair_style lj/cut 5.0
pair_coeff * * 0.238 3.4
velocity all create 900 4711
fix 1 all npt temp 900 900 200 ${shape?.includes("tri") ? "tri" : "aniso"} 2000 2000 2000
${dumps.join("\n")}
dump_modify scaled time yes units yes
thermo 100
timestep 2
run 1000`)
        onTestFinished(run.remove)
        expect(run.status).toBe(0)
        const read = (name: keyof typeof flavours) =>
          readAll(run.read(name), { units: "real", timestep: 0.002 })
        const wrapped = await read("wrapped")
        const scaled = await read("scaled")
        const unwrapped = await read("unwrapped")
        const scaledUnwrapped = await read("scaledUnwrapped")
        expect(wrapped.length).toBe(11)
        for (const [i, frame] of wrapped.entries()) {
          expect(frame.ids.length).toBe(108)
          for (const other of [scaled[i], unwrapped[i], scaledUnwrapped[i]]) {
            expect(other?.box).toEqual(frame.box)
            expect(other?.types).toEqual(frame.types)
            expect(other?.time).toBeCloseTo(0.2 * i, 9)
          }
          expect(scaledUnwrapped[i]?.unwrapped).toBe(true)
          const moved = unwrapByImages(frame)
          expect(largestDifference(scaled[i]?.positions, frame.positions)).toBeLessThan(1e-6)
          expect(largestDifference(unwrapped[i]?.positions, moved)).toBeLessThan(1e-6)
          expect(largestDifference(scaledUnwrapped[i]?.positions, moved)).toBeLessThan(1e-6)
        }
        // The test would prove little if nothing had crossed a boundary.
        expect(largestDifference(unwrapped.at(-1)?.positions, wrapped.at(-1)?.positions)).toBeGreaterThan(1)
        expect(wrapped.at(-1)?.box).not.toEqual(wrapped[0]?.box)
      })
    }
  }
)

const largestDifference = (a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()) => {
  expect(a.length).toBe(b.length)
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0)
}
