// A coarse-grained model of a run, found by its name: potentials, friction, beads to start from, and how it was simulated.
import * as Schema from "effect/Schema"
import type { Entry } from "../cache/ActionCache.ts"
import type { Store } from "../cache/Store.ts"
import type { Frame, TrajectoryMeta } from "../formats/trajectory.ts"
import { BondedPotential } from "../schemas/Bonded.ts"
import { runTimes, Thermostat } from "../schemas/CgProtocol.ts"
import { Friction } from "../schemas/Friction.ts"
import type { Kind, ValueOf } from "../schemas/Kind.ts"
import { Prediction } from "../schemas/Model.ts"
import { Potential } from "../schemas/Potential.ts"
import { Rdf } from "../schemas/Rdf.ts"
import { BeadTrajectory } from "../schemas/Trajectory.ts"
import { chooseTimeStep } from "../stages/coarse/chooseTimeStep.ts"
import { firstFrame } from "../stages/coarse/simulateBeads.ts"
import type { CgProtocol } from "../stages/lammps/cgScript.ts"
import { readerOf } from "./Reader.ts"
import { ReportError } from "./ReportError.ts"
import type { NodeRecord, RunRecord } from "./RunRecord.ts"

export interface CoarseModel {
  /** The node that simulated it. */
  readonly node: string
  readonly key: string
  readonly meta: TrajectoryMeta
  readonly start: Frame
  readonly potential: ValueOf<typeof Potential>
  readonly bonded: ValueOf<typeof BondedPotential> | undefined
  /** The all-atom RDF that it keeps, where the node knows it. */
  readonly target: ValueOf<typeof Rdf> | undefined
  readonly protocol: CgProtocol
  readonly seed: number
}

const Simulated = Schema.Struct({
  ...runTimes,
  temperature: Schema.Finite,
  seed: Schema.Int,
  thermostat: Schema.optionalKey(Thermostat)
})

const stages = ["calibrate-friction", "cg-md"]

/**
 * The model that a word names: a node that simulated one, or a sample such as `sample=3`, of which the model with
 * calibrated friction is meant, or the one without where none was calibrated. Throws ReportError where there is none, or
 * where its beads are no longer in the store.
 */
export const read = async (store: Store, record: RunRecord, name: string): Promise<CoarseModel> => {
  const { entry, key, node } = await find(store, record, name)
  const { inputs, params } = entry.manifest
  const { seed, temperature, thermostat, ...times } = Schema.decodeUnknownSync(Simulated)(params)
  const value = async <A>(slot: string, kind: Kind<A>): Promise<A | undefined> => {
    const input = inputs[slot]
    if (input === undefined || !("digest" in input)) return undefined
    if (!store.contents.has(input.digest)) {
      throw new ReportError(
        `the ${slot} of ${node} are no longer in the store`,
        `type: largo run ${record.pipeline} --until ${node} --store ${store.root}, then export again`
      )
    }
    return readerOf(store)(kind, input.digest)
  }
  const beads = await value("beads", BeadTrajectory)
  const start = beads && (await firstFrame(beads.frames))
  const potential = (await value("potential", Potential)) ?? []
  if (beads === undefined || start === undefined || potential.length === 0)
    throw new ReportError(`${node} had no model to simulate`, `see largo show ${record.id}`)
  const bonded = await value("bonded", BondedPotential)
  const tau = await tauOf(store, entry, await value("friction", Prediction))
  const protocol: CgProtocol = {
    ...times,
    temperature,
    thermostat: tau === null ? (thermostat ?? { type: "nose-hoover", damp: 0.5 }) : { type: "langevin", tau }
  }
  const timeStep = chooseTimeStep(beads.meta, start, bonded ?? [], protocol)
  const target = await value("target", Rdf)
  return {
    node,
    key,
    meta: beads.meta,
    start,
    potential,
    bonded,
    target,
    protocol: { ...protocol, timeStep },
    seed
  }
}

/** The damping time of the friction that was calibrated or predicted, ps; null where there is none. */
const tauOf = async (
  store: Store,
  { outputs }: Entry,
  predicted: ValueOf<typeof Prediction> | undefined
): Promise<number | null> => {
  if (outputs["friction"] === undefined) return predicted?.value ?? null
  const [row] = await readerOf(store)(Friction, outputs["friction"].digest)
  return row?.tau ?? null
}

type Found = NodeRecord & { readonly entry: Entry }

const find = async (store: Store, { id, nodes }: RunRecord, name: string): Promise<Found> => {
  const models = nodes.filter(
    (node): node is Found => stages.includes(node.stage) && node.entry !== undefined
  )
  const exact = models.find(({ node }) => node === name)
  if (exact !== undefined) return exact
  for (const stage of stages) {
    const found = models.find(({ node }) => node === `${stage}@${name}`)
    if (found === undefined) continue
    if (stage === "cg-md" || (await tauOf(store, found.entry, undefined)) !== null) return found
  }
  const samples = models.flatMap(({ node }) => /^cg-md@(sample=\d+)$/.exec(node)?.[1] ?? [])
  throw new ReportError(
    models.length === 0
      ? `run ${id} simulated no coarse-grained model`
      : `run ${id} has no model "${name}"; it has ${samples.slice(0, 5).join(", ")}${samples.length > 5 ? ", ..." : ""}`,
    models.length === 0
      ? "choose a run of the pipeline coarse-graining; largo runs lists them"
      : `give a sample, or a node that simulated a model, such as ${models[0]?.node}`
  )
}
