// Edit scripts against the oracle, a range of seeds in this process.
import { noCount, script } from "../oracle/script.ts"
import type { Count } from "../oracle/script.ts"

/** Runs the scripts of the seeds `from` to `to` (exclusive). */
export const run = async (
  from: number,
  to: number,
  folder: string,
  tell: (count: Count) => void
): Promise<Count> => {
  const count = noCount()
  for (let seed = from; seed < to; seed += 1) {
    await script(seed, folder, count)
    if (seed % 1000 === 999) tell(count)
  }
  return count
}
