// Retries: what is tried again, with how much memory, and how often, from the history of tries alone.
import { describe, expect, it } from "vitest"
import type { FailureClass } from "../../pipeline/outcome.ts"
import * as retry from "../../pipeline/retry.ts"

const failed = (outcome: FailureClass, memory = 512, futile = false): retry.Try => ({
  outcome,
  memory,
  futile
})

describe("the next try", () => {
  it("has twice the memory after it ran out of it", () => {
    expect(retry.next([failed("OutOfMemory")])).toEqual({ _tag: "again", memory: 1024, avoid: [] })
    expect(retry.next([failed("OutOfMemory"), failed("OutOfMemory", 1024)])).toEqual({
      _tag: "again",
      memory: 2048,
      avoid: []
    })
  })

  it.each(["NodeFailed", "Preempted"] as const)("is the same again after %s", (outcome) => {
    expect(retry.next([failed(outcome)])).toEqual({ _tag: "again", memory: 512, avoid: [] })
  })

  it("is on other machines than those that failed", () => {
    const on = (node: string) => ({ ...failed("NodeFailed"), node })
    expect(retry.next([on("n1"), on("n2")])).toEqual({ _tag: "again", memory: 512, avoid: ["n1", "n2"] })
    expect(retry.next([on("n1"), failed("OutOfMemory")])).toMatchObject({ avoid: ["n1"] })
    expect(retry.next([{ ...failed("Preempted"), node: "n3" }])).toMatchObject({ avoid: [] })
  })

  it.each(["ToolFailed", "BadInput", "BrokenOutput", "TimeLimit"] as const)("is none after %s", (outcome) => {
    expect(retry.next([failed(outcome)])).toEqual({ _tag: "stop" })
  })

  it("goes on from a checkpoint for as long as each try comes further, whatever their number", () => {
    const further = (outcome: FailureClass) => ({ ...failed(outcome), further: true })
    const history = ["TimeLimit", "Preempted", "TimeLimit", "TimeLimit"] as const
    expect(retry.next(history.map(further))).toMatchObject({ _tag: "again" })
    expect(retry.next([...history.map(further), failed("TimeLimit")])).toEqual({ _tag: "stop" })
  })

  it("is none after three, whatever they were", () => {
    const history = [failed("NodeFailed"), failed("Preempted"), failed("OutOfMemory")]
    expect(retry.next(history)).toEqual({ _tag: "stop" })
  })

  it("is none where another would be in vain", () => {
    expect(retry.next([failed("NodeFailed", 512, true)])).toEqual({ _tag: "stop" })
  })
})
