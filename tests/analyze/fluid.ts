// A small binary fluid run by the LAMMPS of this machine, with the dump of its frames and what LAMMPS says of them.
import { readDumpInDouble } from "../../formats/lammpsDump.ts"
import type { DumpFrame } from "../../formats/DumpFrame.ts"
import { runLammps } from "../formats/runLammps.ts"

/** ps */
export const timestep = 0.004
export const everySteps = 50
export const frames = 41
/** Of LAMMPS' own g(r); nm. */
export const rdfBins = 80
export const rdfRange = 0.8

const dumpLines = (name: string) => `dump ${name} all custom ${everySteps} ${name} id type x y z ix iy iz
dump_modify ${name} sort id format float %.12g`

// rows of 4 columns and more: "%.10g" alone would print them without a space between
const rdfLines = (name: string) => `fix ${name} all ave/time ${everySteps} ${frames} ${frames * everySteps} &
c_g[*] file ${name}.rdf mode vector format " %.10g"`

/**
 * First at constant volume, then at constant pressure; 320 atoms of two types. Each part begins one dump after a
 * multiple of its length, so that the average takes the very frames that are dumped.
 */
const input = ({ change, coupling }: { readonly change: string; readonly coupling: string }) => `units real
newton off
atom_style atomic
lattice fcc 5.7
region b block 0 5 0 4 0 4
create_box 2 b
create_atoms 1 box
set group all type/fraction 2 0.4 1234
mass * 39.948
pair_style lj/cut 8.5
pair_coeff * * 0.238 3.405
pair_coeff 2 2 0.3 3.2
neighbor 2.0 bin
velocity all create 260 4711 mom yes
timestep ${timestep * 1000}
${change}
comm_modify cutoff 12
fix move all nvt temp 130 130 400
run 1000
unfix move
fix move all nvt temp 130 130 400
reset_timestep ${everySteps}
compute g all rdf ${rdfBins} 1 1 1 2 2 2 cutoff ${10 * rdfRange}
compute kept all msd com no
compute removed all msd com yes
fix moved all ave/time ${everySteps} 1 ${everySteps} c_kept[4] c_removed[4] file msd format " %.12g"
${dumpLines("still")}
${rdfLines("still")}
run ${(frames - 1) * everySteps}
undump still
unfix still
unfix moved
unfix move
fix move all npt temp 130 130 400 ${coupling} 100 100 1000
run ${everySteps}
${dumpLines("breathing")}
${rdfLines("breathing")}
run ${(frames - 1) * everySteps}
`

const changes = {
  rectangular: { change: "", coupling: "iso" },
  triclinic: {
    change:
      "change_box all triclinic\nchange_box all xy final 6.1 xz final -5.2 yz final 7.3 remap units box",
    coupling: "tri"
  }
} as const

export type Shape = keyof typeof changes
export type Frame = DumpFrame<Float64Array>

export interface Run {
  readonly dump: Uint8Array
  readonly frames: ReadonlyArray<Frame>
  /** LAMMPS' g(r) of the types 1,1 then 1,2 then 2,2, [pair][bin]. */
  readonly g: ReadonlyArray<ReadonlyArray<number>>
}

export interface Fluid {
  readonly still: Run
  readonly breathing: Run
  /** LAMMPS' msd since the first frame, nm2, [frame]: the motion of the centre of mass kept and removed. */
  readonly msd: { readonly kept: ReadonlyArray<number>; readonly removed: ReadonlyArray<number> }
}

export const pairs = [
  [1, 1],
  [1, 2],
  [2, 2]
] as const

/** Throws where LAMMPS does not end well. */
export const simulate = async (shape: Shape): Promise<Fluid> => {
  const lammps = runLammps(input(changes[shape]))
  if (lammps.status !== 0) throw new Error(`LAMMPS ended with ${lammps.status}: ${lammps.stdout}`)
  const rows = (name: string) =>
    new TextDecoder()
      .decode(lammps.read(name))
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.trim().split(/\s+/).map(Number))
  const run = async (name: string): Promise<Run> => {
    const dump = lammps.read(name)
    const read: Array<Frame> = []
    for await (const frame of readDumpInDouble(dump, { units: "real" })) read.push(frame)
    const bins = rows(`${name}.rdf`).slice(1)
    return { dump, frames: read, g: pairs.map((_, p) => bins.map((bin) => bin[2 + 2 * p])) }
  }
  try {
    const moved = rows("msd")
    return {
      still: await run("still"),
      breathing: await run("breathing"),
      msd: { kept: moved.map((row) => row[1] / 100), removed: moved.map((row) => row[2] / 100) }
    }
  } finally {
    lammps.remove()
  }
}
