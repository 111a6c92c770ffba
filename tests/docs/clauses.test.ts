// Each clause of docs/keys.md and docs/store.md names the tests that hold it: here, that there are such tests.
import fs from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"

const root = path.join(import.meta.dirname, "..", "..")
const folders = ["tests/shared", "tests/engine", "tests/docs", "tests/cli", "tests/all-atom", "tests/torture"]

/** The text of a test file, named without its folder. */
const textOf = (file: string): string | undefined => {
  const found = folders
    .map((folder) => path.join(root, folder, path.basename(file)))
    .find((it) => fs.existsSync(it))
  return found === undefined ? undefined : fs.readFileSync(found, "utf8")
}

interface Claim {
  readonly line: number
  /** Where a clause says what holds it: a file, then titles in it. */
  readonly words: string
  /** The file that the head of the table names. */
  readonly head: string
}

/** The last cells of tables whose last column is "held by", and what stands in parentheses with a test file. */
const claimsOf = (text: string): ReadonlyArray<Claim> => {
  const claims: Array<Claim> = []
  let head: string | undefined
  for (const [index, line] of text.split("\n").entries()) {
    const cell = line.startsWith("|") ? line.split("|").at(-2)!.trim() : undefined
    if (cell === undefined) head = undefined
    else if (/held by/.test(cell)) head = cell
    else if (head !== undefined && !/^-+$/.test(cell)) claims.push({ line: index + 1, words: cell, head })
    for (const [words] of line.matchAll(/\([^()]*\.test\.ts[^()]*\)/g)) {
      if (cell === undefined) claims.push({ line: index + 1, words, head: "" })
    }
  }
  return claims
}

/** What a claim names that is not there. */
const missing = ({ head, words }: Claim): ReadonlyArray<string> => {
  let file = /`([^`]+\.test\.ts)`/.exec(head)?.[1]
  const lacking: Array<string> = []
  let named = 0
  for (const [, code, title] of words.matchAll(/`([^`]+\.test\.ts)`|"([^"]+)"/g)) {
    named += 1
    if (code !== undefined) file = code
    const text = file === undefined ? undefined : textOf(file)
    const start = title?.replace(/ ?\.\.\.$/, "") ?? ""
    if (text === undefined || !text.includes(start)) lacking.push(title ?? code ?? "")
  }
  return named === 0 ? [`no test for: ${words}`] : lacking
}

describe.each(["docs/keys.md", "docs/store.md"])("%s", (file) => {
  const claims = claimsOf(fs.readFileSync(path.join(root, file), "utf8"))

  it("names tests, and all of them are there", () => {
    expect(claims.length).toBeGreaterThan(5)
    const lacking = claims.flatMap((claim) => missing(claim).map((what) => `${file}:${claim.line} ${what}`))
    expect(lacking).toEqual([])
  })
})
