// What is known of an exported file without its content: size, digest, media type.
import { createHash } from "node:crypto"
import type { TarFile } from "../formats/tar.ts"

export interface FileFacts {
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
  /** A media type. */
  readonly encodingFormat: string
}

const mediaTypes: Readonly<Record<string, string>> = {
  parquet: "application/x-parquet",
  csv: "text/csv",
  json: "application/json",
  md: "text/markdown",
  arrows: "application/vnd.apache.arrow.stream"
}

export const of = ({ bytes, path }: TarFile): FileFacts => ({
  path,
  size: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  encodingFormat: mediaTypes[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream"
})
