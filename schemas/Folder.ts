// A kind of folder: named files that belong together, stored as one plain tar file.
import { decodeTar, encodeTar } from "../formats/tar.ts"
import type { TarFile } from "../formats/tar.ts"
import * as Kind from "./Kind.ts"

/** The files of a folder; the order does not count. */
export type Folder<N extends string> = ReadonlyArray<TarFile> & Kind.Named<N>

/** A kind of folder: `tar -xf` opens a stored one. */
export const folder = <const N extends string>(name: N): Kind.Kind<Folder<N>> =>
  Kind.make<Folder<N>>({
    name,
    form: { tar: "ustar" },
    media: "application/x-tar",
    big: false,
    encode: async (files, sink) => {
      for (const chunk of encodeTar(files)) sink.write(chunk)
    },
    decode: async (source) => decodeTar(source.bytes())
  })

/** A data set for others: tables as Parquet files, partitioned by sample, and the card that describes them. */
export const Dataset = folder("dataset")
