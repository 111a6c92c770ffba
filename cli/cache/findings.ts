// `largo cache findings`: results that did not come out the same twice; all of them are kept.
import type { Entry } from "../../cache/ActionCache.ts"
import * as Command from "../Command.ts"
import { storeOptions } from "../openPipeline.ts"
import { openStore } from "../openStore.ts"
import * as words from "../view/words.ts"

export const command = Command.make(
  {
    name: "cache findings",
    summary:
      "Lists results that did not come out the same twice. All are kept; the first one is what runs use.",
    words: [],
    options: storeOptions
  },
  ({ options }, out) => {
    const store = openStore(options.store)
    const findings = [...store.actions.list()].flatMap((key) => {
      const others = store.actions.realisations(key)
      const first = others.length === 0 ? undefined : store.actions.lookup(key)
      if (first === undefined) return []
      return [
        {
          key,
          node: first.node,
          stage: first.manifest.stage,
          realisations: [first, ...others].map(realisation)
        }
      ]
    })
    out.answer({ findings }, () =>
      findings.length === 0
        ? "no findings: whatever ran twice gave the same bytes"
        : findings
            .flatMap(({ key, node, realisations }) => [
              `${node} (${key.slice(0, 12)}): ${words.plural(realisations.length, "realisation")}`,
              ...realisations.map(
                ({ outputs, run }) =>
                  `  run ${run}: ${Object.entries(outputs)
                    .map(([name, digest]) => `${name} ${digest.slice(0, 12)}`)
                    .join(", ")}`
              )
            ])
            .join("\n")
    )
    return 0
  }
)

const realisation = ({ outputs, record }: Entry) => ({
  run: record.run,
  host: record.host,
  outputs: Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest as string]))
})
