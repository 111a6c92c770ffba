// The output of a subcommand: one answer on standard output, messages on standard error.

export interface Output {
  /** Whether the answer is JSON. */
  readonly json: boolean
  /** Gives the answer: `value` as the one line of JSON, or `text` for a person. Called once. */
  readonly answer: (value: object, text: () => string) => void
  /** Says something to a person, on standard error. */
  readonly say: (text: string) => void
}

/** The output of this process. */
export const standard = (json: boolean): Output => ({
  json,
  answer: (value, text) => write(process.stdout, json ? JSON.stringify(value) : text()),
  say: (text) => write(process.stderr, text)
})

const write = (stream: NodeJS.WriteStream, text: string): void => {
  if (text !== "") stream.write(text.endsWith("\n") ? text : `${text}\n`)
}
