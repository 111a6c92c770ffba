// The script of a job, as text.
import { execFileSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import { script } from "../../../executors/slurm/script.ts"
import type { JobSpec } from "../../../executors/slurm/script.ts"

const job: JobSpec = {
  name: "largo-20260101-120000-000-beef",
  comment: "20260101-120000-000-beef:abc:job",
  folder: "/shared/store/jobs/job",
  shape: { _tag: "array", size: 300, running: 50 },
  cores: 4,
  memory: 2560,
  walltime: 12 * 3600,
  directives: {},
  avoid: [],
  agent: ["/opt/node", "/home/me/it's/agent.ts"]
}

const optionsOf = (text: string): ReadonlyArray<string> =>
  text.split("\n").flatMap((line) => (line.startsWith("#SBATCH ") ? [line.replace("#SBATCH ", "")] : []))

describe("the script of a job", () => {
  it("asks for an array of like elements, and says who it is", () => {
    expect(optionsOf(script(job))).toEqual([
      "--job-name=largo-20260101-120000-000-beef",
      "--comment=20260101-120000-000-beef:abc:job",
      "--output=/shared/store/jobs/job/out/slurm-%A_%a.out",
      "--open-mode=append",
      "--no-requeue",
      "--kill-on-invalid-dep=yes",
      "--time=720",
      "--array=0-299%50",
      "--ntasks=1",
      "--mem=2560M",
      "--cpus-per-task=4"
    ])
  })

  it("starts workers by one srun inside one allocation", () => {
    const text = script({ ...job, shape: { _tag: "workers", count: 16 } })
    expect(optionsOf(text)).toEqual(expect.arrayContaining(["--ntasks=16", "--mem-per-cpu=640M"]))
    expect(text.match(/^srun .*$/gm)).toEqual([
      "srun --ntasks=16 --cpus-per-task=4 --kill-on-bad-exit=0 --wait=0 bash -c agent &"
    ])
  })

  it("carries all that a site may ask for: options first, then modules, then lines of shell", () => {
    const directives = {
      partition: "long",
      account: "chem-7",
      qos: "normal",
      constraint: "skylake",
      gpus: "a100:2",
      modules: ["gcc/12", "lammps/2023"],
      lines: ["#SBATCH --exclusive", "ulimit -s unlimited"]
    }
    const text = script({ ...job, directives, avoid: ["n7", "n9"] })
    expect(optionsOf(text)).toEqual(
      expect.arrayContaining([
        "--partition=long",
        "--account=chem-7",
        "--qos=normal",
        "--constraint=skylake",
        "--gres=gpu:a100:2",
        "--exclude=n7,n9",
        "--exclusive"
      ])
    )
    const at = (words: string): number => text.indexOf(words)
    expect(at("--exclusive")).toBeLessThan(at("module load gcc/12"))
    expect(at("module load gcc/12")).toBeLessThan(at("module load lammps/2023"))
    expect(at("module load lammps/2023")).toBeLessThan(at("ulimit -s unlimited"))
    expect(at("ulimit -s unlimited")).toBeLessThan(at("/opt/node"))
  })

  it.each([
    [1, 2],
    [121, 3],
    [3600, 60],
    [3601, 61]
  ])("asks for %i s as %i whole minutes", (walltime, minutes) => {
    expect(optionsOf(script({ ...job, walltime }))).toContain(`--time=${minutes}`)
  })

  it.each(["array", "workers"] as const)("is bash, quotes and all (%s)", (kind) => {
    const shape = kind === "array" ? job.shape : ({ _tag: "workers", count: 2 } as const)
    const text = script({ ...job, shape, folder: "/shared/my store/jobs/j" })
    expect(() => execFileSync("bash", ["-n"], { input: text })).not.toThrow()
    expect(text).toContain(`'/home/me/it'\\''s/agent.ts'`)
  })
})
