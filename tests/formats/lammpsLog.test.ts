// LAMMPS logs of several years, whole and as they grow, and of runs that went wrong.
import { describe, expect, it, onTestFinished } from "vitest"
import { LammpsLogParser, parseLammpsLog, troubleIn } from "../../formats/lammpsLog.ts"
import { noLammps, runLammps } from "./runLammps.ts"

const memory = "Per MPI rank memory allocation (min/avg/max) = 3.1 | 3.1 | 3.1 Mbytes"

const log2021 = `LAMMPS (29 Sep 2021 - Update 2)
units real
thermo 10
run 20
WARNING: Inconsistent image flags (../domain.cpp:815)
${memory}
Step Temp Press PotEng
       0          300   -12.5    1.5e-3
SHAKE stats (type/ave/delta/count) on step 10
Bond:   1   1.09   9.6e-07     1152
      10       301.25    4.0        -2
      20       299.75    6        -2.5
Loop time of 0.5 on 2 procs for 20 steps with 1664 atoms

Performance: 7896.252 ns/day, 0.003 hours/ns, 40.000 timesteps/s
99.5% CPU use with 1 MPI tasks x 1 OpenMP threads

MPI task timing breakdown:
Section |  min time  |  avg time  |  max time  |%varavg| %total
Pair    | 0.001084   | 0.001084   | 0.001084   |   0.0 | 24.77
run 100 upto
${memory}
Step Temp
      20       299.75
      60       nan
     100       -nan
Loop time of 2 on 2 procs for 80 steps with 1664 atoms
Total wall time: 0:01:03
`

const log2025 = `LAMMPS (22 Jul 2025)
run             100
Setting up Verlet run ...
${memory}
   Step          Temp          E_pair
         0   3             -6.7733681
       100   1.6842865     -4.8082494
Loop time of 1.00364 on 4 procs for 100 steps with 4000 atoms

Performance: 43042.918 tau/day, 99.637 timesteps/s, 398.6 katom-step/s
${memory}
---
keywords: ['Step', 'Temp', 'c_pe', ]
data:
  - [100, 1.6842865, -4.8082494, ]
SHAKE stats (type/ave/delta/count) on step 150
  - [150, .inf, 1e+20, ]
...
Loop time of 1 on 4 procs for 50 steps with 4000 atoms
${memory}
------------ Step            150 ----- CPU =            0 (sec) -------------
TotEng   =         1.5000 KinEng   =         2.0000 Temp     =       300.0000
Press    =        -1.0000
------------ Step            160 ----- CPU =    0.0123 (sec) -------------
TotEng   =         1.6000 KinEng   =         2.1000 Temp     =       301.0000
Press    =        -2.0000
ERROR on proc 0: Bond atoms 12 13 missing on proc 0 at step 161 (src/ntopo_bond_all.cpp:59)
Last command: run 50
`

