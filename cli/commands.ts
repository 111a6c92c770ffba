// The subcommands by name: a line for the help, and a loader, so that a start imports only what it needs.
import type { Command } from "./Command.ts"

export interface Listed {
  readonly summary: string
  readonly load: () => Promise<{ readonly command: Command }>
}

export const commands: Readonly<Record<string, Listed>> = {
  run: {
    summary: "runs a pipeline: what is cached stays, the rest is computed",
    load: () => import("./run.ts")
  },
  plan: { summary: "says what a run would do, why, and what it would cost", load: () => import("./plan.ts") },
  explain: { summary: "says what decides the result of a node", load: () => import("./explain.ts") },
  graph: { summary: "draws a pipeline", load: () => import("./graph.ts") },
  status: { summary: "says how a run is doing; --watch attaches to it", load: () => import("./status.ts") },
  cancel: { summary: "ends the jobs of a run on the cluster", load: () => import("./cancel.ts") },
  runs: { summary: "lists the runs of a store", load: () => import("./runs.ts") },
  show: { summary: "shows one run", load: () => import("./show.ts") },
  diff: { summary: "compares two runs node by node", load: () => import("./diff.ts") },
  logs: { summary: "prints the logs of a node", load: () => import("./logs.ts") },
  audit: {
    summary: "runs cached nodes again elsewhere and compares",
    load: () => import("./audit.ts")
  },
  export: {
    summary: "writes the data set or the targets of a run to a folder",
    load: () => import("./export.ts")
  },
  report: { summary: "writes the page of a run to one HTML file", load: () => import("./report.ts") },
  "import votca": {
    summary: "turns VOTCA's mapping, or the settings of an inversion, into a file of largo's",
    load: () => import("./importVotca.ts")
  },
  vouch: {
    summary: "records that a stage's new code gives the same results",
    load: () => import("./vouch.ts")
  },
  "analyze rdf": {
    summary: "prints the radial distribution functions of your own LAMMPS dump",
    load: () => import("./analyze/rdf.ts")
  },
  "analyze msd": {
    summary: "prints the mean squared displacement in your own LAMMPS dump",
    load: () => import("./analyze/msd.ts")
  },
  "analyze diffusion": {
    summary: "prints the self-diffusion coefficient in your own LAMMPS dump",
    load: () => import("./analyze/diffusion.ts")
  },
  completions: {
    summary: "prints the completion script of a shell: bash, zsh or fish",
    load: () => import("./completions.ts")
  },
  doctor: { summary: "says what this machine has and what it lacks", load: () => import("./doctor.ts") },
  "cache stats": { summary: "says what a store holds", load: () => import("./cache/stats.ts") },
  "cache ls": { summary: "lists the cached results", load: () => import("./cache/ls.ts") },
  "cache verify": { summary: "checks every stored byte", load: () => import("./cache/verify.ts") },
  "cache gc": { summary: "frees space: large intermediates go first", load: () => import("./cache/gc.ts") },
  "cache pin": { summary: "keeps the bytes of a run or a node", load: () => import("./cache/pin.ts") },
  "cache unpin": { summary: "lets them go again", load: () => import("./cache/unpin.ts") },
  "cache findings": {
    summary: "lists results that did not come out the same twice",
    load: () => import("./cache/findings.ts")
  }
}
