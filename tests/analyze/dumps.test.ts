// `largo analyze` on dumps of every flavour, and on those that it must refuse.
import fs from "node:fs"
import path from "node:path"
import { constants, gunzipSync, gzipSync, zstdCompressSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { meanSquaredDisplacement } from "../../kernels/msd.ts"
import { stream } from "../../kernels/random.ts"
import { place } from "../cli/largo.ts"
import type { Place } from "../cli/largo.ts"
import { analyze } from "./largoAnalyze.ts"

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here.remove())

const beads = 12
const frames = 40
const shapes = {
  rectangular: Float64Array.of(3, 2.5, 2, 0, 0, 0),
  triclinic: Float64Array.of(3, 2.5, 2, 0.7, -0.6, 0.5),
  cubic: Float64Array.of(2, 2, 2, 0, 0, 0)
}
type Columns = "x y z" | "xs ys zs" | "xu yu zu" | "xsu ysu zsu" | "x y z ix iy iz" | "xs ys zs ix iy iz"

interface Walk {
  readonly box: Float64Array
  readonly wrapped: Float64Array
  readonly images: Int32Array
}

/** Free walkers in a box that breathes by `breath` of itself, and where they would be without walls. */
const walk = (shape: keyof typeof shapes, breath = 0) => {
  const random = stream(7, "walk")
  const truth = new Float64Array(frames * beads * 3)
  const places: Array<Walk> = []
  for (let f = 0; f < frames; f++) {
    const box = shapes[shape].map((length) => length * (f === 0 ? 1 : 1 + breath * random.normal()))
    const images = new Int32Array(3 * beads)
    const wrapped = new Float64Array(3 * beads)
    const last = places.at(-1)
    for (let k = 0; k < 3 * beads; k++) {
      const step = f === 0 ? random.uniform() : 0.05 * random.normal()
      truth[f * beads * 3 + k] = (f === 0 ? 0 : truth[(f - 1) * beads * 3 + k]) + step
      wrapped[k] = (last?.wrapped[k] ?? 0) + step
      images[k] = last?.images[k] ?? 0
    }
    const [lx, ly, lz, xy, xz, yz] = box
    for (let i = 0; i < 3 * beads; i += 3) {
      const nz = Math.floor(wrapped[i + 2] / lz)
      const sy = (wrapped[i + 1] - (yz * wrapped[i + 2]) / lz) / ly
      const ny = Math.floor(sy)
      const nx = Math.floor((wrapped[i] - xy * sy - (xz * wrapped[i + 2]) / lz) / lx)
      wrapped[i] -= nx * lx + ny * xy + nz * xz
      wrapped[i + 1] -= ny * ly + nz * yz
      wrapped[i + 2] -= nz * lz
      images[i] += nx
      images[i + 1] += ny
      images[i + 2] += nz
    }
    places.push({ box, wrapped, images })
  }
  return { truth, places }
}

/** The text of a dump; `scale` is the length of a nm in the file's unit. */
const dumpOf = (places: ReadonlyArray<Walk>, columns: Columns, scale: number, head = ""): string =>
  places
    .map(({ box, images, wrapped }, f) => {
      const [lx, ly, lz, xy, xz, yz] = box.map((x) => x * scale)
      const rows = Array.from({ length: beads }, (_, b) => {
        const w = Array.from(wrapped.subarray(3 * b, 3 * b + 3), (x) => x * scale)
        const n = images.subarray(3 * b, 3 * b + 3)
        const u = [w[0] + n[0] * lx + n[1] * xy + n[2] * xz, w[1] + n[1] * ly + n[2] * yz, w[2] + n[2] * lz]
        const fractions = ([x, y, z]: ReadonlyArray<number>) => {
          const sy = (y - (yz * z) / lz) / ly
          return [(x - xy * sy - (xz * z) / lz) / lx, sy, z / lz]
        }
        const place = columns.includes("u") ? u : w
        const printed = columns.startsWith("xs") ? fractions(place) : place
        const flags = columns.includes("ix") ? [...n] : []
        return [b + 1, 1 + (b % 2), ...printed.map((x) => x.toFixed(12)), ...flags].join(" ")
      })
      const tilted = xy !== 0
      const bounds = [
        [Math.min(0, xy, xz, xy + xz), lx + Math.max(0, xy, xz, xy + xz), xy],
        [Math.min(0, yz), ly + Math.max(0, yz), xz],
        [0, lz, yz]
      ].map((line) => line.slice(0, tilted ? 3 : 2).join(" "))
      return `${head}ITEM: TIMESTEP
${f * 100}
ITEM: NUMBER OF ATOMS
${beads}
ITEM: BOX BOUNDS ${tilted ? "xy xz yz " : ""}pp pp pp
${bounds.join("\n")}
ITEM: ATOMS id type ${columns}
${rows.toReversed().join("\n")}
`
    })
    .join("")

