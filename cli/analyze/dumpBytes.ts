// The bytes of a dump from a file or standard input, decompressed where their first bytes say so.
import { createReadStream } from "node:fs"
import { constants, createGunzip, createZstdDecompress } from "node:zlib"
import type { Transform } from "node:stream"
import { BrokenSource } from "../../formats/lammpsDump.ts"

/** `-` is standard input. Throws what opening a file throws, and BrokenSource where compressed data are damaged. */
export async function* dumpBytes(file: string): AsyncGenerator<Uint8Array, void, undefined> {
  const source: AsyncIterable<Uint8Array> =
    file === "-" ? process.stdin : createReadStream(file, { highWaterMark: 1 << 18 })
  const pieces = source[Symbol.asyncIterator]()
  const first = await pieces.next()
  if (first.done === true) return
  const engine = decompressorOf(first.value)
  const all = (async function* () {
    yield first.value
    yield* { [Symbol.asyncIterator]: () => pieces }
  })()
  yield* engine === undefined ? all : decompressed(all, engine)
}

const decompressorOf = (bytes: Uint8Array): Transform | undefined => {
  const begins = (...magic: ReadonlyArray<number>) => magic.every((byte, k) => bytes[k] === byte)
  // Flushed at the end instead of finished, what is there of a cut file comes out: the reader of the dump sees the cut.
  if (begins(0x1f, 0x8b)) return createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })
  return begins(0x28, 0xb5, 0x2f, 0xfd) ? createZstdDecompress() : undefined
}

/** Not `pipe`: a stream that fails throws away what it had decompressed, and with it the line where the data end. */
async function* decompressed(source: AsyncIterable<Uint8Array>, engine: Transform) {
  const ready: Array<Uint8Array> = []
  const taken = () => ready.splice(0)
  engine.on("data", (bytes: Uint8Array) => ready.push(bytes))
  const ended = new Promise<void>((resolve, reject) => engine.on("end", resolve).on("error", reject))
  // Awaited below; until then an error must not count as unhandled.
  ended.catch(() => undefined)
  try {
    for await (const piece of source) {
      // A stream that fails may never call back.
      await Promise.race([ended, new Promise((written) => engine.write(piece, written))])
      yield* taken()
    }
    engine.end()
    await ended
  } catch (error) {
    yield* taken()
    const reason = error instanceof Error ? error.message : String(error)
    throw new BrokenSource(`the compressed data are damaged here or soon after: ${reason}`)
  } finally {
    engine.destroy()
  }
  yield* taken()
}
