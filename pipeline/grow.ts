// Lets the dynamic nodes of a graph grow by the values that they wait for.
import { CorruptBlob, MissingBlob } from "../cache/ContentStore.ts"
import { errorCode } from "../cache/Disk.ts"
import * as Graph from "./Graph.ts"
import { defect, StageFailure } from "./outcome.ts"
import type { Observation, Resolution } from "./Resolution.ts"
import type { Session } from "./Session.ts"

/**
 * Shows dynamic nodes the values that they wait for. Where the pipeline's own function throws, or cannot make anything
 * of a value, `fail` is told, and what that node would have made is skipped; all else goes on.
 * @throws what the disk throws
 */
export const grow = async (
  session: Session,
  resolution: Resolution,
  observations: ReadonlyArray<Observation>,
  fail: (node: Graph.DynamicNode, failure: StageFailure) => void = () => {}
): Promise<void> => {
  for (const { digest, kind, node } of observations) {
    try {
      resolution.observed(node, await session.valueOf(kind, digest))
    } catch (error) {
      if (error instanceof CorruptBlob || error instanceof MissingBlob) {
        resolution.again(node)
        continue
      }
      if (errorCode(error) !== undefined) throw error
      resolution.broken(node)
      fail(node, failureOf(node, error))
    }
  }
}

const fix = "mend the pipeline"

const failureOf = ({ name }: Graph.DynamicNode, error: unknown): StageFailure =>
  error instanceof Graph.GraphError
    ? new StageFailure("BrokenOutput", error.message, fix)
    : defect(`the pipeline's function behind ${name}`, error, fix)
