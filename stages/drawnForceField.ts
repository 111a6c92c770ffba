// The force field of a sample from its factors, and the table of what was varied.
import type { ForceField } from "../schemas/ForceField.ts"
import type { Knob } from "../schemas/ForceFieldSampling.ts"
import { scaleForceField } from "../schemas/ForceFieldSampling.ts"

/** Throws RangeError where an angle would come to more than 180 degrees. */
export const drawnForceField = (
  forceField: ForceField,
  knobs: ReadonlyArray<Knob>,
  factors: ArrayLike<number>
) => ({
  forceField: scaleForceField(forceField, knobs, factors),
  parameters: knobs.map(({ name, reference, unit }, knob) => ({
    name,
    value: reference * factors[knob],
    reference,
    factor: factors[knob],
    parameter_unit: unit
  }))
})
