// The launcher runs the command line on Node 24, hands over signals once, and ends as its child ends.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import fs from "node:fs"
import path from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type Clone, temporaryClone } from "./temporaryClone.ts"

// Makes the Node that runs the launcher say that it is an old one.
const pretendOld = [
  "--import",
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.1.0"}})'
]
const signalCounter = `// Counts the signals that reach it and ends 0.3 s after the first.
const seen: string[] = []
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    seen.push(signal)
    setTimeout(() => {
      console.log("seen", seen.join(","))
      process.exit(130)
    }, 300)
  })
}
setTimeout(() => process.exit(3), 20_000)
console.log("ready", process.pid)
`
let clone: Clone
beforeEach(() => {
  clone = temporaryClone()
  fs.mkdirSync(path.join(clone.root, "cli"))
  const bin = path.join(clone.root, "node_modules", `node-${process.platform}-${process.arch}`, "bin")
  fs.mkdirSync(bin, { recursive: true })
  fs.symlinkSync(process.execPath, path.join(bin, "node"))
})
afterEach(() => clone.remove())

const main = (source: string, file = "cli/main.ts") => {
  fs.mkdirSync(path.dirname(path.join(clone.root, file)), { recursive: true })
  fs.writeFileSync(path.join(clone.root, file), source)
}
const launcher = () => path.join(clone.root, "bin/largo.js")
const env = () => ({ PATH: process.env.PATH, HOME: clone.root })
const launch = (options: string[], ...words: string[]) =>
  spawnSync(process.execPath, [...options, launcher(), ...words], {
    encoding: "utf8",
    input: "from stdin",
    env: env()
  })

describe.each([
  ["on an old Node", pretendOld],
  ["on Node 24 itself", []]
])("%s", (_, options) => {
  it("runs the command line with its words, input and output", () => {
    main(
      'import fs from "node:fs"\nconst words: string[] = process.argv.slice(2)\nconsole.log(words, fs.readFileSync(0, "utf8"))'
    )
    const { stdout, status } = launch(options, "run", "--set", "a b=1")
    expect(stdout).toBe("[ 'run', '--set', 'a b=1' ] from stdin\n")
    expect(status).toBe(0)
  })

  it.each([0, 1, 2, 130])("ends with the command line's own status %i", (status) => {
    main(`process.exit(${status})`)
    expect(launch(options).status).toBe(status)
  })

  it("dies of the signal that the command line died of", () => {
    main('process.kill(process.pid, "SIGKILL")')
    expect(launch(options).signal).toBe("SIGKILL")
  })

  it("keeps compiled modules in the user's cache folder", () => {
    main('import module from "node:module"\nconsole.log(module.getCompileCacheDir())')
    expect(launch(options).stdout).toContain(path.join(clone.root, ".cache/largo/compile-cache"))
  })

  it("takes the sources of a clone, and the built files where there are no sources", () => {
    main('console.log("built")', "dist/cli/main.js")
    expect(launch(options).stdout).toBe("built\n")
    main('console.log("sources")')
    expect(launch(options).stdout).toBe("sources\n")
  })

  it("says so when there is no command line", () => {
    const { stderr, status } = launch(options)
    expect(stderr).toContain("no command line in")
    expect(status).toBe(1)
  })

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "hands over %s once and waits for the command line",
    async (signal) => {
      main(signalCounter)
      const child = spawn(process.execPath, [...options, launcher()], {
        stdio: ["ignore", "pipe", "inherit"],
        env: env(),
        detached: true
      })
      let printed = ""
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text
      })
      await once(child.stdout, "data")
      child.kill(signal)
      const [code] = await once(child, "close")
      expect(printed).toContain(`seen ${signal}\n`)
      expect(code).toBe(130)
    }
  )
})

describe("in front of a terminal", () => {
  it.runIf(process.platform === "linux" && spawnSync("python3", ["-c", "import pty"]).status === 0)(
    "Ctrl-C reaches the command line exactly once",
    () => {
      main(signalCounter)
      // Python opens the terminal, waits for "ready" and types Ctrl-C into it.
      const typist = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
text = b""
typed = False
while True:
    try: part = os.read(terminal, 1000)
    except OSError: break
    if not part: break
    text += part
    if b"ready" in text and not typed:
        typed = True
        os.write(terminal, b"\\x03")
print(text.decode(), "status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`
      const words = ["-c", typist, process.execPath, ...pretendOld, launcher()]
      const { stdout } = spawnSync("python3", words, { encoding: "utf8", env: env(), timeout: 30_000 })
      expect(stdout).toContain("seen SIGINT\r\n")
      expect(stdout).toContain("status 130")
    }
  )
})

it("an old Node without a new one beside it is told what to type", () => {
  main("")
  fs.rmSync(path.join(clone.root, "node_modules"), { recursive: true })
  const { stderr, status } = launch(pretendOld)
  expect(stderr).toMatch(/largo runs on Node 24, this is 20\.1\.0: type `node .*scripts\/setup\.js`/)
  expect(status).toBe(1)
})

it("works through a link in another folder, as npm makes one", () => {
  main('console.log("linked")')
  const link = path.join(clone.root, "path", "largo")
  fs.symlinkSync(launcher(), link)
  expect(spawnSync(process.execPath, [link], { encoding: "utf8", env: env() }).stdout).toBe("linked\n")
})
