// Stand-ins for GROMACS: shell scripts that say what they are told to, in the words of the real one.
import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { say } from "./fakeLammps.ts"

/** The box in which GROMACS programs put what ended them. */
export const fatal = (words: string): string => `
-------------------------------------------------------
Program:     gmx mdrun, version 2022.5-Fake
Source file: src/gromacs/mdlib/constr.cpp (line 243)

Fatal error:
${words}

For more information and tips for troubleshooting, please check the GROMACS
website at http://www.gromacs.org/Documentation/Errors
-------------------------------------------------------`

/** sh that prints a text on standard error. */
export const complain = (text: string): string => `{\n${say(text)}\n} >&2`

/**
 * Writes a program that tells its version and runs `grompp` and `mdrun` in sh; `$name` is what `-deffnm` or the `.mdp` is
 * called.
 */
export const fakeGromacs = (
  folder: string,
  { grompp = "exit 0", mdrun = "exit 0", version = "2022.5-Fake" }
): string => {
  const file = join(folder, "gmx")
  writeFileSync(
    file,
    [
      "#!/bin/sh",
      `if [ "$1" = --version ]; then echo "GROMACS version:    ${version}"; exit 0; fi`,
      "program=$3",
      'while [ $# -gt 1 ]; do case $1 in -deffnm) name=$2;; -f) name=$(basename "$2" .mdp);; esac; shift; done',
      `if [ $program = grompp ]; then`,
      grompp,
      "else",
      mdrun,
      "fi",
      ""
    ].join("\n")
  )
  chmodSync(file, 0o755)
  return file
}
