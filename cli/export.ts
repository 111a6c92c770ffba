// `largo export`: writes the data set, or the targets, of a run to a folder.
import { exportFolder } from "../report/exportFolder.ts"
import { exportModel } from "../report/exportModel.ts"
import { ReportError } from "../report/ReportError.ts"
import * as RunRecord from "../report/RunRecord.ts"
import * as Command from "./Command.ts"
import { storeOptions } from "./openPipeline.ts"
import { openStore } from "./openStore.ts"
import { UsageError } from "./Usage.ts"
import * as words from "./view/words.ts"

const formats = ["parquet", "csv"]

export const command = Command.make(
  {
    name: "export",
    summary: "Writes the data set of a run to a folder, or each of its targets as a file.",
    words: ["PIPELINE|RUN"],
    options: {
      ...storeOptions,
      to: { help: "the folder; an earlier export there is replaced", takes: "DIR" },
      model: { help: "a coarse-grained model instead: a sample such as sample=3, or a node", takes: "NAME" },
      format: {
        help: "how tables are written (default: parquet)",
        takes: "FORMAT",
        choices: formats
      }
    },
    notes: "Of a pipeline the latest run is meant; RUN is a run's id, the start of one, or latest."
  },
  async (given, out) => {
    const { format, model, store: folder, to } = given.options
    if (to === undefined) throw new UsageError(["--to: is missing"], "type: largo export PIPELINE --to DIR")
    if (format !== undefined && !formats.includes(format)) {
      throw new UsageError(
        [`--format: "${format}" is neither ${formats.join(" nor ")}`],
        `choose one of ${formats.join(", ")}`
      )
    }
    const store = openStore(folder)
    try {
      const record = RunRecord.read(store, RunRecord.findRun(store, given.words[0]))
      const exported =
        model === undefined
          ? await exportFolder(store, record, to, format === "csv" ? "csv" : "parquet")
          : await exportModel(store, record, model, to)
      out.answer({ ...exported, pipeline: record.pipeline }, () => {
        const { bytes, files, run } = exported
        return `${exported.folder}: ${words.count(files.length)} files, ${words.size(bytes)}, of run ${run}`
      })
      return 0
    } catch (error) {
      throw error instanceof ReportError ? new UsageError([error.message], error.fix) : error
    }
  }
)
