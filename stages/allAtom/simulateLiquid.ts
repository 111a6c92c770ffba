// The all-atom recipe, whatever the program: prepare at constant pressure, produce at constant volume, correct the box once.
import * as Effect from "effect/Effect"
import type { Frame } from "../../formats/trajectory.ts"
import type { StageFailure } from "../../pipeline/outcome.ts"
import type { Workspace } from "../../pipeline/Workspace.ts"
import type { AllAtomProtocol } from "../../schemas/Protocol.ts"
import type { Verdict } from "../../schemas/Verdict.ts"
import {
  compressibility,
  correctedEdge,
  finiteVerdict,
  meanEdge,
  productionVerdict,
  runMeans
} from "./judgeRun.ts"
import type { Thermo } from "./judgeRun.ts"

/**
 * A program with a packed liquid in its folder. What is wrong with the liquid is a `crash`, with the tables up to it;
 * what is wrong with the program is a failure.
 */
export interface Engine {
  /** Minimises, pushes apart, and runs at constant pressure. */
  readonly prepare: Step<{ readonly constantPressure: Thermo }>
  /** Sets the cube to `edge` (nm), equilibrates at constant volume and produces, from where it came to so far. */
  readonly produce: (edge: number) => Step<{ readonly constantVolume: Thermo; readonly production: Thermo }>
  /** The frames of the last production, read as they are asked for. Throws `ToolFailed` where some are missing. */
  readonly frames: () => AsyncIterable<Frame>
}

type Step<Tables> = Effect.Effect<Crashed<Tables> | Completed<Tables>, StageFailure, Workspace>
type Completed<Tables> = { readonly crash: null } & Tables
type Crashed<Tables> = { readonly crash: Verdict } & {
  readonly [Table in keyof Tables]?: Tables[Table] | undefined
}

/** What became of a liquid: the thermo tables of the phases that it came to, up to where it went wrong. */
export interface Simulated {
  readonly verdict: Verdict
  readonly phases: {
    readonly constantPressure?: Thermo | undefined
    readonly constantVolume?: Thermo | undefined
    readonly production?: Thermo | undefined
  }
}

/** Simulates a liquid by a protocol. */
export const simulateLiquid = Effect.fnUntraced(function* (engine: Engine, protocol: AllAtomProtocol) {
  const prepared = yield* engine.prepare
  const { constantPressure } = prepared
  if (prepared.crash !== null) return simulated(prepared.crash, { constantPressure })
  const finite = finiteVerdict(prepared.constantPressure)
  if (finite.quality !== "ok") return simulated(finite, { constantPressure })

  const edge = meanEdge(prepared.constantPressure, protocol)
  const first = yield* engine.produce(edge)
  if (first.crash !== null) return simulated(first.crash, { constantPressure, ...first })
  const verdict = productionVerdict(first.production, protocol)
  if (!hasWrongPressure(verdict)) return simulated(verdict, { constantPressure, ...first })

  const { pressure } = runMeans(first.production)
  const kappa = compressibility(prepared.constantPressure, protocol)
  const second = yield* engine.produce(correctedEdge(edge, pressure.mean, protocol.pressure, kappa))
  return simulated(second.crash ?? productionVerdict(second.production, protocol), {
    constantPressure,
    ...second
  })
})

const simulated = (
  verdict: Verdict,
  { constantPressure, constantVolume, production }: Simulated["phases"]
): Simulated => ({ verdict, phases: { constantPressure, constantVolume, production } })

const hasWrongPressure = ({ quality }: Verdict): boolean =>
  quality === "unconverged pressure" || quality === "cavitated"