const msdOf = (truth: Float64Array, com: "keep" | "remove") =>
  meanSquaredDisplacement(truth, { frames, beads }, { com }).msd

/** Columns, and where the path across the boundaries comes from. */
const flavours: ReadonlyArray<readonly [Columns, string]> = [
  ["x y z", "nearest images"],
  ["xs ys zs", "nearest images"],
  ["xu yu zu", "unwrapped positions"],
  ["xsu ysu zsu", "unwrapped positions"],
  ["x y z ix iy iz", "image flags"],
  ["xs ys zs ix iy iz", "image flags"]
]

for (const shape of ["rectangular", "triclinic"] as const) {
  describe(`the MSD in a ${shape} box`, () => {
    it("is that of the walkers from every flavour of columns, and at constant pressure", async () => {
      for (const breath of [0, 0.01]) {
        const { places, truth } = walk(shape, breath)
        const msd = msdOf(truth, "remove")
        await Promise.all(
          flavours.map(async ([columns, unwrapping]) => {
            const own = place()
            const printed = await analyze(own, "msd", dumpOf(places, columns, 10), "--dt", "0.002")
            own.remove()
            expect(printed.stderr).toContain(
              `40 frames of 12 atoms, 0.2 ps apart; unwrapped by ${unwrapping}`
            )
            expect(printed.rows.map(([time]) => time)).toEqual(
              Array.from({ length: frames }, (_, lag) => expect.closeTo(0.2 * lag, 9))
            )
            for (const [lag, [, value]] of printed.rows.entries()) expect(value).toBeCloseTo(msd[lag], 9)
          })
        )
      }
    })
  })
}

