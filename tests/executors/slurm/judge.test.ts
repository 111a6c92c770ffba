// Failure classes, from what the job wrote, what it printed, and what Slurm says of it, together.
import { describe, expect, it } from "vitest"
import { judge } from "../../../executors/slurm/judge.ts"
import type { Evidence } from "../../../executors/slurm/judge.ts"
import type { FailureClass, Outcome } from "../../../pipeline/outcome.ts"

const recorded = (outcome: FailureClass): Outcome => ({
  _tag: "failed",
  outcome,
  message: "",
  fix: "",
  logs: {},
  folder: ""
})

const nothing: Evidence = {
  recorded: undefined,
  told: false,
  exit: undefined,
  words: "",
  state: undefined,
  reason: "",
  job: "7_3",
  node: "n2"
}

const exceeded = "slurmstepd: error: JobId=7 StepId=7.batch exceeded memory limit (300 > 200), being killed"
const oom =
  "slurmstepd: error: Detected 1 oom_kill event in StepId=7.batch. Some of the step tasks have been OOM Killed."

describe("the failure of an attempt", () => {
  it.each<[string, Partial<Evidence>, FailureClass | undefined]>([
    ["is what the job wrote down", { recorded: recorded("ToolFailed"), state: "COMPLETED" }, undefined],
    [
      "is what the job wrote down, whatever Slurm says",
      { recorded: recorded("TimeLimit"), state: "FAILED" },
      undefined
    ],
    ["is memory where Slurm says so", { state: "OUT_OF_MEMORY" }, "OutOfMemory"],
    [
      "is memory where only stderr says so",
      { state: "FAILED", reason: "JobLaunchFailure", words: exceeded },
      "OutOfMemory"
    ],
    [
      "is memory where a program was killed for it",
      { recorded: recorded("ToolFailed"), words: oom },
      "OutOfMemory"
    ],
    ["is the input's all the same", { recorded: recorded("BadInput"), words: oom }, undefined],
    ["is memory after a kill that nobody announced", { state: "FAILED", exit: 137 }, "OutOfMemory"],
    ["is the time limit", { state: "TIMEOUT" }, "TimeLimit"],
    ["is the time limit, told or not", { state: "TIMEOUT", told: true }, "TimeLimit"],
    ["is the preemption", { state: "PREEMPTED", told: true }, "Preempted"],
    ["is somebody's scancel", { state: "CANCELLED" }, "Preempted"],
    ["is the node's", { state: "NODE_FAIL" }, "NodeFailed"],
    ["is the node's when it does not start", { state: "BOOT_FAIL" }, "NodeFailed"],
    ["is the node's for a job that left no word", { state: "COMPLETED", exit: 0 }, "NodeFailed"],
    ["is the node's for a job that Slurm has forgotten", {}, "NodeFailed"],
    ["is the preemption for a job that said it was told to end", { told: true }, "Preempted"]
  ])("%s", (_, evidence, expected) => {
    expect(judge({ ...nothing, ...evidence })?.outcome).toBe(expected)
  })

  it("is not tried again after somebody cancelled it", () => {
    expect(judge({ ...nothing, state: "CANCELLED" })?.futile).toBe(true)
  })

  it("quotes what a job without a result printed", () => {
    const words = "bash: /opt/node: No such file or directory\n"
    expect(judge({ ...nothing, state: "FAILED", exit: 127, words })?.message).toContain(
      "(FAILED, exit status 127): bash: /opt/node: No such file"
    )
  })
})
