// The params of the pipeline `inversion` from VOTCA's settings and the LAMMPS input that they name.
import { VotcaXmlError } from "../formats/votcaXml.ts"
import type { VotcaPair, VotcaSettings } from "../formats/votcaXml.ts"
import { boltzmann } from "../kernels/constants.ts"
import type { InversionParams } from "./inversion.ts"

/**
 * Throws VotcaXmlError, naming it, for what the pipeline does not do.
 * @param fileOf the path of a file that the settings name
 * @param read the text of a file
 */
export const importSettings = (
  { iterations, kBT, method, pairs, program, script }: VotcaSettings,
  fileOf: (path: string) => string,
  read: (path: string) => string
): (typeof InversionParams)["Encoded"] => {
  if (program !== "lammps") throw new VotcaXmlError(`the program is ${program}, and only lammps is imported`)
  if (method !== "ibi") throw new VotcaXmlError(`the method is ${method}, and only ibi is imported`)
  if (script === undefined) throw new VotcaXmlError("<inverse><lammps> names no <script>, the LAMMPS input")
  const input = inputOf(read(fileOf(script)))
  const [first] = pairs
  const uneven = pairs.find(({ max, step }) => max !== first?.max || step !== first.step)
  if (first === undefined || uneven !== undefined)
    throw new VotcaXmlError(
      `${uneven?.name} has another max or step than ${first?.name}, and one grid is for all`
    )
  return {
    temperature: Number((kBT / boltzmann).toPrecision(6)),
    beads: fileOf(input.data),
    types: typesOf(pairs, input.tables),
    targets: pairs.map(({ target, types }) => ({ types, file: fileOf(target) })) as [
      { types: [string, string]; file: string }
    ],
    // VOTCA's last bin is centred on max.
    rMax: Number((first.max - first.step / 2).toPrecision(10)),
    binWidth: first.step,
    ...(input.timeStep === undefined ? {} : { timeStep: input.timeStep }),
    ...(input.timeStep === undefined || input.steps === undefined
      ? {}
      : { production: Number((input.steps * input.timeStep).toPrecision(10)) }),
    ...(iterations === undefined ? {} : { iterations })
  }
}

interface Input {
  readonly data: string
  /** Of pairs of one type with itself: number of the type -> table file. */
  readonly tables: ReadonlyMap<number, string>
  /** ps */
  readonly timeStep: number | undefined
  /** Of the longest run. */
  readonly steps: number | undefined
}

/** What of a LAMMPS input counts. Throws VotcaXmlError for other units, or where there is no data file. */
const inputOf = (text: string): Input => {
  const commands = text.split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
  const of = (name: string) => commands.filter(([first]) => first === name)
  const units = of("units")[0]?.[1] ?? "lj"
  if (units !== "real")
    throw new VotcaXmlError(`the LAMMPS input has the units ${units}, and only real is imported`)
  const data = of("read_data")[0]?.[1]
  if (data === undefined) throw new VotcaXmlError("the LAMMPS input has no read_data")
  const step = Number(of("timestep")[0]?.[1])
  const steps = Math.max(...of("run").map(([, count]) => Number(count)))
  return {
    data,
    tables: new Map(
      of("pair_coeff").flatMap(([, a, b, table = ""]) => (a === b ? [[Number(a), table] as const] : []))
    ),
    timeStep: Number.isFinite(step) ? step / 1000 : undefined,
    steps: Number.isFinite(steps) ? steps : undefined
  }
}

/** The name of each type: that of the interaction whose table the LAMMPS input gives to the type with itself. */
const typesOf = (
  pairs: ReadonlyArray<VotcaPair>,
  tables: Input["tables"]
): readonly [string, ...Array<string>] => {
  const count = new Set(pairs.flatMap(({ types }) => types)).size
  const names = Array.from({ length: count }, (_, index) => {
    const table = tables.get(index + 1)
    const pair = pairs.find(({ tableFile, types: [a, b] }) => a === b && tableFile === table)
    if (pair !== undefined) return pair.types[0]
    if (count === 1) return pairs[0]?.types[0] ?? ""
    throw new VotcaXmlError(
      `which bead is the atom type ${index + 1}? The LAMMPS input gives it ${table ?? "no table"}, which no interaction names`
    )
  })
  return names as [string, ...Array<string>]
}
