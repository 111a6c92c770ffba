// Problems that a schema finds, as lines of "path: problem" that a person can act on.
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Every problem of a failed decoding, each as `a.b[2]: what is wrong`. */
export const problems = (error: Schema.SchemaError): ReadonlyArray<string> =>
  format(error.issue).issues.map(({ path, message }) => {
    const place = (path ?? [])
      .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part as PropertyKey)}`))
      .join("")
      .replace(/^\./, "")
    const problem = message.replace("Expected no excess property", "there is no field of this name")
    return place === "" ? problem : `${place}: ${problem}`
  })
