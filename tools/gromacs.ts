// GROMACS as a tool: `gmx` on the PATH, or what LARGO_GMX names; known by its version and how it was built.
import { program } from "../pipeline/Tool.ts"
import type { Tool } from "../pipeline/Tool.ts"

const gmx = () => program({ name: "gromacs", locate: process.env["LARGO_GMX"] ?? "gmx" })

/** Facts of `gmx --version` that decide its numbers, in the order of the identity. */
const facts = [
  "Precision",
  "MPI library",
  "SIMD instructions",
  "CPU FFT library",
  "C++ compiler",
  "C++ compiler flags"
]

/** What `gmx --version` says, without the lines of the place where it was asked. */
export const identityOf = (text: string): string => {
  const fact = (name: string) =>
    new RegExp(`^${name.replaceAll("+", "\\+")}:\\s*(.+)$`, "m").exec(text)?.[1].trim() ?? "unknown"
  return [`GROMACS ${fact("GROMACS version")}`, ...facts.map((name) => `${name} ${fact(name)}`)].join("; ")
}

/** The year of a release; NaN where an identity tells none. */
export const releaseOf = (identity: string): number => Number(/^GROMACS (\d+)/.exec(identity)?.[1] ?? NaN)

/** Whether a build takes the number of its thread-MPI ranks; others refuse the option. */
export const hasThreadMpi = (identity: string): boolean => identity.includes("MPI library thread_mpi")

export const gromacs: Tool = {
  name: "gromacs",
  purpose: "the all-atom runs of engine=gromacs",
  locate: () => gmx().locate(),
  problem: () => gmx().problem?.(),
  identify: async (path) => identityOf(await gmx().identify(path)),
  install:
    "Install it (Debian and Ubuntu: apt install gromacs), or name a gmx in LARGO_GMX; engine=lammps does without.",
  optional: true
}
