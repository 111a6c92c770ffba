// How far an inversion has come: how long its next run is, how much of a step it takes, when it is done.
import type { ValueOf } from "../../schemas/Kind.ts"
import type { Inversion } from "../../schemas/Potential.ts"
import type { PairSteps } from "./compareWithTarget.ts"

type History = ValueOf<typeof Inversion>["history"]
type Measured = History[number]

/** Below this `chiSquare` a model is near its target: longer runs are worth it. */
const near = 25
/** Below this, what is left is mostly noise: steps are averaged rather than taken. */
const settled = 4

/**
 * ps: an eighth of a run of inverse Monte Carlo, and 100 frames at least, as long as no model was near the target: there a short run says
 * as much as a long one.
 */
export const productionAfter = (
  history: History,
  run: { readonly production: number; readonly frameInterval: number }
): number =>
  isNear(history)
    ? run.production
    : Math.min(run.production, Math.max(run.production / 8, 100 * run.frameInterval))

/**
 * Runs of full length that differ from the target by little more than noise. The k-th of them moves the potential by 1/k of its step,
 * which makes the potential the mean of what all of them say.
 */
export const settledRuns = (history: History): number => {
  const full = history.filter((_, i) => isNear(history.slice(0, i)))
  return full.filter(({ chiSquare }) => chiSquare !== null && chiSquare < settled).length
}

/** Whether a run of inverse Monte Carlo is the best so far: later ones are, as long as noise is all that is left. */
export const isBest = (now: Measured, best: Pick<Measured, "chiSquare">): boolean =>
  now.chiSquare !== null && now.chiSquare <= Math.max(settled, best.chiSquare ?? Infinity)

/**
 * Whether inverse Monte Carlo has nothing left to learn: the deviations are noise, and the runs together know more than the target
 * does, so that the noise is the target's.
 */
export const isDone = (
  history: History,
  { chiSquare, directions, frames }: PairSteps,
  floorFactor: number
): boolean =>
  chiSquare <= floorFactor ** 2 * (1 + Math.sqrt(2 / directions)) &&
  settledRuns(history) * frames.model >= 2 * frames.target

const isNear = (history: History): boolean =>
  history.some(({ chiSquare }) => chiSquare !== null && chiSquare < near)
