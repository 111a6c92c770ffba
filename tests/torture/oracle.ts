// Edit scripts against the oracle, a range of seeds in this process.
import { noCount, script } from "../oracle/script.ts"
import type { Torture } from "./Torture.ts"

/** Cases of the torture: a script of edits each. */
export const begin: Torture["begin"] = async (folder) => {
  const count = noCount()
  return { one: (seed) => script(seed, folder, count), counts: () => ({ ...count }) }
}
