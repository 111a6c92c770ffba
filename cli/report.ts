// `largo report`: writes the page of a run to one HTML file.
import { ReportError } from "../report/ReportError.ts"
import * as RunRecord from "../report/RunRecord.ts"
import { writeReport } from "../report/writeReport.ts"
import * as Command from "./Command.ts"
import { storeOptions } from "./openPipeline.ts"
import { openStore } from "./openStore.ts"
import { UsageError } from "./Usage.ts"
import * as words from "./view/words.ts"

export const command = Command.make(
  {
    name: "report",
    summary: "Writes the page of a run: one HTML file with all plots and tables in it.",
    words: ["PIPELINE|RUN"],
    options: { ...storeOptions, to: { help: "the file; an earlier one is replaced", takes: "FILE.html" } },
    notes: "Of a pipeline the latest run is meant; RUN is a run's id, the start of one, or latest."
  },
  async (given, out) => {
    const { store: folder, to } = given.options
    if (to === undefined)
      throw new UsageError(["--to: is missing"], "type: largo report PIPELINE --to FILE.html")
    const store = openStore(folder)
    try {
      const record = RunRecord.read(store, RunRecord.findRun(store, given.words[0]))
      const written = await writeReport(store, record, to)
      out.answer({ ...written, pipeline: record.pipeline }, () => {
        return `${written.file}: ${words.size(written.bytes)}, run ${written.run}`
      })
      return 0
    } catch (error) {
      throw error instanceof ReportError ? new UsageError([error.message], error.fix) : error
    }
  }
)