describe("units", () => {
  const { places, truth } = walk("rectangular")

  it("are nm and ps from real and metal, sigma and tau from lj", async () => {
    const msd = msdOf(truth, "keep")
    for (const [units, scale, header] of [
      ["real", 10, "t_ps,msd_nm2"],
      ["metal", 10, "t_ps,msd_nm2"],
      ["lj", 1, "t_tau,msd_sigma2"]
    ] as const) {
      const options = ["--units", units, "--dt", "0.005", "--com", "keep"]
      const printed = await analyze(here, "msd", dumpOf(places, "x y z", scale), ...options)
      expect(printed.header).toBe(header)
      expect(printed.rows[3][0]).toBeCloseTo(1.5, 9)
      expect(printed.rows[3][1]).toBeCloseTo(msd[3], 9)
    }
  })

  it("of a step are ps: one in fs is doubted", async () => {
    const { rows, stderr } = await analyze(here, "msd", dumpOf(places, "x y z", 10), "--dt", "2")
    expect(stderr).toContain("doubtful: --dt 2 is in ps, which is long for a step")
    expect(rows[1][0]).toBe(200)
  })

  it("of a diffusion coefficient are 1e-9 m2/s, or sigma2/tau for lj", async () => {
    const window = ["--window", "0.5:5", "--frame-interval", "0.5"]
    const nm = await analyze(here, "diffusion", dumpOf(places, "x y z", 10), ...window)
    const sigma = await analyze(here, "diffusion", dumpOf(places, "x y z", 1), "--units", "lj", ...window)
    expect(nm.header).toBe("D_1e-9m2/s,stderr,Q,tmin_ps,tmax_ps,N")
    expect(sigma.header).toBe("D_sigma2/tau,stderr,Q,tmin_tau,tmax_tau,N")
    const [D, stderr, Q, tmin, tmax, N] = nm.rows[0]
    expect([tmin, tmax, N]).toEqual([0.5, expect.closeTo(5, 9), beads])
    // 0.05^2 nm2 a frame and axis is 2 D times 0.5 ps
    expect(Math.abs(D - 2.5)).toBeLessThan(4 * stderr)
    expect(sigma.rows[0].slice(0, 3)).toEqual([D / 1000, stderr / 1000, Q].map((x) => expect.closeTo(x, 9)))
  })

  it("in an infinite box is a column more, for a cube and a viscosity that is given", async () => {
    const options = [
      "--window",
      "0.5:5",
      "--frame-interval",
      "0.5",
      "--viscosity",
      "0.5",
      "--temperature",
      "300"
    ]
    const cube = walk("cubic").places
    const { header, rows } = await analyze(here, "diffusion", dumpOf(cube, "x y z", 10), ...options)
    expect(header).toBe("D_1e-9m2/s,stderr,Q,tmin_ps,tmax_ps,N,D_1e-9m2/s_infinite")
    // 2.837297 kT / (6 pi eta L), SI
    const added = (2.837297 * 1.380649e-23 * 300) / (6 * Math.PI * 0.5e-3 * 2e-9)
    expect(rows[0][6] - rows[0][0]).toBeCloseTo(added * 1e9, 9)
    const reduced = [
      "--window",
      "0.5:5",
      "--frame-interval",
      "0.5",
      "--viscosity",
      "3",
      "--temperature",
      "1.5"
    ]
    const lj = await analyze(here, "diffusion", dumpOf(cube, "x y z", 1), "--units", "lj", ...reduced)
    expect(lj.header).toBe("D_sigma2/tau,stderr,Q,tmin_tau,tmax_tau,N,D_sigma2/tau_infinite")
    expect(lj.rows[0][6] - lj.rows[0][0]).toBeCloseTo((2.837297 * 1.5) / (6 * Math.PI * 3 * 2), 9)
    await expect(analyze(here, "diffusion", dumpOf(places, "x y z", 10), ...options)).rejects.toThrow(
      /is no cube/
    )
  })

  it("in an infinite box may take its viscosity from the stresses of the run", async () => {
    const cube = walk("cubic").places
    const random = stream(3, "stress")
    // White noise of 300 atm every 0.1 ps: its Green-Kubo integral is s^2 dt / 2.
    const rows = Array.from({ length: 2000 }, (_, row) =>
      [20 * row, ...Array.from({ length: 6 }, () => (300 * random.normal()).toFixed(3))].join(" ")
    )
    fs.writeFileSync(path.join(here.folder, "run.stress"), `# TimeStep c_p[1] ...\n${rows.join("\n")}\n`)
    const stress = ["--stress", "run.stress", "--temperature", "300"]
    const options = ["--window", "0.5:5", "--frame-interval", "0.5", ...stress]
    const dump = dumpOf(cube, "x y z", 10)
    const { rows: found, stderr } = await analyze(here, "diffusion", dump, ...options, "--dt", "0.005")
    const [, value, error] = /viscosity of (\S+) \+- (\S+) mPa s/.exec(stderr)?.map(Number) ?? []
    const kT = 1.380649e-23 * 300
    const shear = (8e-27 * (300 * 101325) ** 2 * 0.05e-12) / kT
    // xx, yy and zz are independent here: their two differences have half the variance of xy.
    const wanted = (1e3 * shear * (3 + 2 * 0.5)) / 5
    expect(Math.abs(value - wanted)).toBeLessThan(4 * error)
    expect(error).toBeLessThan(0.5 * value)
    const added = (1e9 * 2.837297 * kT) / (6 * Math.PI * value * 1e-3 * 2e-9)
    expect((found[0][6] - found[0][0]) / added).toBeCloseTo(1, 2)
    const refused = await here.largo("analyze", "diffusion", "own.dump", ...stress)
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/--dt: --stress needs it/)])
    fs.writeFileSync(path.join(here.folder, "run.stress"), "1 2 3 4 5 6 7\n2 3 4\n")
    const cut = await here.largo("analyze", "diffusion", "own.dump", ...options, "--dt", "0.005")
    expect([cut.status, cut.stderr]).toEqual([
      2,
      expect.stringMatching(/run\.stress: line 2: 2 values after rows of 6/)
    ])
  })

  it("of g(r) are nm or sigma, and its bins are those that were asked for", async () => {
    const options = ["--pair", "2,1", "--bins", "10", "--rmax", "0.9"]
    const nm = await analyze(here, "rdf", dumpOf(places, "xs ys zs", 10), ...options)
    const sigma = await analyze(here, "rdf", dumpOf(places, "xs ys zs", 1), ...options, "--units", "lj")
    expect([nm.header, sigma.header]).toEqual(["type_i,type_j,r_nm,g,sem", "type_i,type_j,r_sigma,g,sem"])
    for (const [k, row] of nm.rows.entries()) {
      expect(row.slice(0, 3)).toEqual([2, 1, expect.closeTo((k + 0.5) * 0.09, 9)])
      expect(row.every((value, column) => Math.abs(value - sigma.rows[k][column]) < 1e-9)).toBe(true)
    }
  })
})

