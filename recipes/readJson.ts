// Reads the JSON files that a recipe's params name: shipped ones by name, a user's own by path.
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { BadParams } from "../pipeline/Stage.ts"
import { problems } from "../schemas/issues.ts"

/**
 * The decoded content of a file: `n-hexane` is `molecules/n-hexane.json` of largo, what ends in `.json` is a path.
 * Throws `BadParams` with every problem of the file, those that `check` finds in it among them.
 */
export const readJson = <A, E>(
  param: string,
  name: string,
  schema: Schema.Codec<A, E>,
  {
    check = () => [],
    folder = "molecules"
  }: { readonly folder?: string; readonly check?: (value: A) => ReadonlyArray<string> } = {}
): A => {
  const file = name.endsWith(".json")
    ? resolve(name)
    : fileURLToPath(new URL(`../${folder}/${name}.json`, import.meta.url))
  const refuse = (found: ReadonlyArray<string>): BadParams =>
    new BadParams(
      "pipeline coarse-graining",
      found.map((problem) => `${param}: ${name}: ${problem}`)
    )
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, "utf8"))
  } catch (error) {
    const why = error instanceof SyntaxError ? `is no JSON: ${error.message}` : "cannot be read"
    throw refuse([`${file} ${why}; give the name of a shipped file or a path that ends in .json`])
  }
  const decoded = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })(content)
  if (Result.isFailure(decoded)) throw refuse(problems(decoded.failure))
  const unfit = check(decoded.success)
  if (unfit.length > 0) throw refuse(unfit)
  return decoded.success
}
