// The programs that analyses are compared with: whether they are here, and how they are asked.
import { execFileSync, spawnSync } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import type { DumpFrame } from "../../formats/DumpFrame.ts"

type Frame = DumpFrame<Float64Array>

const python = path.join(import.meta.dirname, "..", "..", ".venv", "peers", "bin", "python")

const starts = (program: string, ...args: ReadonlyArray<string>): boolean =>
  spawnSync(program, args, { stdio: "ignore" }).status === 0

const lacking = (there: boolean, name: string, how: string): string | undefined =>
  there ? undefined : `no ${name} on this machine: ${how}`

/** Why tests with a peer are skipped here; undefined where they run. */
export const missing = {
  gromacs: lacking(starts("gmx", "--version"), "GROMACS", "install gromacs"),
  votca: lacking(starts("csg_stat", "--help"), "csg_stat", "install votca"),
  python: lacking(
    starts(
      python,
      "-c",
      "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, sys.argv[1:])))",
      "freud",
      "MDAnalysis",
      "kinisi",
      "tidynamics"
    ),
    "freud, MDAnalysis, kinisi and tidynamics",
    "run node scripts/peers.js"
  )
} as const

/** Asks `peers.py`; positions [frame, atom, xyz] in nm go over as a file. */
export const askPython = <A>(
  folder: string,
  what: "freud" | "mdanalysis" | "tidynamics" | "kinisi",
  positions: Float64Array,
  request: Readonly<Record<string, unknown>>
): A => {
  fs.writeFileSync(path.join(folder, "positions"), positions)
  const script = path.join(import.meta.dirname, "peers.py")
  const answer = execFileSync(python, ["-W", "ignore", script, what, JSON.stringify(request)], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1", MPLCONFIGDIR: folder },
    stdio: ["ignore", "pipe", "pipe"]
  })
  return JSON.parse(answer) as A
}

/** [frame, atom, xyz] of frames. */
export const positionsOf = (frames: ReadonlyArray<Frame>): Float64Array => {
  const width = frames[0]?.positions.length ?? 0
  const all = new Float64Array(frames.length * width)
  for (const [f, { positions }] of frames.entries()) all.set(positions, f * width)
  return all
}

/**
 * Frames in the format of GROMACS, nm, 1 ps apart: `gmx msd` aborts at spacings that a float cannot hold. GROMACS takes
 * any number of decimals; csg_stat reads fixed columns, which hold three.
 */
export const gro = (frames: ReadonlyArray<Frame>, decimals: number): string =>
  frames
    .map(({ box, ids, positions, types }, f) => {
      const atoms = Array.from(ids, (_, k) => {
        const name = `T${types[k]}`
        const number = String(k + 1).padStart(5)
        const place = Array.from(positions.subarray(3 * k, 3 * k + 3), (x) => x.toFixed(decimals))
        return `${number}${name.padEnd(5)}${name.padStart(5)}${number}${place.map((x) => x.padStart(decimals + 5)).join("")}`
      })
      const [lx, ly, lz, xy, xz, yz] = box
      const edges = [lx, ly, lz, 0, 0, xy, 0, xz, yz].map((x) => x.toFixed(9)).join(" ")
      return `fluid t= ${f}\n${ids.length}\n${atoms.join("\n")}\n${edges}\n`
    })
    .join("")

/** Writes `top.gro`, and `frames.trr` with all the digits of single precision. */
export const writeTrr = (folder: string, frames: ReadonlyArray<Frame>): void => {
  fs.writeFileSync(path.join(folder, "frames.gro"), gro(frames, 9))
  fs.writeFileSync(path.join(folder, "top.gro"), gro(frames.slice(0, 1), 3))
  run(folder, "gmx", ["-quiet", "-nobackup", "trjconv", "-f", "frames.gro", "-o", "frames.trr"], "0\n")
}

/** Runs a program; throws with what it said when it fails. */
export const run = (folder: string, program: string, args: ReadonlyArray<string>, input = ""): void => {
  const { status, stderr } = spawnSync(program, args, { cwd: folder, input, encoding: "utf8" })
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${stderr}`)
}

/** Numbers in columns, comments of GROMACS and VOTCA left out. */
export const readColumns = (folder: string, file: string): ReadonlyArray<ReadonlyArray<number>> =>
  fs
    .readFileSync(path.join(folder, file), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^[#@]/.test(line))
    .map((line) => line.trim().split(/\s+/).map(Number))
