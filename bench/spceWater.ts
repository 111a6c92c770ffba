// The stage that simulates SPC/E water in GROMACS and keeps its oxygens: a target that packs less densely than any liquid of spheres.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readTrr } from "../formats/gromacsTrr.ts"
import type { Frame } from "../formats/trajectory.ts"
import { toolFailed } from "../pipeline/outcome.ts"
import * as Stage from "../pipeline/Stage.ts"
import { Workspace } from "../pipeline/Workspace.ts"
import { BeadTrajectory } from "../schemas/Trajectory.ts"
import { gromacs } from "../tools/gromacs.ts"

const molecules = 216
/** nm: 1.0 g/cm3. */
const edge = 1.86206

const topology = `#include "oplsaa.ff/forcefield.itp"
#include "oplsaa.ff/spce.itp"
[ system ]
water
[ molecules ]
SOL ${molecules}
`

const settings = (steps: number, temperature: number, seed: number): string => `integrator = md
dt = 0.002
nsteps = ${steps}
nstxout = 100
cutoff-scheme = Verlet
coulombtype = PME
rcoulomb = 0.85
rvdw = 0.85
DispCorr = EnerPres
tcoupl = v-rescale
tc-grps = System
tau-t = 0.2
ref-t = ${temperature}
gen-vel = yes
gen-temp = ${temperature}
gen-seed = ${seed}
ld-seed = ${seed}
constraints = h-bonds
`

/** SPC/E water, 216 molecules at 1.0 g/cm3: a frame of its oxygens every 0.2 ps, the first 10 ps left out. */
export const spceWater = Stage.make("spce-water", {
  module: import.meta.url,
  params: Schema.Struct({ picoseconds: Schema.Int, temperature: Schema.Finite, seed: Schema.Int }),
  inputs: {},
  outputs: { beads: BeadTrajectory },
  tools: [gromacs],
  deterministic: false,
  resources: { cores: 1, memory: 512 },
  run: Effect.fnUntraced(function* ({ params: { picoseconds, seed, temperature } }) {
    const ws = yield* Workspace
    yield* ws.write("water.top", topology)
    yield* ws.write("water.mdp", settings(500 * (picoseconds + 10), temperature, seed))
    const gmx = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
      const { code, tail } = yield* ws.run("gromacs", ["-quiet", "-nobackup", ...args], { name: args[0] })
      if (code !== 0)
        return yield* Effect.fail(toolFailed(`gmx ${args[0]}: ${tail.slice(-400)}`, "see its log"))
    })
    const size = String(edge)
    yield* gmx(
      "solvate",
      "-cs",
      "spc216",
      "-box",
      size,
      size,
      size,
      "-maxsol",
      String(molecules),
      "-o",
      "start.gro"
    )
    yield* gmx(
      "grompp",
      "-f",
      "water.mdp",
      "-c",
      "start.gro",
      "-p",
      "water.top",
      "-o",
      "water.tpr",
      "-maxwarn",
      "5"
    )
    yield* gmx("mdrun", "-deffnm", "water", "-ntomp", "1", "-nb", "cpu", "-pin", "off")
    const meta = {
      types: Array.from({ length: molecules }, () => 0),
      typeNames: ["O"],
      masses: Array.from({ length: molecules }, () => 18.0154),
      molecule: Array.from({ length: molecules }, (_, bead) => bead),
      unwrapped: false,
      quality: "ok",
      reason: ""
    }
    return { beads: { meta, frames: oxygens(readTrr(ws.stream("water.trr"))) } }
  })
})

async function* oxygens(
  all: AsyncIterable<{ readonly box: Float64Array; readonly positions: Float32Array; readonly step: number }>
): AsyncGenerator<Frame> {
  for await (const { box, positions, step } of all) {
    if (step < 5000) continue
    const own = Float32Array.from(
      { length: 3 * molecules },
      (_, k) => positions[9 * Math.floor(k / 3) + (k % 3)]
    )
    yield { step, time: Number((0.002 * step).toPrecision(12)), box, positions: own }
  }
}
