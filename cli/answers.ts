// The answers that --json gives, as schemas: docs/schemas is written from them, and tests hold answers against them.
import { mkdirSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Schema from "effect/Schema"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Seconds = Schema.Finite
const Text = Schema.String
const Digest = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/u))
const Targets = Schema.Record(Text, Schema.NullOr(Digest))
const Timings = Schema.Struct({ stageSeconds: Seconds, engineSeconds: Seconds })
const Difference = Schema.Struct({ name: Text, before: Schema.NullOr(Text), after: Schema.NullOr(Text) })
const RunState = Schema.Literals(["running", "finished", "failed", "interrupted", "died"])

/** Why a node runs, of one word or a few. */
const Reason = Schema.Literals([
  "never cached",
  "new",
  "bytes missing",
  "earlier attempt failed",
  "code changed",
  "tool changed",
  "params changed",
  "input changed",
  "output schema changed",
  "salt changed"
])

const facts = {
  run: Text,
  pipeline: Text,
  state: RunState,
  startedAt: Text,
  host: Text,
  pid: Count,
  seconds: Schema.NullOr(Seconds),
  done: Count,
  cached: Count,
  failed: Count,
  running: Count,
  left: Count
}

const table = Schema.Struct({
  columns: Schema.Array(Text),
  rows: Schema.Array(Schema.Array(Schema.NullOr(Schema.Finite)))
})

const failure = { node: Text, outcome: Text, message: Text }

