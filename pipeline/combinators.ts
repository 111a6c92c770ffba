// The combinators of a pipeline: labelled loops, and the two graphs that grow while they run.
import type { Rows } from "../schemas/Kind.ts"
import type { Columns, Row } from "../formats/Table.ts"
import type { Artifact, Artifacts, Each, ValueOfArtifact } from "./Artifact.ts"
import * as Graph from "./Graph.ts"

export { labelled } from "./Graph.ts"

/** The whole numbers from 0 to `count` (exclusive). */
export const range = (count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => index)

/**
 * A loop whose nodes carry the label `name=item`: `each("sample", range(3), (sample) => ...)`. Each result also has
 * that label, which list slots take over.
 */
export const each = <T extends string | number, R extends object>(
  name: string,
  items: ReadonlyArray<T>,
  body: (item: T) => R
): ReadonlyArray<R & { readonly label: string }> =>
  items.map((item) => {
    const label = `${name}=${item}`
    return { ...Graph.labelled(label, () => body(item)), label }
  })

/** Keeps the named fields of a row, and its label: `systems.map(pick("potential", "diffusion"))`. */
export const pick =
  <const K extends string>(...fields: ReadonlyArray<K>) =>
  <R extends Readonly<Record<K, unknown>> & { readonly label: string }>(
    row: R
  ): Pick<R, K> & { readonly label: string } =>
    Object.fromEntries(["label", ...fields].map((field) => [field, row[field as K]])) as Pick<R, K> & {
      readonly label: string
    }

/**
 * Repeats a step until a value that it publishes says so. Every iteration is nodes of its own, cached like all others.
 * @param init the state before the first step
 * @param step makes the nodes of one iteration from the state before it, and returns the state after it
 * @param until `read` names the artifact of the state that is looked at, `done` decides on its value
 * @param max iterations at most; the last state is then the result
 * @returns the state after the last iteration
 */
export const iterate = <I extends Artifacts, S extends I, K extends keyof S & string>(spec: {
  readonly init: I
  readonly step: (state: I, iteration: number) => S
  readonly until: { readonly read: K; readonly done: (value: ValueOfArtifact<S[K]>) => boolean }
  readonly max: number
}): S => {
  const { init, step, until, max } = spec
  if (!Number.isInteger(max) || max < 1) throw new Graph.GraphError(`iterate needs max >= 1, not ${max}`)
  const inScope = Graph.capture("iterate")
  const stepAt = (state: I, iteration: number): S =>
    inScope(() => Graph.labelled(`iteration=${iteration}`, () => step(state, iteration)))
  let iteration = 0
  let state = stepAt(init, iteration)
  const node = Graph.addDynamicNode("iterate", state[until.read], (self, value) => {
    iteration += 1
    if (until.done(value as ValueOfArtifact<S[K]>) || iteration >= max) {
      self.result = state
    } else {
      state = stepAt(state, iteration)
      self.watch = state[until.read]!
    }
  })
  const outputs: Record<string, Artifact<unknown>> = {}
  for (const [output, artifact] of Object.entries(state))
    outputs[output] = { node, output, kind: artifact.kind }
  return outputs as S
}

/**
 * Makes nodes for each row of a table that is known only while running. A row's values become params, so that what is
 * made from it is known by that row alone, whatever else the table holds.
 * @param label names a row's nodes; labels must differ
 */
export const forEachRow = <C extends Columns, R extends Artifacts>(
  table: Artifact<Rows<C>>,
  label: (row: Row<C>) => string,
  body: (row: Row<C>) => R
): Each<R & { readonly label?: string }> => {
  const inScope = Graph.capture("forEachRow")
  const node = Graph.addDynamicNode("for-each-row", table, (self, value) => {
    const rows = value as Rows<C>
    const seen = new Set<string>()
    self.result = rows.map((row) => {
      const name = label(row)
      if (seen.has(name)) throw new Graph.GraphError(`forEachRow: two rows are labelled "${name}"`)
      seen.add(name)
      return { label: name, artifacts: inScope(() => Graph.labelled(name, () => body(row))) }
    })
  })
  return { _tag: "each", node }
}
