// Which parameters of a force field are varied, how far, and the force field that a draw gives.
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { termName } from "./ForceField.ts"
import type { ForceField } from "./ForceField.ts"
import type { Molecule } from "./Molecule.ts"
import { assignTerms } from "./MoleculeTerms.ts"

const upsideDown = "the lower end of the range is above its upper end"

/**
 * What is drawn from by default. Bond lengths are what sets the density, and the density the mobility: with
 * lengths within 10 % no sample moves as fast as the slowest coarse-grained model, so that pairs of equal
 * mobility do not exist; with -15 to +20 % a campaign of some hundred samples has enough of them.
 */
export const defaultRanges = {
  bondStiffness: [0.5, 1.5],
  bondLength: [0.85, 1.2],
  angleStiffness: [0.5, 1.5],
  angle: [0.9, 1.1],
  dihedral: [0, 3]
} as const

/** Lower and upper factor on the reference value; equal ends hold the parameter fixed. */
const Factors = (quantity: keyof typeof defaultRanges, lowest: number, highest: number) =>
  Schema.Tuple([
    Schema.Finite.check(Schema.isGreaterThanOrEqualTo(lowest)),
    Schema.Finite.check(Schema.isLessThanOrEqualTo(highest))
  ])
    .check(Schema.makeFilter(([low, high]) => (low <= high ? undefined : upsideDown)))
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaultRanges[quantity])))

/** Ranges for every kind of bonded parameter, as factors on the unchanged force field; each has its default. */
export const SamplingRanges = Schema.Struct({
  bondStiffness: Factors("bondStiffness", 0.05, 20),
  bondLength: Factors("bondLength", 0.5, 2),
  angleStiffness: Factors("angleStiffness", 0.05, 20),
  angle: Factors("angle", 0.5, 1.5),
  dihedral: Factors("dihedral", -10, 10)
})
export type SamplingRanges = typeof SamplingRanges.Type
export type Quantity = keyof SamplingRanges

/** One number of the force field that is varied. */
export interface Knob {
  /** Unique and stable, a column name: "bond CT-HC r0", "dihedral CT-CT-CT-CT v1". */
  readonly name: string
  readonly quantity: Quantity
  readonly unit: "kJ/mol/nm2" | "nm" | "kJ/mol/rad2" | "degrees" | "kJ/mol"
  /** The value in the unchanged force field. */
  readonly reference: number
}

/**
 * The bonded parameters that a molecule uses, in the order of the force-field file. Dihedral coefficients that
 * are 0 are none: no factor changes them.
 *
 * @throws MissingTerms
 */
export function knobsOf(molecule: Molecule, forceField: ForceField): ReadonlyArray<Knob> {
  const used = assignTerms(molecule, forceField)
  const bonds = forceField.bonds.filter((term) => used.bondTerms.includes(term))
  const angles = forceField.angles.filter((term) => used.angleTerms.includes(term))
  const dihedrals = forceField.dihedrals.filter((term) => used.dihedralTerms.includes(term))
  return [
    ...bonds.flatMap((term): Array<Knob> => [
      { name: nameOf("bond", term, "k"), quantity: "bondStiffness", unit: "kJ/mol/nm2", reference: term.k },
      { name: nameOf("bond", term, "r0"), quantity: "bondLength", unit: "nm", reference: term.r0 }
    ]),
    ...angles.flatMap((term): Array<Knob> => [
      {
        name: nameOf("angle", term, "k"),
        quantity: "angleStiffness",
        unit: "kJ/mol/rad2",
        reference: term.k
      },
      { name: nameOf("angle", term, "theta0"), quantity: "angle", unit: "degrees", reference: term.theta0 }
    ]),
    ...dihedrals.flatMap((term) =>
      term.v.flatMap((reference, index): Array<Knob> =>
        reference === 0
          ? []
          : [
              {
                name: nameOf("dihedral", term, `v${index + 1}`),
                quantity: "dihedral",
                unit: "kJ/mol",
                reference
              }
            ]
      )
    )
  ]
}

const nameOf = (kind: string, term: { readonly types: ReadonlyArray<string> }, parameter: string): string =>
  `${kind} ${termName(term.types)} ${parameter}`

/**
 * Factors for a point of the unit cube, one per knob: uniform between the ends of each range.
 *
 * @throws RangeError when the point has another number of coordinates than there are knobs
 */
export function factorsAt(
  point: ArrayLike<number>,
  knobs: ReadonlyArray<Knob>,
  ranges: SamplingRanges
): Float64Array {
  if (point.length !== knobs.length) {
    throw new RangeError(`a point of ${point.length} coordinates for ${knobs.length} parameters`)
  }
  return Float64Array.from(knobs, ({ quantity }, index) => {
    const [low, high] = ranges[quantity]
    return low + (high - low) * point[index]
  })
}

/**
 * The force field with each knob's parameter times its factor. Terms without a knob stay.
 *
 * @throws RangeError when an angle would come to more than 180 degrees
 */
export function scaleForceField(
  forceField: ForceField,
  knobs: ReadonlyArray<Knob>,
  factors: ArrayLike<number>
): ForceField {
  const factorOf = new Map(knobs.map((knob, index) => [knob.name, factors[index]]))
  const scaled = (value: number, name: string) => value * (factorOf.get(name) ?? 1)
  return {
    ...forceField,
    bonds: forceField.bonds.map((term) => ({
      ...term,
      k: scaled(term.k, nameOf("bond", term, "k")),
      r0: scaled(term.r0, nameOf("bond", term, "r0"))
    })),
    angles: forceField.angles.map((term) => {
      const theta0 = scaled(term.theta0, nameOf("angle", term, "theta0"))
      if (theta0 > 180) {
        throw new RangeError(
          `the angle ${termName(term.types)} would come to ${theta0.toFixed(1)} degrees: lower the upper end of ` +
            "the range of angles"
        )
      }
      return { ...term, k: scaled(term.k, nameOf("angle", term, "k")), theta0 }
    }),
    dihedrals: forceField.dihedrals.map((term) => {
      const [v1, v2, v3, v4] = term.v
      const name = (order: number) => nameOf("dihedral", term, `v${order}`)
      return {
        ...term,
        v: [scaled(v1, name(1)), scaled(v2, name(2)), scaled(v3, name(3)), scaled(v4, name(4))]
      }
    })
  }
}
