// An attempt: one try at one node, as plain data that any process with the same store and code can carry out.
import type { Manifest } from "../cache/Manifest.ts"
import type { Found } from "./Tool.ts"

export interface Attempt {
  readonly id: string
  readonly run: string
  /** 1 for the first try. */
  readonly n: number
  readonly node: string
  readonly key: string
  /** The module that makes the stage, as a URL. */
  readonly module: string
  /** Stage name, encoded params and input digests. */
  readonly manifest: Manifest
  /** Digest of the blob that lists the source files behind `manifest.code`. */
  readonly codeFiles: string
  readonly tools: Readonly<Record<string, Found>>
  /** The store's folder. */
  readonly store: string
  /** The folder that the attempt works in; made by whoever carries it out. */
  readonly folder: string
  readonly cores: number
  /** Mebibytes. */
  readonly memory: number
  /** Seconds. */
  readonly walltime: number
  /** Expected seconds from here to the end of the longest path: who is behind waits for who is ahead. */
  readonly priority: number
  /** Seconds that it is expected to take, by past runs or by what the stage says; undefined where nobody knows. */
  readonly expected?: number
  /** Machines on which it has failed, by their names. */
  readonly avoid?: ReadonlyArray<string>
  /** Whether it is carried out on another machine than the one where its tools were asked what they are. */
  readonly elsewhere?: true
  /** Variables of its programs that are not as usual: those of an audit. */
  readonly environment?: Readonly<Record<string, string>>
}
