// The fenced blocks of a Markdown file, with the marks that say how a test reads them.
import fs from "node:fs"

export interface Block {
  /** Such as "sh"; "" where none is named. */
  readonly language: string
  /**
   * The HTML comment on the line before the fence: `run` (it is run), `slow` (its commands are checked, not run), `output` (what
   * the block before it prints; `…` stands for anything), `file PATH` (a part of that file). "" where there is none.
   */
  readonly mark: string
  readonly text: string
  /** Of the opening fence, from 1. */
  readonly line: number
}

/** All blocks in order. */
export const blocksOf = (file: string): ReadonlyArray<Block> => {
  const lines = fs.readFileSync(file, "utf8").split("\n")
  const blocks: Array<Block> = []
  for (let start = 0; start < lines.length; start++) {
    if (!lines[start].startsWith("```")) continue
    const end = lines.indexOf("```", start + 1)
    if (end < 0) throw new Error(`${file}:${start + 1}: the block does not end`)
    blocks.push({
      language: lines[start].slice(3),
      mark: /^<!-- (.*) -->$/.exec(lines[start - 1] ?? "")?.[1] ?? "",
      text: lines.slice(start + 1, end).join("\n"),
      line: start + 1
    })
    start = end
  }
  return blocks
}

/** The commands of a shell block: comments gone, continued lines joined. */
export const commandsOf = ({ text }: Block): ReadonlyArray<string> =>
  text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "")

/** Output with what differs between two runs made equal: times, sizes, spaces. */
const plain = (text: string): string =>
  text
    .replaceAll(/(under )?\d[\d.]* (core-hours|ms|min|h|s|B|kB|MB|GB)\b/g, "N $2")
    .replaceAll(/\bN min N s\b/g, "N s")
    .replaceAll(/\b[0-9a-f]{12}\b/g, "DIGEST")
    .replaceAll(/\s+/g, " ")
    .trim()

/** Whether a text holds the lines of an output block, in order. */
export const prints = (found: string, block: Block): boolean => {
  const pieces = block.text
    .split(/\n|…/)
    .map(plain)
    .filter((piece) => piece !== "")
  let rest = plain(found)
  return pieces.every((piece) => {
    const at = rest.indexOf(piece)
    rest = rest.slice(at + piece.length)
    return at >= 0
  })
}
