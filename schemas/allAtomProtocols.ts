// The all-atom protocols that ship; apart from their schema, so that a change of one reruns no other.
import type { AllAtomProtocol } from "./Protocol.ts"

const fast = {
  packingDensity: 0.62,
  temperature: 298.15,
  pressure: 1.01325,
  charges: false,
  timeStep: 0.004,
  hydrogenMassFactor: 3,
  constrainHydrogens: true,
  thermoInterval: 0.1
}

/**
 * The protocols that ship. `tiny` is for tests: its box is too small and its runs too short for numbers anyone
 * should quote. `demo` is a first look with honest error bars. `paper` is for a campaign.
 */
export const allAtomProtocols = {
  tiny: {
    ...fast,
    molecules: 27,
    cutoff: 0.8,
    pushOff: 1,
    constantPressure: 12,
    constantPressureDiscarded: 6,
    constantVolume: 2,
    production: 20,
    frameInterval: 0.2
  },
  demo: {
    ...fast,
    molecules: 64,
    cutoff: 0.9,
    pushOff: 1,
    constantPressure: 40,
    constantPressureDiscarded: 10,
    constantVolume: 4,
    production: 40,
    frameInterval: 0.2
  },
  paper: {
    ...fast,
    molecules: 64,
    cutoff: 0.9,
    pushOff: 2,
    constantPressure: 300,
    constantPressureDiscarded: 50,
    constantVolume: 20,
    production: 400,
    frameInterval: 0.4
  }
} as const satisfies Record<string, AllAtomProtocol>
export type AllAtomProtocolName = keyof typeof allAtomProtocols
