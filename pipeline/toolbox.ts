// The tools as found on this machine; what each said it is, is remembered by path, size, mtime and inode.
import { realpathSync, statSync } from "node:fs"
import type { Memo } from "./memo.ts"
import { MissingTool } from "./Tool.ts"
import type { Found, Tool } from "./Tool.ts"

/** What was found; two tools of one name, of different stages, are two. */
export interface Toolbox {
  /** Throws `MissingTool` for one that was looked for in vain, or that could not say what it is. */
  readonly found: (tool: Tool) => Found
}

/** Looks for tools and asks those that are new or changed what they are. */
export const open = async (tools: Iterable<Tool>, memo: Memo<string>): Promise<Toolbox> => {
  const found = new Map<Tool, Found>()
  const problems = new Map<Tool, string>()
  for (const tool of tools) {
    if (found.has(tool)) continue
    const path = tool.locate()
    if (path === undefined) continue
    const fingerprint = fingerprintOf(tool, path)
    let identity = memo.get(fingerprint)
    if (identity === undefined) {
      try {
        identity = await tool.identify(path)
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error)
        problems.set(tool, `${path} does not say what it is: ${said.trim()}`)
        continue
      }
      memo.set(fingerprint, identity)
    }
    found.set(tool, { path, identity, environment: tool.environment ?? {} })
  }
  memo.save()
  return {
    found: (tool) => {
      const it = found.get(tool)
      if (it === undefined) throw new MissingTool(tool, problems.get(tool))
      return it
    }
  }
}

/**
 * What an answer is remembered by. The path as found counts beside the file that it leads to: the interpreters of all
 * virtual environments are links to one file.
 */
const fingerprintOf = (tool: Tool, path: string): string =>
  [tool.name, tool.question ?? "", path, ...[path, ...(tool.watch?.(path) ?? [])].map(stateOf)].join("|")

const stateOf = (path: string): string => {
  const status = statSync(path, { throwIfNoEntry: false })
  return status === undefined
    ? `${path} is missing`
    : [realpathSync(path), status.size, status.mtimeMs, status.ino].join(" ")
}
