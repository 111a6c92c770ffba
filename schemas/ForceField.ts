// A force field of the OPLS-AA form, its terms keyed by atom types.
import * as Schema from "effect/Schema"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))
const NotNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const TypeName = Schema.NonEmptyString

/** Lennard-Jones U = 4 epsilon ((sigma/r)^12 - (sigma/r)^6); epsilon in kJ/mol, sigma in nm. */
export const AtomTerm = Schema.Struct({ type: TypeName, epsilon: NotNegative, sigma: NotNegative })
export type AtomTerm = typeof AtomTerm.Type

/** U = k (r - r0)^2, **without** a factor 1/2; k in kJ/mol/nm2, r0 in nm. */
export const BondTerm = Schema.Struct({
  types: Schema.Tuple([TypeName, TypeName]),
  k: Positive,
  r0: Positive
})
export type BondTerm = typeof BondTerm.Type

/** U = k (theta - theta0)^2, **without** a factor 1/2; k in kJ/mol/rad2, theta0 in degrees. */
export const AngleTerm = Schema.Struct({
  types: Schema.Tuple([TypeName, TypeName, TypeName]),
  k: Positive,
  theta0: Positive.check(Schema.isLessThanOrEqualTo(180))
})
export type AngleTerm = typeof AngleTerm.Type

/**
 * U = V1/2 (1 + cos phi) + V2/2 (1 - cos 2 phi) + V3/2 (1 + cos 3 phi) + V4/2 (1 - cos 4 phi), phi = 180 degrees
 * for trans; `v` is [V1, V2, V3, V4] in kJ/mol.
 */
export const DihedralTerm = Schema.Struct({
  types: Schema.Tuple([TypeName, TypeName, TypeName, TypeName]),
  v: Schema.Tuple([Schema.Finite, Schema.Finite, Schema.Finite, Schema.Finite])
})
export type DihedralTerm = typeof DihedralTerm.Type

/**
 * A force field. Terms hold in both directions (CT-CT-HC is HC-CT-CT), each once. Pairs of unlike types mix
 * geometrically or by Lorentz-Berthelot ("arithmetic" sigma); pairs three bonds apart are scaled by `scale14`,
 * nearer ones do not interact.
 */
export const ForceField = Schema.Struct({
  name: Schema.NonEmptyString,
  citation: Schema.optionalKey(Schema.String),
  mixing: Schema.Literals(["geometric", "arithmetic"]),
  scale14: Schema.Struct({ lennardJones: NotNegative, coulomb: NotNegative }),
  atoms: Schema.Array(AtomTerm),
  bonds: Schema.Array(BondTerm),
  angles: Schema.Array(AngleTerm),
  dihedrals: Schema.Array(DihedralTerm)
}).check(Schema.makeFilter((forceField) => repeatedTerms(forceField)))
export type ForceField = typeof ForceField.Type

/** The name of a term whichever way round its types are given: "CT-CT-HC". */
export function termName(types: ReadonlyArray<string>): string {
  const forth = types.join("-")
  const back = types.toReversed().join("-")
  return forth <= back ? forth : back
}

interface Draft {
  readonly atoms: ReadonlyArray<AtomTerm>
  readonly bonds: ReadonlyArray<BondTerm>
  readonly angles: ReadonlyArray<AngleTerm>
  readonly dihedrals: ReadonlyArray<DihedralTerm>
}

function repeatedTerms(forceField: Draft): Array<{ path: Array<string | number>; issue: string }> {
  const lists: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ["atoms", forceField.atoms.map((term) => term.type)],
    ["bonds", forceField.bonds.map((term) => termName(term.types))],
    ["angles", forceField.angles.map((term) => termName(term.types))],
    ["dihedrals", forceField.dihedrals.map((term) => termName(term.types))]
  ]
  return lists.flatMap(([list, names]) =>
    names.flatMap((name, index) =>
      names.indexOf(name) === index
        ? []
        : [{ path: [list, index], issue: `the term ${name} is there twice, which of them holds?` }]
    )
  )
}
