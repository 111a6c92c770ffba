// Stand-ins for LAMMPS: shell scripts that say what they are told to, in the words of the real one.
import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const help = (packages: string): string => `
Large-scale Atomic/Molecular Massively Parallel Simulator - 29 Sep 2021 - Update 2

Compiler: fake 1.0
Installed packages:

${packages}

List of individual style options included in this LAMMPS executable
`

/** Writes a program that answers \`-h\` like LAMMPS with these packages and runs \`body\` in sh for a script. */
export const fakeLammps = (folder: string, body: string, packages = "KSPACE MOLECULE RIGID"): string => {
  const file = join(folder, "lmp")
  writeFileSync(
    file,
    `#!/bin/sh\nif [ "$1" = -h ]; then cat <<'END'\n${help(packages)}END\nexit 0; fi\nscript=$2\n${body}\n`
  )
  chmodSync(file, 0o755)
  return file
}

/** What one run prints: a row every 25 steps of 4 fs, each with these temperature, pressure and density. */
export const table = (
  steps: number,
  { temperature = "298.0", pressure = "1.0", density = "0.72" } = {}
): string => {
  const rows = Array.from({ length: steps / 25 + 1 }, (_, row) =>
    [25 * row, temperature, pressure, density, (15200 + (row % 7)).toFixed(1), "120.5"].join(" ")
  )
  return [
    "Per MPI rank memory allocation (min/avg/max) = 10 | 10 | 10 Mbytes",
    "Step Temp Press Density Volume PotEng",
    ...rows,
    `Loop time of 1.5 on 1 procs for ${steps} steps with 208 atoms`,
    ""
  ].join("\n")
}

/** sh that prints a text, or writes it to a file. */
export const say = (text: string, file?: string): string =>
  `cat ${file === undefined ? "" : `> ${file} `}<<'END'\n${text}\nEND`

/** sh that answers the two scripts of the all-atom stage each in its way. */
export const byScript = (prepare: string, production: string): string =>
  `case $script in\nprepare.in)\n${prepare}\n;;\n*)\n${production}\n;;\nesac`
