// The text of a LAMMPS data file in real units.
import {
  atomColumns,
  check,
  type CoefficientList,
  type LammpsData,
  topologyLists,
  typeCount
} from "./LammpsData.ts"
import { toAngstrom, toRealVelocity } from "./lammpsUnits.ts"

/** Sections in the order in which LAMMPS needs them; throws DataFileError for data that LAMMPS could not read. */
export const writeLammpsData = (data: LammpsData): string => {
  check(data)
  return `${[
    data.title.replaceAll(/\s+/g, " "),
    counts(data),
    boxLines(data.box),
    section(
      "Masses",
      data.masses.map((mass, i) => `${i + 1} ${mass}`)
    ),
    ...coefficientSections(data),
    section(`Atoms # ${data.atomStyle}`, atomLines(data)),
    section("Velocities", velocityLines(data)),
    ...topologySections(data)
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`
}

const listNames = Object.keys(topologyLists) as (keyof typeof topologyLists)[]

const counts = (data: LammpsData): string => {
  const lines = [`${data.types.length} atoms`, `${data.masses.length} atom types`]
  for (const list of listNames) {
    const rows = (data.topology[list]?.length ?? 0) / (topologyLists[list] + 1)
    const types = typeCount(data, list)
    if (rows > 0 || types > 0) lines.push(`${rows} ${list}`, `${types} ${list.slice(0, -1)} types`)
  }
  return lines.join("\n")
}

const boxLines = (box: Float64Array): string => {
  const [lx, ly, lz, xy, xz, yz] = box.map(toAngstrom)
  const edges = `0 ${lx} xlo xhi\n0 ${ly} ylo yhi\n0 ${lz} zlo zhi`
  // LAMMPS makes a box triclinic as soon as this line is there.
  return xy === 0 && xz === 0 && yz === 0 ? edges : `${edges}\n${xy} ${xz} ${yz} xy xz yz`
}

const section = (name: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : `${name}\n\n${lines.join("\n")}`

const coefficientSections = ({ coefficients }: LammpsData): readonly string[] => {
  const names: readonly CoefficientList[] = ["pair", ...listNames]
  return names.map((name) => {
    const singular = name === "pair" ? name : name.slice(0, -1)
    const title = `${singular.slice(0, 1).toUpperCase()}${singular.slice(1)} Coeffs`
    return section(
      title,
      (coefficients[name] ?? []).map((row, i) => `${i + 1} ${row.join(" ")}`)
    )
  })
}

const atomLines = (data: LammpsData): readonly string[] => {
  const { charges, images, molecules, positions, types } = data
  const columns = atomColumns[data.atomStyle]
  return Array.from(types, (_, i) => {
    const words: number[] = [i + 1]
    for (const column of columns) {
      words.push(column === "type" ? types[i] : column === "molecule" ? molecules[i] : charges[i])
    }
    for (const x of positions.subarray(3 * i, 3 * i + 3)) words.push(toAngstrom(x))
    if (images !== undefined) words.push(...images.subarray(3 * i, 3 * i + 3))
    return words.join(" ")
  })
}

const velocityLines = ({ types, velocities }: LammpsData): readonly string[] =>
  velocities === undefined
    ? []
    : Array.from(types, (_, i) => {
        const [vx, vy, vz] = velocities.subarray(3 * i, 3 * i + 3).map(toRealVelocity)
        return `${i + 1} ${vx} ${vy} ${vz}`
      })

const topologySections = ({ topology }: LammpsData): readonly string[] =>
  listNames.map((list) => {
    const rows = topology[list] ?? new Int32Array()
    const width = topologyLists[list] + 1
    const lines = Array.from(
      { length: rows.length / width },
      (_, i) => `${i + 1} ${rows.subarray(i * width, (i + 1) * width).join(" ")}`
    )
    return section(`${list.slice(0, 1).toUpperCase()}${list.slice(1)}`, lines)
  })
