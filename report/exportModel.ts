// Writes a coarse-grained model to a folder: a LAMMPS input that runs as it stands, and its potentials for VOTCA.
import type { Store } from "../cache/Store.ts"
import { writePairTable } from "../formats/lammpsTable.ts"
import { markdownTable } from "../formats/markdownTable.ts"
import type { TarFile } from "../formats/tar.ts"
import { writeVotcaTable } from "../formats/votcaTable.ts"
import { tablesOf as bondedTablesOf } from "../stages/coarse/bondedRows.ts"
import { tablesOf } from "../stages/coarse/potentialRows.ts"
import { distributionsOf } from "../stages/coarse/rdfRows.ts"
import { filesOf } from "../stages/coarse/simulateBeads.ts"
import * as CoarseModel from "./CoarseModel.ts"
import type { Exported } from "./exportFolder.ts"
import type { RunRecord } from "./RunRecord.ts"
import { jsonFile, marker, writeFolder } from "./writeFolder.ts"

const files = { data: "beads.data", table: "potentials.table", trajectory: "trajectory.dump" }

/** Writes the model that `name` names, as `CoarseModel.read` finds it, to the folder `to`. The same run gives the same bytes. */
export const exportModel = async (
  store: Store,
  record: RunRecord,
  name: string,
  to: string
): Promise<Exported> => {
  const model = await CoarseModel.read(store, record, name)
  const { bonded, meta, potential, protocol, seed, start } = model
  const { data, script, table } = filesOf(
    { meta, start, potential, bonded },
    protocol,
    seed,
    "production",
    files
  )
  const text = (path: string, content: string): TarFile => ({ path, bytes: Buffer.from(content) })
  const written = writeFolder(to, [
    text("in.lammps", script),
    text(files.data, data),
    text(files.table, table),
    ...votcaFiles(model),
    text("README.md", readme(record, model)),
    jsonFile(marker, {
      format: 1,
      pipeline: record.pipeline,
      run: record.id,
      model: model.node,
      key: model.key
    })
  ])
  return { run: record.id, ...written }
}

/** In nm and kJ/mol, angles in rad, and as VOTCA's own LAMMPS tables, each under the name of its pair. */
const votcaFiles = ({
  bonded = [],
  potential,
  target = []
}: CoarseModel.CoarseModel): ReadonlyArray<TarFile> => {
  const file = (name: string, content: string): TarFile => ({
    path: `votca/${name}`,
    bytes: Buffer.from(content)
  })
  const pairs = Array.from(tablesOf(potential), ([pair, table]) => [
    file(`${pair}.pot`, writeVotcaTable(table.r, table.U, `${pair}: r in nm, U in kJ/mol`)),
    file(`${pair}.tab`, writePairTable("VOTCA", table))
  ])
  const terms = bondedTablesOf(bonded).map(({ beads, kind, of }) =>
    file(
      `${kind}-${beads}.pot`,
      writeVotcaTable(
        of.x,
        of.U,
        `${kind} ${beads}: ${kind === "bond" ? "r in nm" : "theta in rad"}, U in kJ/mol`
      )
    )
  )
  const targets = Array.from(distributionsOf(target), ([pair, { value, x }]) =>
    file(`${pair}.dist.tgt`, writeVotcaTable(x, value, `${pair}: r in nm, g(r) of the all-atom run`))
  )
  return [...pairs.flat(), ...terms, ...targets]
}

const readme = (record: RunRecord, { key, meta, node, protocol }: CoarseModel.CoarseModel): string => {
  const { temperature, thermostat, timeStep } = protocol
  const beads = meta.typeNames.map(
    (type, index) => `${meta.types.filter((own) => own === index).length} ${type}`
  )
  const moves =
    thermostat.type === "nose-hoover"
      ? `Nosé-Hoover, period ${thermostat.damp} ps: structure without friction, so it moves faster than the all-atom liquid`
      : `Langevin, damping time ${thermostat.tau.toPrecision(4)} ps: the friction with which it moves like the all-atom liquid`
  return (
    [
      "# A coarse-grained model, ready to run",
      "```sh\nlmp -in in.lammps\n```",
      "runs it in any LAMMPS with the package MOLECULE (needed for bonds and angles alone): an equilibration, then a" +
        ` production whose unwrapped positions go to \`${files.trajectory}\`.`,
      markdownTable(
        ["", ""],
        [
          ["beads", beads.join(", ")],
          ["temperature", `${temperature} K`],
          ["time step", `${Number((1000 * timeStep).toPrecision(4))} fs`],
          ["thermostat", moves]
        ]
      ),
      markdownTable(
        ["file", "what it is"],
        [
          ["`in.lammps`", "the input; units real (Å, fs, kcal/mol)"],
          [`\`${files.data}\``, "box, masses and positions to start from"],
          [`\`${files.table}\``, "the potentials: energy, and force as the derivative of the same spline"],
          ["`votca/*.pot`", "the same potentials for VOTCA: nm and kJ/mol, angles in rad"],
          ["`votca/*.tab`", "the same in VOTCA's LAMMPS form, a pair a file"],
          ["`votca/*.dist.tgt`", "the all-atom g(r) that the model keeps, where it is known"]
        ]
      ),
      "A Langevin thermostat does not conserve momentum: diffusion is right, hydrodynamics and viscosity are not.",
      `Made by the node \`${node}\` of run ${record.id} of the pipeline \`${record.pipeline}\` with largo ${record.version}; its key is \`${key}\`.`
    ].join("\n\n") + "\n"
  )
}