describe("a LAMMPS log", () => {
  it("gives the thermo output of each run, its time and its speed", () => {
    const log = parseLammpsLog(log2021)
    expect(log.version).toBe("29 Sep 2021 - Update 2")
    expect(log.wallTime).toBe(63)
    expect(log.errors).toEqual([])
    expect(log.segments[0]).toEqual({
      columns: ["Step", "Temp", "Press", "PotEng"],
      count: 3,
      data: {
        Step: Float64Array.of(0, 10, 20),
        Temp: Float64Array.of(300, 301.25, 299.75),
        Press: Float64Array.of(-12.5, 4, 6),
        PotEng: Float64Array.of(0.0015, -2, -2.5)
      },
      loop: { seconds: 0.5, procs: 2, steps: 20, atoms: 1664 },
      stepsPerSecond: 40
    })
    expect(log.segments[1]?.data.Temp).toEqual(Float64Array.of(299.75, Number.NaN, Number.NaN))
  })

  it("with NaN says where the first one is, whatever the exit status was", () => {
    const log = parseLammpsLog(log2021)
    expect(log.nonFinite).toEqual({ segment: 1, row: 1, step: 60, column: "Temp", value: Number.NaN })
    expect(troubleIn(log)).toBe("Temp is NaN at step 60 of run 2")
    expect(log.inconsistentImages).toBe(true)
    expect(log.warnings).toEqual(["Inconsistent image flags (../domain.cpp:815)"])
  })

  it("of newer versions is read in its three styles", () => {
    const { errors, nonFinite, segments, wallTime } = parseLammpsLog(log2025)
    expect(segments.map(({ count }) => count)).toEqual([2, 2, 2])
    expect(segments[0]?.data.E_pair).toEqual(Float64Array.of(-6.7733681, -4.8082494))
    expect(segments[0]?.stepsPerSecond).toBe(99.637)
    expect(segments[1]?.data).toEqual({
      Step: Float64Array.of(100, 150),
      Temp: Float64Array.of(1.6842865, Infinity),
      c_pe: Float64Array.of(-4.8082494, 1e20)
    })
    expect(segments[2]?.columns).toEqual(["Step", "CPU", "TotEng", "KinEng", "Temp", "Press"])
    expect(segments[2]?.data.Press).toEqual(Float64Array.of(-1, -2))
    expect(segments[2]?.loop).toBeNull()
    expect(nonFinite).toMatchObject({ segment: 1, column: "Temp", value: Infinity })
    expect(errors[0]).toContain("Bond atoms 12 13 missing on proc 0 at step 161")
    expect(wallTime).toBeNull()
  })

  it("with lost atoms says how many", () => {
    const log = parseLammpsLog(
      "ERROR: Lost atoms: original 1664 current 1660 (../thermo.cpp:438)\nLast command: run 5\n"
    )
    expect(log.lostAtoms).toEqual({ original: 1664, current: 1660 })
    expect(troubleIn(log)).toBe("4 of 1664 atoms were lost")
    expect(troubleIn(parseLammpsLog(""))).toBeNull()
  })

  it("can be followed while it grows, in pieces of any size", () => {
    for (const size of [1, 3, 100, 5000]) {
      const parser = new LammpsLogParser()
      const bytes = new TextEncoder().encode(log2021)
      const steps: (number | undefined)[] = []
      for (let at = 0; at < bytes.length; at += size) {
        parser.push(bytes.subarray(at, at + size))
        if (steps.at(-1) !== parser.progress?.step) steps.push(parser.progress?.step)
      }
      if (size === 1) expect(steps).toEqual([0, 10, 20, 60, 100])
      expect(parser.progress).toMatchObject({ segment: 1, step: 100, firstStep: 20, lastStep: 100 })
      expect(parser.finish()).toEqual(parseLammpsLog(log2021))
    }
    const begun = new LammpsLogParser()
    expect(begun.progress).toBeNull()
    begun.push(log2021.slice(0, log2021.indexOf("      20   ")))
    expect(begun.progress).toMatchObject({
      segment: 0,
      step: 10,
      firstStep: 0,
      lastStep: 20,
      values: { Temp: 301.25, Press: 4 }
    })
  })
})

describe.skipIf(noLammps !== undefined)(
  `a log that LAMMPS wrote${noLammps === undefined ? "" : ` (${noLammps})`}`,
  () => {
    const fluid = `units lj
lattice fcc 0.8
region b block 0 3 0 3 0 3
create_box 1 b
create_atoms 1 box
mass 1 1
pair_style lj/cut 2.5
pair_coeff 1 1 1 1
velocity all create 1 1
fix 1 all nve
thermo 20
`
    it("has the rows, the loop and the end", () => {
      const run = runLammps(`${fluid}run 100\nthermo_style custom step temp press vol density\nrun 40\n`)
      onTestFinished(run.remove)
      const log = parseLammpsLog(run.read("log.lammps"))
      expect(run.status).toBe(0)
      expect(log.segments.map(({ count }) => count)).toEqual([6, 3])
      expect(log.segments[0]?.data.Step).toEqual(Float64Array.of(0, 20, 40, 60, 80, 100))
      expect(log.segments[0]?.data.Temp?.[0]).toBe(1)
      expect(log.segments[1]?.data.Density?.[2]).toBeCloseTo(0.8, 6)
      expect(log.segments[1]?.loop).toMatchObject({ procs: 1, steps: 40, atoms: 108 })
      expect(log.segments[1]?.stepsPerSecond).toBeGreaterThan(0)
      expect(log.wallTime).toBeGreaterThanOrEqual(0)
      expect(troubleIn(log)).toBeNull()
    })

    it("of a run that failed says why", () => {
      const run = runLammps(`${fluid}boundary p p p\n`)
      onTestFinished(run.remove)
      const log = parseLammpsLog(run.read("log.lammps"))
      expect(run.status).not.toBe(0)
      expect(troubleIn(log)).toContain("Boundary command after simulation box is defined")
      expect(log.wallTime).toBeNull()
    })
  }
)
