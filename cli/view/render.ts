// The picture of a run as lines of text; pure, so that tests look at it without a terminal.
import { stripVTControlCharacters } from "node:util"
import type { Estimate, Failure, RunView } from "./RunView.ts"
import * as words from "./words.ts"

/** How words are emphasised: escape codes on a terminal, nothing elsewhere. */
export type Paint = (style: "bold" | "dim" | "green" | "red" | "cyan", text: string) => string

export const plain: Paint = (_, text) => text

const codes = { bold: [1, 22], dim: [2, 22], green: [32, 39], red: [31, 39], cyan: [36, 39] } as const

export const colours: Paint = (style, text) => `\u001B[${codes[style][0]}m${text}\u001B[${codes[style][1]}m`

/** The live view. `height` lines at most: what runs is cut first. */
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
  const stages = [...view.stages].filter(([, counts]) => counts.cached + counts.planned > 0)
  const nameWidth = Math.max(0, ...stages.map(([name]) => name.length))
  const stageLines = stages.map(([name, counts]) => {
    const total = counts.cached + counts.planned
    const finished = counts.cached + counts.done
    const mark =
      counts.failed > 0
        ? paint("red", "✖")
        : finished === total
          ? paint("green", "✔")
          : counts.running > 0
            ? paint("cyan", "●")
            : "·"
    const parts = [
      counts.cached > 0 ? paint("dim", `${words.count(counts.cached)} cached`) : "",
      counts.running > 0 ? paint("cyan", `${words.count(counts.running)} running`) : "",
      counts.failed > 0 ? paint("red", `${words.count(counts.failed)} failed`) : ""
    ].filter((part) => part !== "")
    const progress = `${words.count(finished)} of ${words.count(total)}`
    return `${mark} ${name.padEnd(nameWidth)}  ${progress.padEnd(9)}  ${parts.join(", ")}`.trimEnd()
  })
  const running = [...view.running.values()].sort((a, b) => a.since - b.since)
  const room = Math.max(1, height - Math.min(stageLines.length, height - 3) - 3)
  const runningLines = running.slice(0, room).map((item) => {
    const share = item.fraction > 0 ? `${String(Math.floor(item.fraction * 100)).padStart(3)} %` : "     "
    const clock = words.duration(Math.max(0, Math.floor((now - item.since) / 1000)))
    return `    ${item.node}  ${share}  ${item.words === "" ? "" : `${item.words}  `}${paint("dim", clock)}`
  })
  if (running.length > room) runningLines.push(`    and ${running.length - room} more`)
  const title = `${paint("bold", started?.pipeline ?? "")}  ${words.duration(Math.floor(elapsed))}  ${ending(rest)}`
  const kept = stageLines.slice(-Math.max(1, height - runningLines.length - 1))
  return [title, ...kept, ...runningLines].map((line) => cut(line, width))
}

const ending = ({ complete, seconds }: Estimate): string => {
  if (seconds < 0.5) return complete ? "" : "time left not known yet"
  return `${complete ? "about" : "at least"} ${words.duration(Math.ceil(seconds))} left`
}

// Escape codes take no room on the line.
const cut = (line: string, width: number): string => {
  const bare = stripVTControlCharacters(line)
  return bare.length <= width ? line : `${bare.slice(0, width - 1)}…`
}

/**
 * What a run came to: failures with what to type, counts, targets.
 * @param flags what commands need behind them to find the same store, such as ` --store DIR`
 */
export const closing = (view: RunView, paint: Paint, flags = ""): string => {
  const { ended, failures, findings, skipped, started } = view
  if (ended === undefined) return ""
  const { cached, failed, ran, restored, seconds, skipped: left, targets } = ended.summary
  const lines: Array<string> = []
  for (const failure of failures.slice(0, 10)) lines.push(...failureLines(failure, paint, flags))
  if (failures.length > 10) {
    lines.push(
      `and ${words.plural(failures.length - 10, "more failure")}: largo show ${started?.run ?? "latest"}${flags}`
    )
  }
  for (const { message, node } of findings.slice(0, 10)) lines.push(`${node}: ${message}`)
  if (skipped.length > 0) {
    const causes = [...new Set(skipped.map(({ because }) => because))]
    const shown = causes.length > 3 ? `${causes.slice(0, 3).join(", ")}, ...` : causes.join(", ")
    lines.push(`${words.plural(skipped.length, "node")} skipped: they need ${shown}`)
  }
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
  lines.push(
    `${paint("bold", started?.pipeline ?? "")} ${how}: ${counts.join(", ")} in ${words.duration(seconds)}`
  )
  const rows = Object.entries(targets).map(([name, digest]) => [
    `  ${name}`,
    digest?.slice(0, 12) ?? "not reached"
  ])
  if (rows.length > 0 && rows.length <= 30) lines.push(words.columns(rows))
  return lines.join("\n")
}

/** A failure in three lines: what, why, what to type. */
const failureLines = (failure: Failure, paint: Paint, flags: string): ReadonlyArray<string> => {
  const { fix, message, node, outcome, remembered } = failure
  const again = remembered ? " in an earlier run; --retry-failed tries again" : ""
  const look = `largo logs ${node}${flags}`
  const next = fix === "" || fix.includes("largo logs ") ? look : `${look}, then: ${fix}`
  return [
    `${paint("red", "✖")} ${paint("bold", node)} failed${again} (${outcome})`,
    `  why:  ${message.trim().split("\n").slice(0, 12).join("\n        ")}`,
    `  type: ${next}`
  ]
}
