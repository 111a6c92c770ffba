// Verdicts on all-atom runs from their logs and thermo tables.
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { parseLammpsLog } from "../../formats/lammpsLog.ts"
import { boltzmann, bar } from "../../kernels/constants.ts"
import { stream } from "../../kernels/random.ts"
import { allAtomProtocols } from "../../schemas/allAtomProtocols.ts"
import { AllAtomProtocol } from "../../schemas/Protocol.ts"
import {
  bubbleVerdict,
  compressibility,
  correctedEdge,
  meanEdge,
  pressureFits,
  productionVerdict
} from "../../stages/allAtom/judgeRun.ts"
import { crashVerdict } from "../../stages/lammps/readThermo.ts"

const protocol = allAtomProtocols.demo

/** A thermo table of 400 rows around the given means. */
const thermo = (means: { temperature?: number; pressure?: number; density?: number }, scatter = 300) => {
  const random = stream(1, "thermo")
  const rows = 400
  const around = (mean: number, width: number) =>
    Float64Array.from({ length: rows }, () => mean + width * random.normal())
  return {
    time: Float64Array.from({ length: rows }, (_, row) => 0.1 * row),
    temperature: around(means.temperature ?? 298.15, 8),
    pressure: around(means.pressure ?? 1, scatter),
    density: around(means.density ?? 0.73, 0),
    volume: around(16.6, 0.2),
    potentialEnergy: around(5000, 100)
  }
}

describe("a production run", () => {
  it("is ok at the wanted temperature and pressure", () => {
    expect(productionVerdict(thermo({}), protocol)).toEqual({ quality: "ok", reason: null })
  })

  it("diverged when any number is not finite, with the column and the time", () => {
    const table = thermo({})
    table.pressure[7] = NaN
    expect(productionVerdict(table, protocol)).toEqual({
      quality: "diverged",
      reason: "pressure is NaN at 0.70 ps"
    })
  })

  it("diverged when the thermostat does not hold", () => {
    const verdict = productionVerdict(thermo({ temperature: 330 }), protocol)
    expect(verdict.quality).toBe("diverged")
    expect(verdict.reason).toMatch(/^3\d\d\.\d \+- \d\.\d K under a thermostat at 298.15 K$/)
  })

  it("is a vapour below 0.35 g/cm3", () => {
    expect(productionVerdict(thermo({ density: 0.2 }), protocol).quality).toBe("vapour")
  })

  it("cavitated below -300 bar, and has an unconverged pressure at milder misses", () => {
    expect(productionVerdict(thermo({ pressure: -600 }), protocol).quality).toBe("cavitated")
    const mild = productionVerdict(thermo({ pressure: 200 }), protocol)
    expect(mild.quality).toBe("unconverged pressure")
    expect(mild.reason).toMatch(/^mean pressure \d+ \+- \d+ bar at constant volume, wanted 1.01325$/)
  })

  it("is left alone when a miss is within three standard errors", () => {
    expect(pressureFits({ mean: 200, stderr: 80 }, 1)).toBe(true)
    expect(pressureFits({ mean: 200, stderr: 60 }, 1)).toBe(false)
    expect(pressureFits({ mean: -118, stderr: 0 }, 1)).toBe(true)
    expect(pressureFits({ mean: -120, stderr: 0 }, 1)).toBe(false)
  })

  it("cavitated when g(r) is off 1 at half the box", () => {
    expect(bubbleVerdict({ mean: 0.97, stderr: 0.01 }).quality).toBe("ok")
    expect(bubbleVerdict({ mean: 0.85, stderr: 0.01 }).quality).toBe("cavitated")
  })
})

describe("a run that LAMMPS ended", () => {
  it("diverged when atoms were lost or numbers blew up", () => {
    for (const line of [
      "ERROR: Lost atoms: original 702 current 650 (src/thermo.cpp:438)",
      "ERROR on proc 0: Bond atoms 12 13 missing on proc 0 at step 11 (src/ntopo_bond_all.cpp:58)",
      "ERROR: Non-numeric pressure - simulation unstable (src/fix_nh.cpp:1069)",
      "ERROR on proc 0: Out of range atoms - cannot compute PPPM (../pppm.cpp:1916)",
      "ERROR on proc 0: Shake atoms 1 2 3 missing on proc 0 at step 5"
    ]) {
      const verdict = crashVerdict(parseLammpsLog(`some output\n${line}\nLast command: run 10\n`))
      expect(verdict?.quality).toBe("diverged")
      expect(verdict?.reason).toContain(line.replace(/^ERROR.*?: /, ""))
    }
  })

  it("is no sample's fault when the script or the binary is wrong", () => {
    expect(
      crashVerdict(parseLammpsLog("ERROR: Unrecognized pair style 'lj/cut' (src/force.cpp:275)"))
    ).toBeNull()
    expect(crashVerdict(parseLammpsLog("Loop time of 1.0 on 1 procs\n"))).toBeNull()
  })
})

describe("the box", () => {
  it("has the mean volume of the rows after the discarded ones", () => {
    const table = thermo({})
    for (let row = 0; row < 100; row++) table.volume[row] = 30
    table.volume.fill(15.625, 101)
    expect(meanEdge(table, protocol)).toBeCloseTo(2.5, 10)
  })

  it("grows under pressure and shrinks under tension, by the compressibility", () => {
    expect(correctedEdge(2.5, 301, 1, 1e-4) ** 3 / 2.5 ** 3).toBeCloseTo(1.03, 12)
    expect(correctedEdge(2.5, -99, 1, 1e-4) ** 3 / 2.5 ** 3).toBeCloseTo(0.99, 12)
    expect(correctedEdge(2.5, 1e6, 1, 1e-4) ** 3 / 2.5 ** 3).toBeCloseTo(1.08, 12)
  })

  it("tells the compressibility by its fluctuations, within reason", () => {
    const table = thermo({})
    const rows = Array.from(table.volume).slice(101)
    const mean = rows.reduce((sum, value) => sum + value, 0) / rows.length
    const variance = rows.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (rows.length - 1)
    const expected = (variance * bar) / (mean * boltzmann * 298.15)
    expect(expected).toBeGreaterThan(3e-5)
    expect(compressibility(table, protocol)).toBeCloseTo(Math.min(expected, 3e-4), 12)
    table.volume.fill(16)
    expect(compressibility(table, protocol)).toBe(3e-5)
  })
})

describe("a protocol", () => {
  const decode = Schema.decodeUnknownSync(AllAtomProtocol)

  it("ships valid, three times", () => {
    for (const shipped of Object.values(allAtomProtocols)) expect(decode(shipped)).toEqual(shipped)
  })

  it("refuses times that are no whole number of steps, and runs without frames", () => {
    expect(() => decode({ ...protocol, frameInterval: 0.1, timeStep: 0.003 })).toThrow(
      /0.1 ps is no whole number of time steps of 0.003 ps/
    )
    expect(() => decode({ ...protocol, production: 1 })).toThrow(/holds fewer than 10 frames/)
    expect(() => decode({ ...protocol, constantPressureDiscarded: 40 })).toThrow(
      /leaves nothing of the NPT run/
    )
  })
})
