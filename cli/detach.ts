// Starts a run in a process of its own, which goes on when the terminal is gone.
import { spawn } from "node:child_process"
import { mkdirSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"

export type Detached =
  | { readonly _tag: "started"; readonly run: string; readonly pid: number; readonly log: string }
  | { readonly _tag: "ended"; readonly status: number; readonly words: string }

/**
 * Starts this command line again without `--detach`, in a session of its own, and waits until its run has begun.
 * @param store the store's folder, which gets the log
 */
export const detach = (store: string): Promise<Detached> => {
  const folder = join(store, "local")
  mkdirSync(folder, { recursive: true })
  const log = join(folder, `detached-${new Date().toISOString().replace(/\D/g, "")}.log`)
  const file = openSync(log, "a")
  const args = process.argv.slice(1).filter((word) => word !== "--detach")
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    detached: true,
    stdio: ["ignore", file, file, "ipc"]
  })
  return new Promise((done) => {
    child.once("message", (message: { readonly run: string }) => {
      child.disconnect()
      child.unref()
      done({ _tag: "started", run: message.run, pid: child.pid ?? 0, log })
    })
    child.once("exit", (status) =>
      done({ _tag: "ended", status: status ?? 1, words: readFileSync(log, "utf8") })
    )
  })
}

/** Tells the process that started this run detached, if one did, that it has begun. */
export const tellParent = (run: string): void => {
  if (process.send === undefined) return
  process.send({ run })
  process.disconnect()
}
