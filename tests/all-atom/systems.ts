// The shipped molecules and force field, decoded, for the tests of the all-atom side.
import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import { ForceField } from "../../schemas/ForceField.ts"
import { Molecule } from "../../schemas/Molecule.ts"

const shipped = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../molecules/${name}`, import.meta.url), "utf8"))

export const trimethylpentane = Schema.decodeUnknownSync(Molecule)(shipped("234-trimethylpentane.json"))
export const hexane = Schema.decodeUnknownSync(Molecule)(shipped("n-hexane.json"))
export const oplsAa = Schema.decodeUnknownSync(ForceField)(shipped("opls-aa.json"))
