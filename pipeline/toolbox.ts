// The tools as found on this machine; what each said it is, is remembered by path, size, mtime and inode.
import { realpathSync, statSync } from "node:fs"
import type { Memo } from "./memo.ts"
import { MissingTool } from "./Tool.ts"
import type { Found, Tool } from "./Tool.ts"

/** What was found, by name. */
export interface Toolbox {
  /** Throws `MissingTool` for one that was looked for in vain. */
  readonly found: (tool: Tool) => Found
}

/** Looks for tools and asks those that are new or changed what they are. */
export const open = async (tools: Iterable<Tool>, memo: Memo<string>): Promise<Toolbox> => {
  const found = new Map<string, Found>()
  for (const tool of tools) {
    if (found.has(tool.name)) continue
    const path = tool.locate()
    if (path === undefined) continue
    const real = realpathSync(path)
    const { size, mtimeMs, ino } = statSync(real)
    const fingerprint = [tool.name, real, size, mtimeMs, ino].join("|")
    let identity = memo.get(fingerprint)
    if (identity === undefined) {
      identity = await tool.identify(path)
      memo.set(fingerprint, identity)
    }
    found.set(tool.name, { path, identity, environment: tool.environment ?? {} })
  }
  memo.save()
  return {
    found: (tool) => {
      const it = found.get(tool.name)
      if (it === undefined) throw new MissingTool(tool)
      return it
    }
  }
}
