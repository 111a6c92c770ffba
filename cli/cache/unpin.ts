// `largo cache unpin`: lets the bytes of a run or a node go again when space is short.
import type { Pin } from "../../cache/Pins.ts"
import * as Command from "../Command.ts"
import { storeOptions } from "../openPipeline.ts"
import { findRun, names, openStore } from "../openStore.ts"
import { UsageError } from "../Usage.ts"

export const command = Command.make(
  {
    name: "cache unpin",
    summary: "Lets the bytes of a pinned run or node go when space is short.",
    words: ["RUN|NODE"],
    options: storeOptions,
    notes: "RUN is an id, the start of one, or latest. NODE is a name, or the start of a key."
  },
  (given, out) => {
    const store = openStore(given.options.store)
    const [word] = given.words
    const wanted = word === "latest" ? findRun(store, word) : word
    const found = store.pins.list().filter((pin) => isNamed(pin, wanted))
    const [pin] = found
    if (pin === undefined || found.length > 1) {
      const problem = pin === undefined ? "is not pinned" : `names ${found.length} pins`
      throw new UsageError([`RUN|NODE: "${word}" ${problem}`], "type: largo cache ls --pins")
    }
    store.pins.remove(pin.id)
    const { id, name, what } = pin
    out.answer({ id, what, name }, () => `unpinned ${what === "run" ? `run ${id} of ${name}` : name}`)
    return 0
  }
)

const isNamed = ({ id, name, what }: Pin, word: string): boolean =>
  what === "run" ? id.startsWith(word) : names(word, name, id)
