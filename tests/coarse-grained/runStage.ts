// Runs one stage in this process, in a workspace whose LAMMPS is a function of the test.
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Cause from "effect/Cause"
import type { StageFailure } from "../../pipeline/outcome.ts"
import { Workspace } from "../../pipeline/Workspace.ts"
import type { Frame, TrajectoryMeta } from "../../formats/trajectory.ts"

interface Runnable {
  readonly decodeParams: (encoded: unknown) => unknown
  readonly run: (context: never) => Effect.Effect<Readonly<Record<string, unknown>>, StageFailure, Workspace>
}

/** What a fake LAMMPS prints, returns and leaves as files; files that were written before are its to read. */
export type FakeLammps = (
  written: ReadonlyMap<string, string>,
  script: string
) => {
  readonly output: string
  readonly code: number
  readonly files?: Readonly<Record<string, string>>
}

/** A LAMMPS that no test expects to be started. */
export const neverStarted: FakeLammps = () => {
  throw new Error("LAMMPS was started")
}

export interface Answer {
  readonly outputs: Readonly<Record<string, unknown>> | undefined
  /** The failure, if it failed. */
  readonly failure: unknown
  readonly written: ReadonlyMap<string, string>
}

export const runStage = async (
  stage: Runnable,
  params: unknown,
  inputs: Readonly<Record<string, unknown>>,
  lammps: FakeLammps = neverStarted
): Promise<Answer> => {
  const written = new Map<string, string>()
  const left = new Map<string, string>()
  const workspace: Workspace["Service"] = {
    folder: "",
    write: (name, content) => Effect.sync(() => void written.set(name, String(content))),
    read: () => Effect.die("not here"),
    readText: () => Effect.die("not here"),
    stream: (name) => bytesOf(left.get(name)),
    exists: () => Effect.succeed(false),
    remove: () => Effect.void,
    run: (_tool, args, options) =>
      Effect.sync(() => {
        const { code, files = {}, output } = lammps(written, written.get(args[1] ?? "") ?? "")
        for (const [name, content] of Object.entries(files)) left.set(name, content)
        options?.onOutput?.(output)
        return { code, tail: output }
      }),
    identity: () => "fake",
    packageFolder: () => "",
    earlier: undefined,
    leaveCheckpoint: () => {},
    progress: () => undefined,
    cores: 1
  }
  const context = { params: stage.decodeParams(params), inputs } as never
  const exit = await Effect.runPromiseExit(
    stage.run(context).pipe(Effect.provideService(Workspace, workspace))
  )
  return Exit.isSuccess(exit)
    ? { outputs: exit.value, failure: undefined, written }
    : { outputs: undefined, failure: Cause.squash(exit.cause), written }
}

async function* bytesOf(text: string | undefined): AsyncGenerator<Uint8Array> {
  if (text !== undefined) yield new TextEncoder().encode(text)
}

/** Beads of one type on a cubic lattice, n to an edge, in a cube of the given edge in nm. */
export const latticeMeta = (n: number): TrajectoryMeta => ({
  types: Array.from({ length: n ** 3 }, () => 0),
  typeNames: ["A"],
  masses: Array.from({ length: n ** 3 }, () => 114.23),
  molecule: Array.from({ length: n ** 3 }, (_, bead) => bead),
  unwrapped: true,
  quality: "ok",
  reason: ""
})

export const latticeFrame = (n: number, edge: number): Frame => ({
  step: 0,
  time: 0,
  box: Float64Array.of(edge, edge, edge, 0, 0, 0),
  positions: Float32Array.from({ length: 3 * n ** 3 }, (_, k) => {
    const bead = Math.floor(k / 3)
    return (((Math.floor(bead / n ** (k % 3)) % n) + 0.5) * edge) / n
  })
})

export async function* framesOf(frames: Iterable<Frame>): AsyncGenerator<Frame> {
  yield* frames
}
