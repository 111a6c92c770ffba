// The nodes that a sample of a campaign went through, by what they made: whatever engine or mapping made it.
import type { NodeRecord } from "./RunRecord.ts"

export type Role =
  | "run"
  | "beads"
  | "target"
  | "inversion"
  | "model"
  | "allAtom"
  | "coarse"
  | "friction"
  | "parameters"

export type SampleNodes = { readonly [K in Role]?: NodeRecord }

/** The labels of a node's name, `stage@sample=3/resolution=all-atom`. */
export const labelsOf = (node: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (node.split("@")[1] ?? "").split("/").flatMap((label) => {
      const at = label.indexOf("=")
      return at < 0 ? [] : [[label.slice(0, at), label.slice(at + 1)]]
    })
  )

/** By sample. Nodes of simulated checks, which have a route, are none of them. */
export const of = (nodes: ReadonlyArray<NodeRecord>): ReadonlyMap<number, SampleNodes> => {
  const found = new Map<number, { -readonly [K in Role]?: NodeRecord }>()
  for (const node of nodes) {
    const { iteration, resolution, sample, ...others } = labelsOf(node.node)
    if (sample === undefined || node.entry === undefined || Object.keys(others).length > 0) continue
    const role = roleOf(node, resolution)
    if (role === undefined) continue
    const index = Number(sample)
    const some = found.get(index) ?? {}
    // Of several iterations the last one counts.
    const before = Number(labelsOf(some[role]?.node ?? "")["iteration"] ?? -1)
    if (Number(iteration ?? -1) >= before) some[role] = node
    found.set(index, some)
  }
  return found
}

const roleOf = ({ entry }: NodeRecord, resolution: string | undefined): Role | undefined => {
  const made = new Set(Object.values(entry?.manifest.outputs ?? {}).map(kindName))
  if (made.has("all-atom-run")) return "run"
  if (made.has("inversion")) return "inversion"
  if (made.has("friction")) return "friction"
  if (made.has("coarse-run")) return "model"
  if (made.has("diffusion")) return resolution === "all-atom" ? "allAtom" : "coarse"
  if (made.has("structure")) return "target"
  if (made.has("bead-trajectory")) return "beads"
  return made.has("parameters") ? "parameters" : undefined
}

/** A kind id is the kind's name and a digest of its form. */
export const kindName = (id: string): string => id.replace(/ \S+$/, "")
