// How far an all-atom run is that takes several runs of its program.
import type { Tell } from "../../pipeline/Workspace.ts"

/**
 * Turns what each run has done into the progress of all; what is run beyond the expected steps makes the whole longer.
 * Each call announces a run of as many steps and gives its reporter.
 *
 * @param timeStep ps
 */
export const progressOver = (expected: number, timeStep: number, report: Tell) => {
  let before = 0
  let whole = expected
  return (steps: number): ((done: number) => void) => {
    const base = before
    before += steps
    whole = Math.max(whole, before)
    return (done) => {
      const sum = base + Math.min(done, steps)
      report(sum / whole, `step ${sum} of ${whole}`, { done: (sum * timeStep) / 1000, unit: "ns" })
    }
  }
}
