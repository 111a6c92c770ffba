// Calls of the disk that fail once, in short; `npm run torture -- faults` does every call with every error.
import { expect, it } from "vitest"
import { stream } from "../../kernels/random.ts"
import { callsOf, codes, fault, noCount } from "./faults.ts"
import { useFolder } from "./useFolder.ts"

const folder = useFolder()

it.each(["life", "second life", "collection"] as const)(
  "a call of a %s that fails is told of or made up for, and the next run completes",
  async (what) => {
    const count = noCount()
    const calls = await callsOf(folder(), what)
    const random = stream(calls, "faults")
    for (const code of [...codes, ...codes]) await fault(folder(), 1, what, random.below(calls), code, count)
    expect(count.faults).toBe(12)
    expect(count.errors + count.wentOn).toBeGreaterThan(0)
  }
)
