// A text as a file, such as a script that a program is to run.
import * as Kind from "./Kind.ts"

export const TextFile = Kind.file("text", "text/plain")
