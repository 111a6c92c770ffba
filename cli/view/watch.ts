// Watches a run: a picture that is drawn again and again on a terminal, one line an event in a pipe.
import type { Event } from "../../pipeline/Event.ts"
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

export interface Watched {
  /** Whether the graph will still grow: then no estimate is complete. */
  readonly grows: () => boolean
  readonly stages: Iterable<string>
  readonly costOf: (stage: string) => number | undefined
  readonly cores: number
}

/** How often the picture is drawn, in ms. */
const period = 125

/** Whether a stream is a terminal that can draw over what it has drawn. */
const canRedraw = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY && !process.env["CI"] && process.env["TERM"] !== "dumb"

/** How to emphasise words on a stream. */
export const paintFor = (stream: NodeJS.WriteStream): render.Paint =>
  canRedraw(stream) && !process.env["NO_COLOR"] ? render.colours : render.plain

/** Starts watching, on standard error. */
export const start = (watched: Watched): Watch =>
  canRedraw(process.stderr) ? onTerminal(watched) : inPipe(watched)

const onTerminal = ({ cores, costOf, grows, stages }: Watched): Watch => {
  const view = RunView.empty(stages)
  const stream = process.stderr
  const paint = paintFor(stream)
  let drawn = 0
  let last = ""
  const clear = (): string => (drawn === 0 ? "" : `\u001B[${drawn}F\u001B[J`)
  const draw = (): void => {
    if (view.started === undefined || view.ended !== undefined) return
    const now = Date.now()
    const estimate = RunView.estimate(view, now, costOf, cores)
    const rest = { ...estimate, complete: estimate.complete && !grows() }
    // A terminal that does not know its size says 0.
    const width = stream.columns || 80
    const height = (stream.rows || 24) - 1
    const lines = render.live(view, { now, rest, paint, width, height })
    const picture = `${lines.join("\n")}\n`
    if (drawn > 0 && picture === last) return
    stream.write(`${clear()}${picture}`)
    drawn = lines.length
    last = picture
  }
  const erase = (): void => {
    stream.write(clear())
    drawn = 0
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
    },
    say,
    close: () => {
      clearInterval(timer)
      erase()
    }
  }
}

const inPipe = ({ stages }: Watched): Watch => {
  const view = RunView.empty(stages)
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

/** The line of an event in a log, for those that are worth one. */
const lineOf = (view: RunView.RunView, event: Event): string | undefined => {
  switch (event._tag) {
    case "RunStarted":
      return `run ${event.run} of ${event.pipeline}`
    case "Started":
      return `started ${event.node} (${view.queued.get(event.node)?.why ?? ""})`
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
    case "Finding":
      return `finding ${event.node}: ${event.message}`
    default:
      return undefined
  }
}
