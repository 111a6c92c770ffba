// A real Slurm of four virtual nodes on this machine, in a temporary folder, for as long as a test file runs.
import { execFile, spawn, spawnSync } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import fs from "node:fs"
import net from "node:net"
import os from "node:os"
import path from "node:path"
import { promisify } from "node:util"

const execute = promisify(execFile)

/** Whether this machine has what the cluster needs: Slurm, munge, and the rights to start both. */
export const hasSlurm = ["slurmctld", "slurmd", "munged", "sbatch", "setpriv"].every(
  (name) => process.getuid?.() === 0 && spawnSync("which", [name]).status === 0
)

export interface Cluster {
  readonly folder: string
  /** Variables of the processes that use the cluster. */
  readonly env: Readonly<Record<string, string>>
  readonly command: (program: string, ...args: ReadonlyArray<string>) => Promise<string>
  /** Kills the controller without warning, or the daemon of a node. */
  readonly kill: (daemon: string) => Promise<void>
  readonly start: (daemon: string) => Promise<void>
  /** What a cold start of the controller forgets: all jobs. */
  readonly forget: () => Promise<void>
  readonly stop: () => Promise<void>
}

export const nodes = ["n1", "n2", "n3", "n4"] as const

/** Ports that are free now. */
const freePorts = async (count: number): Promise<ReadonlyArray<number>> => {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, "127.0.0.1"))
  await Promise.all(servers.map((server) => once(server, "listening")))
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), "close")))
  return ports
}

const configuration = (folder: string, [controller, ...ports]: ReadonlyArray<number>): string =>
  [
    "ClusterName=test",
    "SlurmctldHost=localhost(127.0.0.1)",
    "SlurmUser=root",
    "SlurmdUser=root",
    "AuthType=auth/munge",
    `AuthInfo=socket=${folder}/munge.socket`,
    "CryptoType=crypto/munge",
    `SlurmctldPort=${controller}`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool-%n`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd-%n.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd-%n.log`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "SwitchType=switch/none",
    "MpiDefault=none",
    "JobAcctGatherType=jobacct_gather/linux",
    "JobAcctGatherFrequency=task=1",
    "JobAcctGatherParams=OverMemoryKill",
    "AccountingStorageType=accounting_storage/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core_Memory",
    "SchedulerParameters=sched_min_interval=0,sched_interval=1,bf_interval=1,batch_sched_delay=0,preempt_youngest_first",
    "PreemptType=preempt/partition_prio",
    "PreemptMode=REQUEUE",
    "ReturnToService=2",
    "SlurmdParameters=config_overrides",
    "MinJobAge=20",
    "SlurmdTimeout=6",
    "MessageTimeout=10",
    "KillWait=2",
    "MaxArraySize=2001",
    ...nodes.map(
      (name, index) =>
        `NodeName=${name} NodeHostname=localhost NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=4 RealMemory=6000 State=UNKNOWN`
    ),
    "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=60 DefMemPerCPU=100 PriorityTier=1 State=UP",
    "PartitionName=urgent Nodes=ALL MaxTime=30 DefaultTime=1 DefMemPerCPU=100 PriorityTier=10 State=UP",
    ""
  ].join("\n")

/** Starts a cluster, ready for jobs. */
export const start = async (): Promise<Cluster> => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "largo-slurm-"))
  fs.mkdirSync(path.join(folder, "state"))
  fs.chmodSync(folder, 0o755)
  const key = path.join(folder, "munge.key")
  fs.writeFileSync(key, randomBytes(128), { mode: 0o400 })
  const conf = path.join(folder, "slurm.conf")
  fs.writeFileSync(conf, configuration(folder, await freePorts(1 + nodes.length)))
  const env = { SLURM_CONF: conf }
  const running = new Map<string, ChildProcess>()

  const commands: Readonly<Record<string, ReadonlyArray<string>>> = {
    munged: [
      "munged",
      "--foreground",
      "--force",
      `--key-file=${key}`,
      `--socket=${folder}/munge.socket`,
      `--pid-file=${folder}/munged.pid`,
      `--log-file=${folder}/munged.log`,
      `--seed-file=${folder}/munged.seed`
    ],
    slurmctld: ["slurmctld", "-D", "-f", conf],
    ...Object.fromEntries(nodes.map((name) => [name, ["slurmd", "-D", "-N", name, "-f", conf]]))
  }

  const startDaemon = async (daemon: string, ...more: ReadonlyArray<string>): Promise<void> => {
    // They end with this process, however it ends.
    const child = spawn("setpriv", ["--pdeathsig", "TERM", ...commands[daemon], ...more], {
      stdio: "ignore",
      env: { ...process.env, ...env }
    })
    running.set(daemon, child)
    await once(child, "spawn")
  }
  const kill = async (daemon: string, signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    const child = running.get(daemon)
    running.delete(daemon)
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, "exit")
    child.kill(signal)
    await gone
  }
  const command = async (program: string, ...args: ReadonlyArray<string>): Promise<string> =>
    (await execute(program, args, { env: { ...process.env, ...env } })).stdout

  /** Waits until the controller answers and all nodes are there. */
  const ready = (): Promise<void> =>
    until(async () => {
      const states = await command("sinfo", "-h", "-N", "-p", "main", "-o", "%T").catch(() => "")
      const lines = states.trim().split("\n")
      return lines.length === nodes.length && lines.every((state) => /^(idle|mixed|allocated)$/.test(state))
    })

  await startDaemon("munged")
  await until(async () => fs.existsSync(path.join(folder, "munge.socket")))
  await startDaemon("slurmctld")
  for (const name of nodes) await startDaemon(name)
  await ready()

  return {
    folder,
    env,
    command,
    kill: (daemon) => kill(daemon),
    start: async (daemon) => {
      await startDaemon(daemon)
      if (daemon === "slurmctld")
        await until(() => command("scontrol", "ping").then((said) => /UP/.test(said)))
    },
    forget: async () => {
      await kill("slurmctld")
      fs.rmSync(path.join(folder, "state"), { recursive: true })
      fs.mkdirSync(path.join(folder, "state"))
      await startDaemon("slurmctld", "-c")
      await ready()
    },
    stop: async () => {
      await Promise.all(nodes.map((name) => kill(name, "SIGTERM")))
      await kill("slurmctld", "SIGTERM")
      endJobs(conf)
      await kill("munged", "SIGTERM")
      fs.rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Ends what jobs of this cluster have left: the processes that know its configuration. */
const endJobs = (conf: string): void => {
  for (const name of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    try {
      const environment = fs.readFileSync(`/proc/${name}/environ`, "latin1")
      const line = fs.readFileSync(`/proc/${name}/cmdline`, "latin1")
      const ours = environment.includes(`SLURM_CONF=${conf}`) || line.includes(conf)
      if (ours) process.kill(Number(name), "SIGKILL")
    } catch {
      // Gone, or not to be looked at.
    }
  }
}

/** Resolves once something holds; rejects after a minute. */
export const until = async (holds: () => Promise<boolean> | boolean, seconds = 60): Promise<void> => {
  const end = Date.now() + 1000 * seconds
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it did not come true within ${seconds} s: ${holds.toString()}`)
    await new Promise((done) => setTimeout(done, 20))
  }
}
