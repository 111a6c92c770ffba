// `largo cache verify`: checks every stored byte; what is bad is set aside and made again when it is needed.
import { verify } from "../../cache/verify.ts"
import * as Command from "../Command.ts"
import { storeOptions } from "../openPipeline.ts"
import { openStore } from "../openStore.ts"
import * as words from "../view/words.ts"

export const command = Command.make(
  {
    name: "cache verify",
    summary: "Checks every stored byte. What is bad is set aside and made again when it is needed.",
    words: [],
    options: storeOptions,
    notes: "Exit status 1 where anything was bad."
  },
  ({ options }, out) => {
    const store = openStore(options.store)
    const verified = verify(store)
    const { blobs, bytes, corruptBlobs, damagedEntries, entries, incomplete } = verified
    const bad = corruptBlobs.length + damagedEntries.length
    out.answer(verified, () => {
      const lines = [
        `${words.plural(blobs, "blob")} (${words.size(bytes)}) and ${words.count(entries)} entries read, ${bad} bad`
      ]
      for (const digest of corruptBlobs)
        lines.push(`✖ blob ${digest} held other bytes; set aside in quarantine`)
      for (const key of damagedEntries) lines.push(`✖ entry ${key} was damaged; set aside in quarantine`)
      if (bad > 0) lines.push("the next run makes again what it needs of this")
      if (incomplete.length > 0) {
        lines.push(`${words.count(incomplete.length)} entries lack bytes, which are made again when needed`)
      }
      return lines.join("\n")
    })
    return bad > 0 ? 1 : 0
  }
)
