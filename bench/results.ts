// Writes what a bench measured into RESULTS.md: a section of its own, the others stay.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { availableParallelism, cpus } from "node:os"
import { join } from "node:path"

const file = join(import.meta.dirname, "RESULTS.md")
const head = `# What the benches measured

Each section is written by the bench that it names, from one run: compare numbers within a section only.
`

/** What this machine is, in words. */
export const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.versions.node}`

/** Replaces the section `title`, or adds it behind the others. */
export const writeSection = (title: string, text: string): void => {
  const known = existsSync(file) ? readFileSync(file, "utf8") : head
  const [intro, ...sections] = known.split(/^(?=## )/m)
  const section = `## ${title}\n\n${text.trim()}\n`
  const at = sections.findIndex((each) => each.startsWith(`## ${title}\n`))
  if (at >= 0) sections[at] = section
  else sections.push(section)
  writeFileSync(file, [intro, ...sections].map((each) => each.trim()).join("\n\n") + "\n")
}
