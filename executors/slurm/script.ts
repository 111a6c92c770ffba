// The script of a job: a pure function from what the job is to the text that sbatch gets.
import type { Asked } from "../Site.ts"

export interface JobSpec {
  /** The name of the job: that of its run. */
  readonly name: string
  /** `RUN:KEY:ATTEMPT`, by which the job is known: job ids are used again. */
  readonly comment: string
  /** The folder of the job, absolute, on a disk that all nodes share. */
  readonly folder: string
  readonly shape:
    | { readonly _tag: "array"; readonly size: number; readonly running: number | undefined }
    | { readonly _tag: "workers"; readonly count: number }
  /** Of one attempt. */
  readonly cores: number
  /** Mebibytes of one attempt, the worker processes around it included. */
  readonly memory: number
  /** Seconds, of the whole job. */
  readonly walltime: number
  readonly directives: Omit<Asked, "cores" | "memory" | "walltime" | "batch">
  /** Nodes to stay away from. */
  readonly avoid: ReadonlyArray<string>
  /** The program that starts attempts, and its first arguments. */
  readonly agent: ReadonlyArray<string>
}

/**
 * The script. Each agent runs in the background, since a shell that waits for a program in front lets no signal in; it
 * leaves how it ended in `exits/`, whatever becomes of the scheduler's own memory.
 */
export const script = (job: JobSpec): string => {
  const { agent, avoid, comment, cores, directives, folder, memory, name, shape } = job
  const { account, constraint, gpus, lines = [], modules = [], partition, qos } = directives
  const options: ReadonlyArray<string | undefined> = [
    `--job-name=${name}`,
    `--comment=${comment}`,
    `--output=${folder}/out/slurm-${shape._tag === "array" ? "%A_%a" : "%j"}.out`,
    "--open-mode=append",
    "--no-requeue",
    "--kill-on-invalid-dep=yes",
    partition && `--partition=${partition}`,
    account && `--account=${account}`,
    qos && `--qos=${qos}`,
    constraint && `--constraint=${constraint}`,
    gpus === undefined ? undefined : `--gres=gpu:${gpus}`,
    avoid.length === 0 ? undefined : `--exclude=${avoid.join(",")}`,
    `--time=${minutesOf(job)}`,
    ...(shape._tag === "array"
      ? [
          `--array=0-${shape.size - 1}${shape.running === undefined ? "" : `%${shape.running}`}`,
          "--ntasks=1",
          `--mem=${memory}M`
        ]
      : [`--ntasks=${shape.count}`, `--mem-per-cpu=${Math.ceil(memory / cores)}M`]),
    `--cpus-per-task=${cores}`
  ]
  const isOption = (line: string): boolean => line.startsWith("#SBATCH")
  const one =
    shape._tag === "array" ? "${SLURM_JOB_ID}_${SLURM_ARRAY_TASK_ID}" : "${SLURM_JOB_ID}_w${SLURM_PROCID}"
  return [
    "#!/bin/bash",
    ...options.filter((option) => option !== undefined).map((option) => `#SBATCH ${option}`),
    ...lines.filter(isOption),
    "",
    `export LARGO_JOB=${quote(folder)} LARGO_JOB_START=$(date +%s)`,
    'export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/largo/compile-cache}"',
    ...modules.map((module) => `module load ${module}`),
    ...lines.filter((line) => !isOption(line)),
    "",
    "agent() {",
    `  export LARGO_AGENT="${one}"`,
    `  ${agent.map(quote).join(" ")} >"$LARGO_JOB/out/$LARGO_AGENT.out" 2>&1 &`,
    "  local child=$! status=0",
    "  trap 'kill -TERM $child 2>/dev/null' TERM",
    "  wait $child; status=$?",
    "  while kill -0 $child 2>/dev/null; do wait $child; status=$?; done",
    '  echo "$status" >"$LARGO_JOB/exits/.$LARGO_AGENT" && mv "$LARGO_JOB/exits/.$LARGO_AGENT" "$LARGO_JOB/exits/$LARGO_AGENT"',
    "  return $status",
    "}",
    "",
    ...(shape._tag === "array"
      ? ["agent"]
      : [
          "export -f agent",
          `srun --ntasks=${shape.count} --cpus-per-task=${cores} --kill-on-bad-exit=0 --wait=0 bash -c agent &`,
          "steps=$!",
          "trap 'kill -TERM $steps 2>/dev/null' TERM",
          "while kill -0 $steps 2>/dev/null; do wait $steps; done"
        ]),
    ""
  ].join("\n")
}

/** Whole minutes: what Slurm counts in. At least two, for the start of the processes. */
export const minutesOf = ({ walltime }: Pick<JobSpec, "walltime">): number =>
  Math.max(2, Math.ceil(walltime / 60))

/** A word that a shell takes as it is. */
const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