/** Subcommand -> schema of its answer; `error` is the answer of any subcommand that could not begin. */
export const answers = {
  error: Schema.Struct({
    error: Schema.Struct({ name: Text, message: Text, problems: Schema.Array(Text), fix: Text })
  }),
  run: Schema.Struct({
    ran: Count,
    cached: Count,
    restored: Count,
    failed: Count,
    skipped: Count,
    seconds: Seconds,
    targets: Targets,
    run: Text,
    timings: Schema.optionalKey(Timings)
  }),
  "run-detached": Schema.Struct({ run: Text, pid: Count, log: Text }),
  cancel: Schema.Struct({ run: Text, jobs: Count }),
  plan: Schema.Struct({
    summary: Schema.Struct({ hit: Count, restore: Count, run: Count, unknown: Count }),
    nodes: Schema.Array(
      Schema.Struct({
        id: Text,
        stage: Text,
        state: Schema.Literals(["hit", "restore", "run", "unknown", "failed"]),
        why: Text,
        reason: Schema.NullOr(Reason),
        key: Schema.NullOr(Digest),
        cost: Schema.NullOr(Seconds)
      })
    ),
    cost: Schema.Struct({
      cpuSeconds: Seconds,
      waitingCpuSeconds: Seconds,
      nodesOfUnknownCost: Count,
      bytes: Count,
      freeBytes: Schema.NullOr(Count)
    })
  }),
  explain: Schema.Struct({
    node: Text,
    stage: Text,
    state: Text,
    why: Text,
    key: Schema.NullOr(Digest),
    manifest: Schema.Array(Schema.Struct({ name: Text, value: Text })),
    earlier: Schema.NullOr(Schema.Struct({ node: Text, key: Digest, run: Text })),
    differences: Schema.Array(Difference)
  }),
  graph: Schema.Struct({
    pipeline: Text,
    nodes: Schema.Array(Schema.Struct({ id: Text, stage: Text, dynamic: Schema.Boolean })),
    edges: Schema.Array(Schema.Struct({ from: Text, to: Text, output: Text, input: Text }))
  }),
  status: Schema.Struct({
    ...facts,
    nodes: Schema.Array(
      Schema.Struct({
        node: Text,
        seconds: Seconds,
        expected: Schema.NullOr(Seconds),
        fraction: Schema.Finite,
        words: Text
      })
    ),
    failures: Schema.Array(Schema.Struct(failure))
  }),
  runs: Schema.Struct({ runs: Schema.Array(Schema.Struct(facts)) }),
  show: Schema.Struct({
    ...facts,
    file: Text,
    version: Text,
    params: Schema.Record(Text, Schema.Unknown),
    targets: Targets,
    timings: Schema.NullOr(Timings),
    nodes: Schema.Array(
      Schema.Struct({
        node: Text,
        stage: Text,
        key: Text,
        state: Schema.Literals(["cached", "ran", "restored", "failed"]),
        cpu: Seconds,
        why: Text
      })
    ),
    failures: Schema.Array(Schema.Struct({ ...failure, key: Digest, fix: Text })),
    findings: Schema.Array(Schema.Struct({ node: Text, message: Text }))
  }),
  diff: Schema.Struct({
    before: Text,
    after: Text,
    same: Count,
    added: Schema.Array(Text),
    removed: Schema.Array(Text),
    changed: Schema.Array(
      Schema.Struct({
        node: Text,
        keys: Schema.Tuple([Text, Text]),
        sameOutputs: Schema.NullOr(Schema.Boolean),
        differences: Schema.Array(Difference)
      })
    )
  }),
  logs: Schema.Struct({
    node: Text,
    key: Digest,
    state: Schema.Literals(["done", "failed"]),
    run: Text,
    message: Text,
    folder: Schema.NullOr(Text),
    logs: Schema.Array(Schema.Struct({ name: Text, digest: Digest, size: Count, path: Text }))
  }),
  audit: Schema.Struct({
    run: Text,
    locale: Text,
    timeZone: Text,
    tolerance: Schema.Finite,
    nodes: Schema.Array(
      Schema.Struct({
        node: Text,
        key: Digest,
        stage: Text,
        state: Schema.Literals(["bitwise", "within tolerance", "different", "failed", "not audited"]),
        reason: Text,
        cores: Count,
        deterministic: Schema.Boolean,
        outputs: Schema.Array(
          Schema.Struct({
            name: Text,
            state: Schema.Literals(["bitwise", "within tolerance", "different"]),
            difference: Schema.NullOr(Schema.Finite),
            where: Text
          })
        )
      })
    )
  }),
  vouch: Schema.Struct({
    stage: Text,
    before: Digest,
    after: Digest,
    changed: Schema.Array(Text),
    lock: Text
  }),
  completions: Schema.Struct({ shell: Text, script: Text }),
  doctor: Schema.Struct({
    ok: Schema.Boolean,
    checks: Schema.Array(Schema.Struct({ name: Text, ok: Schema.Boolean, found: Text, advice: Text }))
  }),
  "cache-stats": Schema.Struct({
    store: Text,
    blobs: Count,
    bytes: Count,
    entries: Count,
    runs: Count,
    freeBytes: Schema.NullOr(Count),
    stages: Schema.Array(
      Schema.Struct({
        stage: Text,
        entries: Count,
        bytes: Count,
        bigBytes: Count,
        collected: Count,
        cpuSeconds: Seconds
      })
    )
  }),
  "cache-pin": Schema.Struct({
    id: Text,
    what: Schema.Literals(["run", "node"]),
    name: Text,
    results: Count,
    collected: Count,
    added: Schema.Boolean
  }),
  "cache-unpin": Schema.Struct({ id: Text, what: Schema.Literals(["run", "node"]), name: Text }),
  "cache-ls": Schema.Struct({
    pins: Schema.Array(
      Schema.Struct({
        id: Text,
        what: Schema.Literals(["run", "node"]),
        name: Text,
        at: Text,
        results: Count
      })
    ),
    entries: Schema.Array(
      Schema.Struct({
        key: Digest,
        node: Text,
        stage: Text,
        run: Text,
        bytes: Count,
        cpuSeconds: Seconds,
        complete: Schema.Boolean,
        pinned: Schema.Boolean
      })
    )
  }),
  export: Schema.Struct({
    run: Text,
    pipeline: Text,
    folder: Text,
    files: Schema.Array(Text),
    bytes: Count
  }),
  "import-votca": Schema.Struct({ file: Text, kind: Schema.Literals(["mapping", "settings"]), next: Text }),
  report: Schema.Struct({ run: Text, pipeline: Text, file: Text, bytes: Count }),
  "analyze-rdf": table,
  "analyze-msd": table,
  "analyze-diffusion": table,
  "cache-verify": Schema.Struct({
    blobs: Count,
    bytes: Count,
    entries: Count,
    corruptBlobs: Schema.Array(Digest),
    damagedEntries: Schema.Array(Digest),
    incomplete: Schema.Array(Digest)
  }),
  "cache-gc": Schema.Struct({
    dryRun: Schema.Boolean,
    maxSize: Count,
    before: Count,
    after: Count,
    kept: Count,
    unfinished: Schema.Array(Text),
    removed: Schema.Array(
      Schema.Struct({
        digest: Digest,
        size: Count,
        node: Text,
        output: Text,
        run: Text,
        cpuSeconds: Schema.Finite
      })
    )
  }),
  "cache-findings": Schema.Struct({
    findings: Schema.Array(
      Schema.Struct({
        key: Digest,
        node: Text,
        stage: Text,
        realisations: Schema.Array(
          Schema.Struct({ run: Text, host: Text, outputs: Schema.Record(Text, Digest) })
        )
      })
    )
  })
}

/** The folder of the written schemas. */
export const folder = fileURLToPath(new URL("../docs/schemas/", import.meta.url))

/** File name -> text of the JSON Schema (draft 2020-12) of each answer. */
export const documents = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => {
      const { definitions, schema } = Schema.toJsonSchemaDocument(answer)
      const command =
        name === "error" ? "a command that could not begin" : `largo ${name.replace("-", " ")} --json`
      const head = {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        title: `The answer of ${command}`
      }
      const rest = Object.keys(definitions).length === 0 ? {} : { $defs: definitions }
      return [`${name}.json`, `${JSON.stringify({ ...head, ...schema, ...rest }, null, 2)}\n`]
    })
  )

// `node cli/answers.ts` writes them.
if (import.meta.main) {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(documents())) writeFileSync(`${folder}${name}`, text)
}
