// Slurm's commands under remote control: they note each call, and answer as a test says.
import fs from "node:fs"
import path from "node:path"
import { temporaryFolder } from "../../engine/rig.ts"

type Command = "sbatch" | "squeue" | "sacct" | "scancel" | "scontrol"

export interface Fake {
  readonly folder: string
  /** Variables for who is to use these commands. */
  readonly env: Readonly<Record<string, string>>
  /** Has the next calls of a command do this, in order: a piece of shell; `real` is the command behind, if any. */
  readonly next: (command: Command, ...answers: ReadonlyArray<string>) => void
  /** Has all further calls do this. */
  readonly always: (command: Command, answer: string) => void
  readonly calls: (command: Command) => ReadonlyArray<string>
  /** The scripts that sbatch was given. */
  readonly scripts: () => ReadonlyArray<string>
  /** Rows of the queue: those of submitted jobs, until a test writes others. */
  readonly queue: () => ReadonlyArray<string>
  readonly setQueue: (rows: ReadonlyArray<string>) => void
}

/** What the commands do where nothing else is said: jobs wait in the queue for ever, and there is no accounting. */
const usual: Readonly<Record<Command, string>> = {
  sbatch: [
    "id=$(($(ls $F/scripts | wc -l) + 100))",
    "name=$(sed -n 's/^#SBATCH --job-name=//p' $script); comment=$(sed -n 's/^#SBATCH --comment=//p' $script)",
    "last=$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' $script)",
    'if [ -n "$last" ]; then for i in $(seq 0 $last); do echo "$id|$i|PENDING|Priority||$name|$comment"; done >>$F/queue',
    'else echo "$id|N/A|PENDING|Priority||$name|$comment" >>$F/queue; fi',
    "echo $id"
  ].join("\n"),
  squeue: "cat $F/queue",
  sacct: "echo 'Slurm accounting storage is disabled' >&2; exit 1",
  scancel: ":",
  scontrol: "echo 'MaxArraySize            = 1001'"
}

/** @param behind the folder of the real commands, which answers may call as `real` */
export const fake = (behind?: { readonly env: Readonly<Record<string, string>> }): Fake => {
  const folder = temporaryFolder()
  const bin = path.join(folder, "bin")
  for (const name of ["bin", "scripts", "next"]) fs.mkdirSync(path.join(folder, name))
  fs.writeFileSync(path.join(folder, "queue"), "")
  const always = (command: Command, answer: string): void =>
    fs.writeFileSync(path.join(folder, command), answer)
  for (const command of Object.keys(usual) as Array<Command>) {
    always(command, behind === undefined ? usual[command] : 'real "$@"')
    const text = [
      "#!/bin/bash",
      `F=${folder}`,
      `real() { PATH=${process.env["PATH"]} ${command} "$@" <$script; }`,
      `echo "${command} $*" >>$F/calls`,
      "script=/dev/null; if [ -p /dev/stdin ] || [ -S /dev/stdin ]; then script=$(mktemp $F/scripts/XXXXXX); cat >$script; fi",
      // Taken away by moving it, so that of two calls at once one gets it.
      `for answer in $(ls $F/next | grep ^${command}. | sort); do`,
      "  mv $F/next/$answer $F/taken.$$ 2>/dev/null && { . $F/taken.$$; exit; }",
      "done",
      `. $F/${command}`
    ].join("\n")
    fs.writeFileSync(path.join(bin, command), `${text}\n`, { mode: 0o755 })
  }
  let count = 0
  return {
    folder,
    env: { ...behind?.env, PATH: `${bin}:${process.env["PATH"]}` },
    next: (command, ...answers) => {
      for (const answer of answers) {
        count += 1
        fs.writeFileSync(path.join(folder, "next", `${command}.${String(count).padStart(4, "0")}`), answer)
      }
    },
    always,
    calls: (command) => {
      const file = path.join(folder, "calls")
      const lines = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : []
      return lines.filter((line) => line.startsWith(`${command} `))
    },
    scripts: () =>
      fs
        .readdirSync(path.join(folder, "scripts"))
        .map((name) => fs.readFileSync(path.join(folder, "scripts", name), "utf8"))
        .filter((text) => text.includes("--job-name")),
    queue: () =>
      fs
        .readFileSync(path.join(folder, "queue"), "utf8")
        .split("\n")
        .filter((row) => row !== ""),
    setQueue: (rows) => {
      fs.writeFileSync(path.join(folder, "queue.draft"), rows.map((row) => `${row}\n`).join(""))
      fs.renameSync(path.join(folder, "queue.draft"), path.join(folder, "queue"))
    }
  }
}