describe("choices", () => {
  const { places, truth } = walk("rectangular")
  const text = dumpOf(places, "x y z ix iy iz", 10)
  const dt = ["--dt", "0.002"]

  it("of frames and atoms leave out the others", async () => {
    const { rows } = await analyze(here, "msd", text, ...dt, "--skip", "4", "--every", "3", "--type", "2")
    const kept = truth.filter(
      (_, k) => k >= 12 * beads && (Math.floor(k / (3 * beads)) - 4) % 3 === 0 && Math.floor(k / 3) % 2 === 1
    )
    const { msd } = meanSquaredDisplacement(kept, { frames: 12, beads: beads / 2 })
    expect(rows.map(([time]) => time)).toEqual(Array.from(msd, (_, lag) => expect.closeTo(0.6 * lag, 9)))
    for (const [lag, [, value]] of rows.entries()) expect(value).toBeCloseTo(msd[lag], 9)
  })

  it("of compression make no difference", async () => {
    const plain = await analyze(here, "msd", text, ...dt)
    for (const compress of [gzipSync, zstdCompressSync]) {
      expect((await analyze(here, "msd", compress(text), ...dt)).rows).toEqual(plain.rows)
    }
  })

  it("of the output may be JSON", async () => {
    fs.writeFileSync(path.join(here.folder, "own.dump"), text)
    for (const [what, columns] of [
      ["rdf", ["type_i", "type_j", "r_nm", "g", "sem"]],
      ["msd", ["t_ps", "msd_nm2"]],
      ["diffusion", ["D_1e-9m2/s", "stderr", "Q", "tmin_ps", "tmax_ps", "N"]]
    ] as const) {
      const times = what === "rdf" ? [] : dt
      const { answer } = await here.ask(`analyze-${what}`, "analyze", what, "own.dump", ...times)
      expect(answer).toMatchObject({ columns })
    }
  })

  it("of one frame give g(r) without an error", async () => {
    const one = dumpOf(places.slice(0, 1), "x y z", 10)
    const { rows } = await analyze(here, "rdf", one, "--pair", "1,1", "--bins", "5")
    expect(rows.map((row) => row[4])).toEqual([NaN, NaN, NaN, NaN, NaN])
  })
})

