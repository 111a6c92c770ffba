// A shell as a tool, for stages of tests that need a real program under the test's control.
import type { Tool } from "../../../pipeline/Tool.ts"

export const shell: Tool = {
  name: "shell",
  purpose: "the programs of these tests",
  locate: () => "/bin/sh",
  identify: async () => "a POSIX shell",
  install: "It comes with the system."
}
