// Draws a plot as an SVG text, the same in every process, in colours that the page decides on.
import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"

/**
 * Colours by role, as CSS variables with one value for light pages and one for dark ones. The values are told apart by
 * people with any kind of colour vision (Okabe and Ito's set), and marks also differ in shape or dash.
 */
export const colours = {
  allAtom: "var(--c-blue)",
  coarse: "var(--c-vermilion)",
  friction: "var(--c-green)",
  muted: "var(--c-muted)",
  ink: "currentColor"
} as const

/** For up to 7 samples beside each other. */
export const categories: ReadonlyArray<string> = [
  "blue",
  "vermilion",
  "green",
  "purple",
  "orange",
  "sky",
  "brown"
].map((name) => `var(--c-${name})`)

/** A place of a plot that has something to tell, in the values of its axes. */
export interface Spot {
  readonly x: number | string
  readonly y: number | string
  readonly text: string
  /** Pixels downwards, where marks are moved. */
  readonly dy?: number
}

/**
 * The plot as one SVG element.
 * @param label says to a screen reader what it shows
 * @param spots what a reader who points at the plot, or goes through it by keys, is told where
 */
export const draw = (label: string, options: Plot.PlotOptions, spots: ReadonlyArray<Spot> = []): string => {
  const { document } = parseHTML("<!doctype html><html><body></body></html>")
  const svg = Plot.plot({
    width: 540,
    height: 360,
    marginLeft: 52,
    marginBottom: 42,
    marginTop: 24,
    ...options,
    className: "plot",
    document,
    ariaLabel: label
  })
  svg.setAttribute("role", "img")
  if (spots.length > 0) {
    svg.setAttribute("tabindex", "0")
    svg.setAttribute("data-spots", spotLines(svg, spots))
  }
  // The page's own style says what Plot would repeat in every drawing.
  svg.querySelector("style")?.remove()
  for (const element of svg.querySelectorAll("*")) {
    for (const name of geometry) {
      const value = element.getAttribute(name)
      if (value !== null) element.setAttribute(name, value.replaceAll(/-?\d+\.\d{2,}/g, round))
    }
  }
  return svg.outerHTML
}

/** A line a spot: x and y in pixels, then the text. */
const spotLines = (plot: Plot.Plot, spots: ReadonlyArray<Spot>): string => {
  const [x, y] = [pixelsOf(plot, "x"), pixelsOf(plot, "y")]
  return spots
    .map(({ dy = 0, text, ...spot }) => `${x(spot.x).toFixed(1)} ${(y(spot.y) + dy).toFixed(1)} ${text}`)
    .join("\n")
}

const pixelsOf = (plot: Plot.Plot, axis: "x" | "y"): ((value: number | string) => number) => {
  const scale = plot.scale(axis)
  if (scale === undefined) throw new RangeError(`the plot has no ${axis} axis`)
  const half = (scale.bandwidth ?? 0) / 2
  return (value) => Number(scale.apply(value)) + half
}

const geometry = ["transform", "d", "x1", "x2", "y1", "y2", "cx", "cy"]

/** A tenth of a pixel is finer than an eye. */
const round = (number: string): string => String(Math.round(Number(number) * 10) / 10)

/** The same rows every time, at most `most` of them, evenly spaced. */
export const thin = <R>(rows: ReadonlyArray<R>, most: number): ReadonlyArray<R> => {
  const step = Math.ceil(rows.length / most)
  return step <= 1 ? rows : rows.filter((_, i) => i % step === 0)
}

/** Ticks at whole numbers for an axis of sample indices. */
export const sampleTicks = (samples: ReadonlyArray<number>): ReadonlyArray<number> => {
  const highest = Math.max(0, ...samples)
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => highest / size <= 16) ?? 1000
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, i) => i * step)
}