describe("a dump that cannot be analysed is refused with status 2 and the place", () => {
  const { places } = walk("rectangular")
  const text = dumpOf(places, "x y z", 10)
  const lines = text.split("\n")
  const perFrame = 9 + beads
  const cut = (count: number) => lines.slice(0, count).join("\n")
  const jump = places.map((each, f) =>
    f === 5 ? { ...each, wrapped: each.wrapped.map((x, k) => (k === 3 ? (x + 1.5) % 3 : x)) } : each
  )
  const steps = (frame: number, step: number) =>
    lines.map((line, k) => (k === frame * perFrame + 1 ? `${step}` : line)).join("\n")
  const gzipped = gzipSync(text)
  const half = (compress: (all: string) => Buffer) => {
    const all = compress(text)
    return all.subarray(0, all.length >> 1)
  }
  const gunzipped = gunzipSync(half(gzipSync), { finishFlush: constants.Z_SYNC_FLUSH }).toString()
  /** Where the text of a dump that was cut ends. */
  const cutAt = (some: string) => {
    const count = some.split("\n").length
    return new RegExp(`frame ${Math.floor((count - 1) / perFrame)}, line ${count}: `)
  }
  const damaged = Buffer.from(gzipped)
  damaged.writeUInt32LE(0, gzipped.length - 8)

  const bad: ReadonlyArray<readonly [what: string, dump: Uint8Array | string, says: RegExp]> = [
    ["cut in the atoms", cut(3 * perFrame - 4), /frame 2, line 59: the file ends after 8 of 12 atoms/],
    ["cut in the head", cut(2 * perFrame + 3), /frame 2, line 45: .*was cut/],
    ["cut while compressed", half(gzipSync), cutAt(gunzipped)],
    ["cut while compressed by zstd", half(zstdCompressSync), /frame \d+, line \d+: the compressed data/],
    [
      "of damaged bytes",
      damaged,
      /frame \d+, line \d+: the compressed data are damaged .*: incorrect data check/
    ],
    [
      "without an atom",
      lines.filter((_, k) => k !== perFrame + 12).join("\n"),
      /frame 1, line 42: the next frame begins after 11 of 12 atoms/
    ],
    ["with a step twice", steps(7, 600), /frame 7, line 148: step 600 comes 0 after the frame before/],
    ["of uneven steps", steps(7, 750), /frame 7, line 148: step 750 comes 150 after .* 100 apart/],
    ["of long steps", dumpOf(jump, "x y z", 10), /frame 5, line 106: atom 2 moves 0\.\d+ of the box/],
    ["of one frame", cut(perFrame), /an MSD needs 2 frames, not 1 of 1/],
    [
      "of other units",
      dumpOf(places, "x y z", 10, "ITEM: UNITS\nmetal\n"),
      /line 2: the file is in units metal/
    ],
    ["of no frame", "", /an MSD needs 2 frames, not 0 of 0/],
    ["that is none", "hello\n", /frame 0, line 1: "hello" where "ITEM:" should be/]
  ]
  it.each(bad)("a dump %s", async (_, dump, says) => {
    fs.writeFileSync(path.join(here.folder, "bad.dump"), dump)
    const ended = await here.largo("analyze", "msd", "bad.dump", "--dt", "0.002")
    expect(ended.stdout).toBe("")
    expect(ended.stderr).toMatch(says)
    expect(ended.stderr).toContain("bad.dump: ")
    expect(ended.stderr).not.toMatch(/^ {4}at /m)
    expect(ended.status).toBe(2)
  })

  it("by rdf where rmax is too long, or where the box has walls", async () => {
    fs.writeFileSync(path.join(here.folder, "bad.dump"), text)
    const long = await here.largo("analyze", "rdf", "bad.dump", "--rmax", "1.2")
    expect(long.stderr).toContain("frame 0, line 1: rmax 1.2 nm is above half the smallest height of the box")
    expect(long.stderr).toContain("give --rmax 1 or less")
    fs.writeFileSync(path.join(here.folder, "bad.dump"), text.replaceAll("pp pp pp", "pp pp ff"))
    const walls = await here.largo("analyze", "rdf", "bad.dump")
    expect(walls.stderr).toContain("frame 0, line 1: the box is not periodic")
    expect([long.status, walls.status]).toEqual([2, 2])
  })

  it("without a time, and every wrong option is listed", async () => {
    fs.writeFileSync(path.join(here.folder, "bad.dump"), text)
    const timeless = await here.largo("analyze", "msd", "bad.dump")
    expect(timeless.stderr).toContain("frame 0, line 1: it says no time: give --dt")
    const wrong = ["--units", "si", "--dt", "0", "--com", "drop", "--window", "5"]
    const { answer, status } = await here.ask("error", "analyze", "diffusion", "bad.dump", ...wrong)
    expect([timeless.status, status]).toEqual([2, 2])
    expect(answer).toMatchObject({
      error: {
        problems: [
          '--units: needs real or metal or lj, got "si"',
          '--dt: needs a number above 0, got "0"',
          '--com: needs remove or keep, got "drop"',
          '--window: needs two times, such as 5:20, or auto, got "5"'
        ]
      }
    })
    const seventh = await here.largo("analyze", "msd", "bad.dump", "--dt", "1", "--type", "7")
    expect(seventh.stderr).toContain("frame 0, line 1: no atom has type 7")
    const nowhere = await here.largo("analyze", "msd", "nowhere.dump", "--dt", "1")
    expect(nowhere.stderr).toContain("nowhere.dump: there is no such file")
    expect(nowhere.status).toBe(2)
  })
})
