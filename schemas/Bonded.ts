// Bonds and angles of coarse-grained molecules: their distributions, and their tabulated potentials.
import { number } from "./columns.ts"
import * as Kind from "./Kind.ts"

const coordinate = {
  kind: { type: "string", unit: "", description: "bond or angle" },
  beads: { type: "string", unit: "", description: "bead types along it, such as A-B or A-B-A" },
  r: number("nm", "length of the bond; null for an angle"),
  theta: number("deg", "the angle; null for a bond")
} as const

/** A row a bond or angle and bin; no rows where molecules have one bead. */
export const BondedDistribution = Kind.table("bonded-distribution", {
  ...coordinate,
  share: { type: "float64", unit: "", description: "share of all values in the bin around r or theta" },
  sem: { type: "float64", unit: "", description: "its standard error from blocks" }
})

/** A row a bond or angle and point: the force is the derivative of the same spline. */
export const BondedPotential = Kind.table("bonded-potential", {
  ...coordinate,
  U: { type: "float64", unit: "kJ/mol", description: "potential, 0 at its lowest point" },
  F: number("kJ/mol/nm", "force along the bond, -dU/dr; null for an angle"),
  torque: number("kJ/mol/deg", "-dU/dtheta; null for a bond")
})

/** A row a bond or angle and knot: the numbers that an inversion works on, from which tables are made. */
export const BondedKnots = Kind.table("bonded-knots", {
  ...coordinate,
  U: { type: "float64", unit: "kJ/mol", description: "potential up to a constant" }
})
