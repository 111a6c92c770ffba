// Writes the page of a run to a file: a campaign's where the run is one, else the page that every pipeline gets.
import { mkdirSync, renameSync, writeFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import type { Store } from "../cache/Store.ts"
import { isCampaign, loadCampaign } from "./loadCampaign.ts"
import * as Provenance from "./Provenance.ts"
import type { RunRecord } from "./RunRecord.ts"

export interface Written {
  readonly run: string
  readonly file: string
  readonly bytes: number
}

/** Replaces an earlier page in one step. */
export const writeReport = async (store: Store, record: RunRecord, to: string): Promise<Written> => {
  const file = resolve(to)
  const text = await render(store, record)
  const bytes = Buffer.from(text)
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.tmp`
  writeFileSync(draft, bytes)
  renameSync(draft, file)
  return { run: record.id, file, bytes: bytes.length }
}

/** The page as text. Plots are loaded only for a page that has some. */
export const render = async (store: Store, record: RunRecord): Promise<string> => {
  if (isCampaign(record)) {
    const { renderCampaign } = await import("./page.ts")
    return renderCampaign(await loadCampaign(store, record))
  }
  const { renderRun } = await import("./runPage.ts")
  return renderRun(Provenance.of(store, record))
}
