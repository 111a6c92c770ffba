// What a GROMACS program prints when it stops: the error in its box, and the errors of grompp before it.

/** The words of the first error, on one line; undefined where the text has none. */
export const gromacsError = (text: string): string | undefined => {
  // grompp lists what is wrong, and says in the box how many that were.
  const listed = /^ERROR \d+ \[[^\]]*\]:\n((?: {2}.*\n)+)/m.exec(text)?.[1]
  const boxed =
    /^(?:Source file|Program):.*\n(?:(?:Function|MPI rank|Source file):.*\n)*\n([\s\S]*?)\n\n/m.exec(
      text
    )?.[1]
  const words = listed ?? boxed
  return words?.split(/\s+/).join(" ").trim()
}
