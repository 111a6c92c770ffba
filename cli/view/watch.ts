// Watches a run: a picture that is drawn again and again on a terminal, one line an event in a pipe.
import type { Event } from "../../pipeline/Event.ts"
import { canRedraw, paintFor } from "./paint.ts"
import * as render from "./render.ts"
import * as RunView from "./RunView.ts"
import * as words from "./words.ts"

export interface Watch {
  readonly view: RunView.RunView
  readonly listen: (event: Event) => void
  /** Says something without spoiling the picture. */
  readonly say: (text: string) => void
  /** Takes the picture away. */
  readonly close: () => void
}

/** CPU seconds of a node of a stage in earlier runs. */
export type CostOf = (stage: string) => number | undefined

/** How often the picture is drawn, in ms. */
const period = 125

/** Starts watching, on standard error. */
export const start = (costOf: CostOf): Watch => (canRedraw(process.stderr) ? onTerminal(costOf) : inPipe())

const onTerminal = (costOf: CostOf): Watch => {
  const view = RunView.empty()
  const stream = process.stderr
  const paint = paintFor(stream)
  let drawn: ReadonlyArray<string> = []
  // To the start of the picture: where the terminal became narrower since, its lines take more rows.
  const home = (): string => {
    const width = stream.columns || 80
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(render.lengthOf(line) / width)), 0)
    return rows === 0 ? "" : `\u001B[${rows}F`
  }
  const draw = (): void => {
    if (view.started === undefined || view.ended !== undefined) return
    const now = Date.now()
    // Without a limit the cores that are busy now say how fast the rest goes.
    const cores = view.started.cores ?? Math.max(1, RunView.busyCores(view))
    const rest = RunView.estimate(view, now, costOf, cores)
    // A terminal that does not know its size says 0.
    const width = stream.columns || 80
    const height = (stream.rows || 24) - 1
    const lines = render.live(view, { now, rest, paint, width, height })
    if (lines.join("\n") === drawn.join("\n")) return
    // Each line is overwritten before its rest is cleared: nothing flickers.
    stream.write(`${home()}${lines.map((line) => `${line}\u001B[K\n`).join("")}\u001B[J`)
    drawn = lines
  }
  const erase = (): void => {
    if (drawn.length > 0) stream.write(`${home()}\u001B[J`)
    drawn = []
  }
  const timer = setInterval(draw, period)
  timer.unref()
  const say = (text: string): void => {
    erase()
    stream.write(`${text}\n`)
    draw()
  }
  return {
    view,
    listen: (event) => {
      RunView.take(view, event)
      if (event._tag === "Failed") say(failedLine(event))
      if (event._tag === "Note") say(event.message)
    },
    say,
    close: () => {
      clearInterval(timer)
      erase()
    }
  }
}

const inPipe = (): Watch => {
  const view = RunView.empty()
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  return {
    view,
    listen: (event) => {
      RunView.take(view, event)
      const line = lineOf(view, event)
      if (line !== undefined) say(line)
    },
    say,
    close: () => {}
  }
}

const failedLine = ({ message, node, outcome, remembered, retried }: RunView.Failure): string => {
  const when = remembered ? " in an earlier run" : retried ? " and is tried again" : ""
  return `failed ${node}${when} (${outcome}: ${message.trim().split("\n")[0]})`
}

/** `code changed:` may be followed by thirty files, which `largo explain` lists. */
const shorten = (why: string): string => (why.length <= 100 ? why : `${why.slice(0, 99)}…`)

/** The line of an event in a log, for those that are worth one. */
const lineOf = (view: RunView.RunView, event: Event): string | undefined => {
  switch (event._tag) {
    case "RunStarted":
      return `run ${event.run} of ${event.pipeline}`
    case "Started":
      return `started ${event.node} (${shorten(view.queued.get(event.node)?.why ?? "")})`
    case "Done": {
      let done = 0
      let total = 0
      for (const counts of view.stages.values()) {
        done += counts.done
        total += counts.planned
      }
      return `${event.restored ? "restored" : "done"} ${event.node} in ${words.duration(event.wallSeconds)} (${done} of ${total})`
    }
    case "Failed":
      return failedLine(event)
    case "Note":
      return event.message
    case "Finding":
      return `finding ${event.node}: ${event.message}`
    default:
      return undefined
  }
}
