// The files of a run's export: those of its data set, or a file a target with a card that describes them.
import { MissingBlob } from "../cache/ContentStore.ts"
import type { Store } from "../cache/Store.ts"
import { decodeTable } from "../formats/parquet.ts"
import { decodeTar, isTar } from "../formats/tar.ts"
import type { TarFile } from "../formats/tar.ts"
import { renderTargetsCard } from "./targetsCard.ts"
import type { DescribedTarget } from "./targetsCard.ts"
import { ReportError } from "./ReportError.ts"
import type { RunRecord } from "./RunRecord.ts"

/** Throws ReportError where the run reached no target, or the bytes of one are no longer in the store. */
export const exportedFiles = async (store: Store, record: RunRecord): Promise<ReadonlyArray<TarFile>> => {
  const reached = Object.entries(record.targets).flatMap(([name, target]) =>
    target === null ? [] : [{ name, digest: target.digest, kind: target.kind }]
  )
  const again = `see largo show ${record.id}, then type: largo run ${record.pipeline}`
  const dataset = record.targets["dataset"]
  if (dataset === null) {
    throw new ReportError(`run ${record.id} did not reach its data set; it ${howItWent(record)}`, again)
  }
  if (reached.length === 0) {
    throw new ReportError(`run ${record.id} reached no target; it ${howItWent(record)}`, again)
  }
  const read = (name: string, digest: string): Buffer => {
    try {
      return store.contents.read(digest)
    } catch (error) {
      if (!(error instanceof MissingBlob)) throw error
      throw new ReportError(`the bytes of target "${name}" are no longer in the store`, again)
    }
  }
  if (dataset !== undefined) {
    const bytes = read("dataset", dataset.digest)
    if (isTar(bytes)) return decodeTar(bytes)
  }
  const described: Array<DescribedTarget> = []
  const files: Array<TarFile> = []
  for (const { digest, kind, name } of reached) {
    const bytes = read(name, digest)
    const { paths, table } = await addTarget(files, fileName(name), bytes)
    described.push({ name, kind: kind ?? "unknown", paths, table })
  }
  return [...files, { path: "README.md", bytes: Buffer.from(renderTargetsCard(record, described)) }]
}

/** Adds the file of a target; its ending says what it is. */
const addTarget = async (
  files: Array<TarFile>,
  name: string,
  bytes: Buffer
): Promise<Pick<DescribedTarget, "paths" | "table">> => {
  if (isTar(bytes)) {
    files.push(...decodeTar(bytes).map((file) => ({ ...file, path: `${name}/${file.path}` })))
    return { paths: `${name}/`, table: undefined }
  }
  const ending = endingOf(bytes)
  const path = `${name}.${ending}`
  files.push({ path, bytes })
  return { paths: path, table: ending === "parquet" ? await decodeTable(bytes) : undefined }
}

/** By the first bytes, since a blob has no name of its own. */
const endingOf = (bytes: Buffer): string => {
  if (bytes.subarray(0, 4).toString("latin1") === "PAR1") return "parquet"
  // The mark that begins every message of an Arrow stream.
  if (bytes.length >= 8 && bytes.readUInt32LE(0) === 0xffffffff) return "arrows"
  try {
    JSON.parse(bytes.toString("utf8"))
    return "json"
  } catch {
    return "bin"
  }
}

/** A node's output has slashes and more in its name. */
const fileName = (target: string): string => target.replaceAll(/[^\w.=@-]+/g, "_").replace(/^\.+/, "_")

const howItWent = ({ failures, how }: RunRecord): string =>
  failures.length === 0 ? `was ${how}` : `${how}, and ${failures.length} nodes failed`
