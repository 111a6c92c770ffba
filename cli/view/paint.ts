// Emphasis of words: escape codes on a terminal, nothing elsewhere.

/** How words are emphasised. */
export type Paint = (style: "bold" | "dim" | "green" | "red" | "cyan", text: string) => string

export const plain: Paint = (_, text) => text

const codes = { bold: [1, 22], dim: [2, 22], green: [32, 39], red: [31, 39], cyan: [36, 39] } as const

export const colours: Paint = (style, text) => `\u001B[${codes[style][0]}m${text}\u001B[${codes[style][1]}m`

/** Whether a stream is a terminal that can draw over what it has drawn. */
export const canRedraw = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY && !process.env["CI"] && process.env["TERM"] !== "dumb"

/** How to emphasise words on a stream. */
export const paintFor = (stream: NodeJS.WriteStream): Paint =>
  canRedraw(stream) && !process.env["NO_COLOR"] ? colours : plain
