// A pipeline whose stages depend on what no key sees, each in its own way; one of them does not.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { badInput } from "../../../pipeline/outcome.ts"
import * as Pipeline from "../../../pipeline/Pipeline.ts"
import * as Stage from "../../../pipeline/Stage.ts"
import * as Tool from "../../../pipeline/Tool.ts"
import { Workspace } from "../../../pipeline/Workspace.ts"
import * as Kind from "../../../schemas/Kind.ts"
import { TextFile } from "../../../schemas/TextFile.ts"

const Hours = Kind.json("hours", Schema.Struct({ zone: Schema.String, hours: Schema.Finite }))
const column = { type: "float64", unit: "nm", description: "length" } as const
const Sums = Kind.table("sums", { x: column, y: column })
const none = { module: import.meta.url, params: Schema.Struct({}), inputs: {} }

export const steady = Stage.make("steady", {
  ...none,
  outputs: { hours: Hours },
  deterministic: true,
  run: () => Effect.succeed({ hours: { zone: "UTC", hours: 1 } })
})

/** Depends on the time zone. */
export const clock = Stage.make("clock", {
  ...none,
  inputs: { hours: Hours },
  outputs: { hours: Hours, steady: Hours },
  deterministic: true,
  run: ({ inputs: { hours } }) =>
    Effect.succeed({ hours: { zone: "local", hours: new Date(86_400_000).getHours() }, steady: hours })
})

/** Depends on the number of cores in the last digits. */
export const addUp = Stage.make("add-up", {
  ...none,
  outputs: { sums: Sums },
  resources: { cores: 1 },
  run: Effect.fnUntraced(function* () {
    const { cores } = yield* Workspace
    return { sums: [1, 2].map((x) => ({ x, y: x * (1 + 1e-9 * cores) })) }
  })
})

/** Works on one core alone. */
export const serial = Stage.make("serial", {
  ...none,
  outputs: { hours: Hours },
  run: Effect.fnUntraced(function* () {
    const { cores } = yield* Workspace
    if (cores > 1) return yield* Effect.fail(badInput(`${cores} cores are too many`, "ask for one"))
    return { hours: { zone: "", hours: cores } }
  })
})

/** Writes down where it is. */
export const place = Stage.command("place", {
  ...none,
  outputs: { text: { kind: TextFile, file: "text.txt" } },
  program: Tool.program({ name: "sh", locate: "/bin/sh", versionArgs: ["-c", "echo a shell"] }),
  argv: ({ outputs }) => ["-c", `echo "$PWD $LC_ALL $TZ $OMP_NUM_THREADS" > ${outputs.text}`]
})

export const audited = Pipeline.make("audited", { params: Schema.Struct({}) }, () => {
  const { hours } = steady({}, {})
  return {
    ...clock({}, { hours }),
    sums: addUp({}, {}).sums,
    serial: serial({}, {}).hours,
    place: place({}, {}).text
  }
})
