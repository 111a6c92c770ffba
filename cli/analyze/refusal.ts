// Turns what a file or a request makes impossible into words for the command line: exit status 2.
import { DumpError } from "../../formats/DumpFrame.ts"
import { DiffusionError } from "../../kernels/diffusion.ts"
import { MsdError } from "../../kernels/msd.ts"
import { RdfError } from "../../kernels/rdf.ts"
import { UsageError } from "../Usage.ts"

/** The error as a UsageError that names the file, or as it was where nobody foresaw it. */
export const refusal = (file: string, error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  if (error instanceof DumpError) {
    const { frame, line, reason } = error
    return new UsageError(
      [`${file}: frame ${frame}, line ${line}: ${reason}`],
      "frames count from 0, lines from 1"
    )
  }
  if (error instanceof MsdError || error instanceof RdfError || error instanceof DiffusionError) {
    return new UsageError([`${file}: ${error.message}`], "")
  }
  const problem = "code" in error ? unreadable[String(error.code)] : undefined
  return problem === undefined ? error : new UsageError([`${file}: ${problem}`], "")
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "this is a folder, not a dump",
  ENOTDIR: "there is no such file",
  EACCES: "it may not be read: mend its permissions"
}
