// What keeps an export or a report from being written: the problem, and what to type next.

export class ReportError extends Error {
  readonly fix: string
  constructor(message: string, fix: string) {
    super(message)
    this.name = "ReportError"
    this.fix = fix
  }
}
