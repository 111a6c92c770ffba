// The picture of a run as lines of text; pure, so that tests look at it without a terminal.
import { stripVTControlCharacters } from "node:util"
import type { Paint } from "./paint.ts"
import { busyCores } from "./RunView.ts"
import type { Estimate, Failure, Running, RunView, StageCounts } from "./RunView.ts"
import { troubleLines } from "./trouble.ts"
import * as words from "./words.ts"

/** The live view, `height` lines at most: where they are too many, what is done and what waits is summed up. */
export const live = (
  view: RunView,
  frame: {
    readonly now: number
    readonly rest: Estimate
    readonly paint: Paint
    readonly width: number
    readonly height: number
  }
): ReadonlyArray<string> => {
  const { height, now, paint, rest, width } = frame
  const { started } = view
  const elapsed = started === undefined ? 0 : (now - Date.parse(started.at)) / 1000
  const title = fitting(width, [
    paint("bold", started?.pipeline ?? ""),
    words.duration(Math.floor(elapsed)),
    ending(rest),
    coresLine(view)
  ])
  const running = [...view.running.values()].sort((a, b) => a.since - b.since)
  const stages = stageLines(view, paint, width, height - 1 - running.length)
  const room = Math.max(1, height - Math.min(stages.length, height - 3) - 1)
  const shown = running.slice(0, running.length > room ? room - 1 : room)
  const runningLines = shown.map((item) => runningLine(item, now, paint, width))
  if (shown.length < running.length) runningLines.push(`    and ${running.length - shown.length} more`)
  const kept = stages.slice(-Math.max(1, height - runningLines.length - 1))
  return [title, ...kept, ...runningLines].map((line) => cut(line.trimEnd(), width))
}

type Phase = "done" | "active" | "waiting"

const phaseOf = ({ cached, done, failed, planned, running }: StageCounts): Phase => {
  if (failed > 0 || running > 0) return "active"
  if (done >= planned) return "done"
  return done + cached > 0 ? "active" : "waiting"
}

/** A line a stage where there is room, else a line for all that are done and one for all that wait. */
const stageLines = (view: RunView, paint: Paint, width: number, room: number): ReadonlyArray<string> => {
  const stages = [...view.stages]
    .filter(([, counts]) => counts.cached + counts.planned > 0)
    .map(([name, counts]) => ({ name, counts, phase: phaseOf(counts) }))
  const nameWidth = Math.max(0, ...stages.map(({ name }) => name.length))
  const lineOf = ({ counts, name, phase }: (typeof stages)[number]): string =>
    stageLine(name.padEnd(nameWidth), counts, phase, paint, width)
  if (stages.length <= room) return stages.map(lineOf)
  const sum = (phase: Phase, mark: string, word: string): ReadonlyArray<string> => {
    const some = stages.filter((stage) => stage.phase === phase)
    if (some.length < 2) return some.map(lineOf)
    return [`${mark} ${some.length} stages ${word}: ${some.map(({ name }) => name).join(", ")}`]
  }
  return [
    ...sum("done", paint("green", "✔"), "done"),
    ...stages.filter(({ phase }) => phase === "active").map(lineOf),
    ...sum("waiting", "·", "wait")
  ]
}

const stageLine = (name: string, counts: StageCounts, phase: Phase, paint: Paint, width: number): string => {
  const mark =
    counts.failed > 0
      ? paint("red", "✖")
      : phase === "done"
        ? paint("green", "✔")
        : counts.running > 0
          ? paint("cyan", "●")
          : "·"
  const parts = [
    counts.failed > 0 ? paint("red", `${words.count(counts.failed)} failed`) : "",
    counts.running > 0 ? paint("cyan", `${words.count(counts.running)} running`) : "",
    counts.done > 0 ? `${words.count(counts.done)} done` : "",
    counts.cached > 0 ? paint("dim", `${words.count(counts.cached)} cached`) : ""
  ]
  const progress = `${words.count(counts.cached + counts.done)} of ${words.count(counts.cached + counts.planned)}`
  const head = `${mark} ${name}  ${parts.join("") === "" ? progress : progress.padEnd(9)}`
  return fitting(width, [head, ...parts])
}

