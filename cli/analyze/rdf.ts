// `largo analyze rdf`: the radial distribution functions of the atoms in a dump.
import { DumpError } from "../../formats/DumpFrame.ts"
import * as Boxes from "../../kernels/box.ts"
import * as Rdf from "../../kernels/rdf.ts"
import * as Command from "../Command.ts"
import { answerTable } from "./answerTable.ts"
import * as Dump from "./Dump.ts"
import * as OptionValues from "./OptionValues.ts"
import { refusal } from "./refusal.ts"
import { names } from "./units.ts"

type Pair = readonly [number, number]

interface Request extends Dump.Dump {
  /** None means all. */
  readonly pairs: ReadonlyArray<Pair>
  readonly bins: number
  readonly rMax: number | undefined
  readonly normalization: Rdf.Normalization
  readonly intermolecular: boolean
}

export const command = Command.make(
  {
    name: "analyze rdf",
    summary: "Prints the radial distribution functions of the atoms in a LAMMPS dump as CSV.",
    words: ["DUMP"],
    options: {
      ...Dump.options,
      pair: { help: "two types, such as 1,2; may be given again; default all", takes: "I,J", many: true },
      bins: { help: "bins from 0 to rmax; default 100", takes: "N" },
      rmax: { help: "in nm (lj: sigma); default just below half the smallest height of the box", takes: "R" },
      normalization: {
        help: "N(N-1) (default; as LAMMPS: an ideal gas gives 1) or N2 (as VOTCA, GROMACS, freud)",
        takes: "HOW"
      },
      intermolecular: { help: "leave out pairs within a molecule (column mol)" }
    },
    notes: `DUMP is a text dump, plain, .gz or .zst, with id and x, xs, xu or xsu; - is standard input. Memory does not grow
with its length. sem is the standard error of g from blocks of consecutive frames.
Example: largo analyze rdf run.dump.gz --pair 1,1 --bins 150 --rmax 1.5 > rdf.csv`
  },
  async (given, out) => {
    const values = OptionValues.make()
    const { options, words } = given
    const request: Request = {
      ...Dump.fromWords(words[0], options, values),
      pairs: options.pair.flatMap((text) => {
        const form = "two types, such as 1,2"
        const type = (value: number) => Number.isSafeInteger(value) && value > 0
        const fits = (a: number, b: number) => type(a) && type(b)
        const pair = OptionValues.pair(values, { name: "pair", form, separator: ",", text }, fits)
        return pair === undefined ? [] : [pair]
      }),
      bins: OptionValues.whole(values, "bins", options.bins, 1) ?? 100,
      rMax: OptionValues.positive(values, "rmax", options.rmax),
      normalization: OptionValues.oneOf(values, "normalization", options.normalization, ["N(N-1)", "N2"]),
      intermolecular: options.intermolecular
    }
    OptionValues.check(values, "analyze rdf")
    try {
      const found = await measure(request)
      const rows = found.flatMap(({ g, r, sem, types: [i, j] }) =>
        Array.from(r, (distance, k) => [i, j, distance, g[k], sem[k]])
      )
      answerTable(out, ["type_i", "type_j", `r_${names[request.units].length}`, "g", "sem"], rows)
      return 0
    } catch (error) {
      throw refusal(request.file, error)
    }
  }
)

const measure = async (request: Request): Promise<ReadonlyArray<Rdf.Rdf>> => {
  let accumulator: Rdf.RdfAccumulator | undefined
  let seen = 0
  for await (const snapshot of Dump.snapshots(request)) {
    if (seen++ % request.every !== 0) continue
    const fail = (reason: string): never => {
      throw new DumpError(snapshot.frame, snapshot.line, reason)
    }
    if (snapshot.periodic.includes(false)) {
      fail("the box is not periodic in all directions, and a g(r) would lack the pairs across its faces")
    }
    const limit = Boxes.smallestHeight(snapshot.box) / 2
    accumulator ??= begin(request, snapshot, limit)
    if (accumulator.spec.rMax > limit) {
      const { length } = names[request.units]
      fail(
        `rmax ${accumulator.spec.rMax} ${length} is above half the smallest height of the box: ` +
          `give --rmax ${floor3(limit)} or less`
      )
    }
    Rdf.add(accumulator, snapshot.positions, snapshot.box)
  }
  if (accumulator === undefined) throw new Rdf.RdfError(seen === 0 ? "no frame to read" : "no frame was used")
  return Rdf.finish(accumulator)
}

const begin = (request: Request, snapshot: Dump.Snapshot, limit: number): Rdf.RdfAccumulator => {
  const { bins, intermolecular, normalization, pairs, rMax = floor3(0.98 * limit) } = request
  const { molecules, types } = snapshot
  if (intermolecular && molecules === null) {
    throw new DumpError(snapshot.frame, snapshot.line, "it has no column mol, which --intermolecular needs")
  }
  return Rdf.make({
    types,
    pairs: pairs.length > 0 ? pairs : allPairs(types),
    bins,
    rMax,
    normalization,
    ...(intermolecular && molecules !== null ? { molecule: molecules, excludeSameMolecule: true } : {})
  })
}

/** Every pair of types of which there are two atoms. */
const allPairs = (types: Int32Array): ReadonlyArray<Pair> => {
  const numbers = new Map<number, number>()
  for (const type of types) numbers.set(type, (numbers.get(type) ?? 0) + 1)
  const known = [...numbers.keys()].sort((a, b) => a - b)
  return known.flatMap((a, k) =>
    known
      .slice(k)
      .filter((b) => a !== b || (numbers.get(a) ?? 0) > 1)
      .map((b) => [a, b] as const)
  )
}

/** Rounded down to three digits. */
const floor3 = (value: number): number => {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2)
  return Number((Math.floor(value / unit) * unit).toPrecision(3))
}
