// Columns that many tables have.

/** A number that is null where a verdict says why. */
export const number = <const U extends string>(unit: U, description: string) =>
  ({ type: "float64", unit, description, nullable: true }) as const
