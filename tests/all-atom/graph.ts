// The all-atom stages as a small pipeline, and the tables that its runs publish.
import type { Table } from "../../schemas/Kind.ts"
import type { Columns, Row } from "../../formats/Table.ts"
import { decodeRows } from "../../formats/parquet.ts"
import * as Store from "../../cache/Store.ts"
import type { Pipeline } from "../../pipeline/Pipeline.ts"
import type { Molecule } from "../../schemas/Molecule.ts"
import { allAtomProtocols } from "../../schemas/allAtomProtocols.ts"
import type { AllAtomEngine, AllAtomProtocol } from "../../schemas/Protocol.ts"
import { allAtomMd } from "../../stages/allAtomMd.ts"
import { buildLiquid } from "../../stages/buildLiquid.ts"
import { extractDiffusion } from "../../stages/extractDiffusion.ts"
import { loadMolecule } from "../../stages/loadMolecule.ts"
import { mapToCg } from "../../stages/mapToCg.ts"
import { sampleParameters } from "../../stages/sampleParameters.ts"
import { fixed } from "../engine/fixtures/pipelines.ts"
import type { Did } from "../engine/rig.ts"
import { oplsAa } from "./systems.ts"

/** Eight molecules for a moment: a liquid in a second. */
export const moment: AllAtomProtocol = {
  ...allAtomProtocols.tiny,
  molecules: 8,
  cutoff: 0.6,
  constantPressure: 2,
  constantPressureDiscarded: 0.4,
  constantVolume: 0.4,
  production: 2
}

/** One sample from molecule to all-atom diffusion. */
export const oneSample = (
  molecule: Molecule,
  protocol: AllAtomProtocol,
  index = 0,
  seed = 1,
  engine: AllAtomEngine = "lammps"
): Pipeline =>
  fixed("one-sample", () => {
    const reference = loadMolecule({ molecule, forceField: oplsAa }, {})
    const { forceField, parameters } = sampleParameters({ seed, index }, reference)
    const sample = { seed, index, ...protocol }
    const { liquid } = buildLiquid(sample, { molecule: reference.molecule, forceField })
    const inputs = { liquid, molecule: reference.molecule, forceField }
    const { run, thermo, trajectory } = allAtomMd({ ...sample, engine }, inputs)
    const { beads } = mapToCg({}, { trajectory })
    const window = { tmin: 2, tmax: 8 }
    const { diffusion } = extractDiffusion({ window, maxRelativeError: 0.6 }, { beads })
    return { parameters, liquid, trajectory, thermo, run, diffusion }
  })

/** The bytes of a target. */
export const bytesOf = (store: string, did: Did, target: string): Uint8Array => {
  const digest = did.summary.targets[target]
  if (digest === undefined || digest === null) throw new Error(`target ${target} was not reached`)
  return Store.open(store).contents.read(digest)
}

/** The rows of a target that is a table. */
export const rowsOf = <C extends Columns>(
  store: string,
  did: Did,
  target: string,
  { columns }: Table<C>
): Promise<ReadonlyArray<Row<C>>> => decodeRows(bytesOf(store, did, target), columns)
