// What an export says of itself to catalogues: title, licence, citations, the run it came from.
import type { RunRecord } from "./RunRecord.ts"

export interface About {
  readonly title: string
  readonly description: string
  /** The address of the licence; undefined where the pipeline names none. */
  readonly license: string | undefined
  readonly citations: ReadonlyArray<string>
  readonly record: RunRecord
}

/** From the params of the stage that made the data set, where there is one; else from the run alone. */
export const of = (record: RunRecord): About => {
  const { id, pipeline, targets, version } = record
  const made =
    record.nodes.find(({ node }) => node === targets["dataset"]?.node)?.entry?.manifest.params ?? {}
  const text = (name: string): string | undefined => {
    const value = made[name]
    return typeof value === "string" ? value : undefined
  }
  const { citations } = made
  const license = text("license")
  return {
    title: text("name") ?? `Results of ${pipeline}`,
    description:
      text("description") ??
      `The targets of run ${id} of the pipeline ${pipeline}, made with largo ${version}.`,
    license: license === undefined ? undefined : `https://spdx.org/licenses/${license}`,
    citations: Array.isArray(citations) ? citations.map(String) : [],
    record
  }
}