const runningLine = (
  { fraction, node, pace, since, words: said }: Running,
  now: number,
  paint: Paint,
  width: number
): string => {
  const share = fraction > 0 ? `${String(Math.floor(fraction * 100)).padStart(3)} %` : "     "
  const perDay = pace?.perDay === undefined ? "" : `${Number(pace.perDay.toPrecision(3))} ${pace.unit}/day`
  const clock = paint("dim", words.duration(Math.max(0, Math.floor((now - since) / 1000))))
  return fitting(width, [`    ${node}  ${share}`, said, perDay, clock])
}

const coresLine = (view: RunView): string => {
  const cores = view.started?.cores
  return cores === undefined ? "" : `${busyCores(view)} of ${words.plural(cores, "core")} busy`
}

/** The first part, and of the others as many as the width has room for. */
const fitting = (width: number, [first, ...others]: ReadonlyArray<string>): string =>
  others.reduce((line, part) => {
    const longer = `${line}  ${part}`
    return part === "" || lengthOf(longer) > width ? line : longer
  }, first)

const ending = ({ complete, seconds }: Estimate): string => {
  if (seconds < 0.5) return complete ? "" : "time left not known yet"
  return `${complete ? "about" : "at least"} ${words.duration(Math.ceil(seconds))} left`
}

/** Escape codes take no room on the line. */
export const lengthOf = (line: string): number => stripVTControlCharacters(line).length

const cut = (line: string, width: number): string => {
  const bare = stripVTControlCharacters(line)
  return bare.length <= width ? line : `${bare.slice(0, width - 1)}…`
}

/**
 * What a run came to: counts, targets, and at the end the failures with what to type.
 * @param flags what commands need behind them to find the same store, such as ` --store DIR`
 */
export const closing = (view: RunView, paint: Paint, flags = ""): string => {
  const { ended, failures, findings, skipped, started } = view
  if (ended === undefined) return ""
  const { cached, failed, ran, restored, seconds, skipped: left, targets } = ended.summary
  const how =
    ended.how === "interrupted"
      ? paint("red", "interrupted")
      : failed > 0
        ? paint("red", "failed")
        : paint("green", "done")
  const counts = [`${words.count(ran)} ran`, `${words.count(cached)} cached`]
  if (restored > 0) counts.push(`${words.count(restored)} restored`)
  if (failed > 0) counts.push(`${words.count(failed)} failed`)
  if (left > 0) counts.push(`${words.count(left)} skipped`)
  const lines = [
    `${paint("bold", started?.pipeline ?? "")} ${how}: ${counts.join(", ")} in ${words.duration(seconds)}`
  ]
  const rows = Object.entries(targets).map(([name, digest]) => [
    `  ${name}`,
    digest?.slice(0, 12) ?? "not reached"
  ])
  if (rows.length > 0 && rows.length <= 30) lines.push(words.columns(rows))
  for (const { message, node } of findings.slice(0, 10)) lines.push(`${node}: ${message}`)
  if (skipped.length > 0) {
    const causes = [...new Set(skipped.map(({ because }) => because))]
    const shown = causes.length > 3 ? `${causes.slice(0, 3).join(", ")}, ...` : causes.join(", ")
    lines.push(`${words.plural(skipped.length, "node")} skipped: they need ${shown}`)
  }
  if (failures.length > 10) {
    lines.push(
      `${words.plural(failures.length, "failure")}, the last ten of them below; all: largo show ${started?.run ?? "latest"}${flags}`
    )
  }
  // Last, where they are seen.
  for (const failure of failures.slice(-10)) lines.push(...failureLines(failure, paint, flags))
  return lines.join("\n")
}

const failureLines = (failure: Failure, paint: Paint, flags: string): ReadonlyArray<string> => {
  const { fix, message, node, outcome, remembered } = failure
  const again = remembered ? " in an earlier run; --retry-failed tries again" : ""
  const look = `type: largo logs ${node}${flags}`
  const next = fix === "" || fix.includes("largo logs ") ? look : `${look}, then: ${fix}`
  return troubleLines({ what: `${node} failed${again} (${outcome})`, why: message, next }, paint)
}
