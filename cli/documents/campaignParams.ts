// docs/params.md: every param of the coarse-graining pipeline with its defaults, from its schema and from the graphs that it builds.
import * as Schema from "effect/Schema"
import { canonicalJson } from "../../formats/canonicalJson.ts"
import { markdownTable } from "../../formats/markdownTable.ts"
import type * as Pipeline from "../../pipeline/Pipeline.ts"
import { CampaignParams, protocols, settingsOf } from "../../recipes/campaignSettings.ts"
import { coarseGraining } from "../../recipes/coarse-graining.ts"

/** The part of a JSON Schema that is read here. */
interface Described {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Described>>
}

type Protocol = keyof typeof protocols
const names = Object.keys(protocols) as ReadonlyArray<Protocol>

/** Which stage reads the settings of a section: its own defaults hold where neither user nor protocol says anything. */
const readers: Readonly<Record<string, string>> = {
  allAtom: "all-atom-md",
  structure: "measure-structure",
  ibi: "ibi-step",
  coarse: "cg-md",
  fit: "extract-diffusion",
  coarseFit: "extract-diffusion",
  pairs: "match-pairs",
  network: "train-model"
}

/** A param that has no description, or whose default cannot be found: the page would leave it out. */
class Undocumented extends Error {}

type Fields = Readonly<Record<string, unknown>>

/** What a section comes to under a protocol: the settings, on top of the defaults of the stage that reads them. */
const defaultsOf = (protocol: Protocol, section: string): Fields => {
  const settings = settingsOf(Schema.decodeUnknownSync(CampaignParams)({ protocol }))
  const { graph } = built(protocol)
  const node = graph.nodes.find((each) => each._tag === "stage" && each.stage.name === readers[section])
  if (node === undefined || node._tag !== "stage") {
    throw new Undocumented(`no stage is known that reads the params of "${section}"`)
  }
  return { ...node.params, ...(settings[section as keyof typeof settings] as Fields) }
}

/** With two samples, since the defaults are the same in all of them. */
const built = (protocol: Protocol): Pipeline.Built => coarseGraining.build({ protocol, samples: 2 })

const show = (value: unknown): string =>
  typeof value === "string" ? `\`${value}\`` : `\`${canonicalJson(value).replaceAll(/[,:]/g, "$& ")}\``

const descriptionOf = (name: string, { description }: Described): string => {
  if (description === undefined) throw new Undocumented(`the param "${name}" has no description`)
  return description
}

const checked = (name: string, values: ReadonlyArray<unknown>): ReadonlyArray<string> => {
  if (values.includes(undefined)) throw new Undocumented(`the default of "${name}" is not found`)
  return values.map(show)
}

const introduction =
  "Set one with `--set NAME=VALUE` (a dot goes into a record: `--set allAtom.production=80`) or several with" +
  " `--params FILE.json`. All are checked before anything runs. What is not set comes from the protocol; these are" +
  " the defaults of the three. None of them is a number of the study that the pipeline follows: its full text was" +
  " not at hand."

/** The page as Markdown. Throws `Undocumented` for a param without a description or default. */
export const campaignParams = (): string => {
  const { properties = {} } = Schema.toJsonSchemaDocument(CampaignParams).schema as Described
  const params = Object.entries(properties)
  const general = names.map((protocol): Fields => {
    const { batch, holdOut, initial, samples } = protocols[protocol]
    const own = { batch, holdOut, initial, samples }
    return { ...Schema.decodeUnknownSync(CampaignParams)({ protocol }), ...own, protocol: "demo" }
  })
  const generalRows = params
    .filter(([name]) => readers[name] === undefined)
    .map(([name, param]) => {
      const defaults = new Set(
        checked(
          name,
          general.map((each) => each[name])
        )
      )
      return [`\`${name}\``, [...defaults].join(", "), descriptionOf(name, param)]
    })
  const sections = params
    .filter(([name]) => readers[name] !== undefined)
    .flatMap(([section, param]) => {
      const defaults = names.map((protocol) => defaultsOf(protocol, section))
      const rows = Object.entries(param.properties ?? {}).map(([field, described]) => {
        const name = `${section}.${field}`
        const values = checked(
          name,
          defaults.map((each) => each[field])
        )
        return [`\`${name}\``, ...values, descriptionOf(name, described)]
      })
      return [
        `## ${section}`,
        `${descriptionOf(section, param)}.`,
        markdownTable(["param", ...names, "what it is"], rows)
      ]
    })
  return (
    [
      "# Params of `coarse-graining`",
      "<!-- Written by `node cli/documents/write.ts` from the schema; edit recipes/campaignSettings.ts instead. -->",
      introduction,
      "Three values stand for the protocols tiny, demo and paper.",
      markdownTable(["param", "default", "what it is"], generalRows),
      ...sections
    ].join("\n\n") + "\n"
  )
}
