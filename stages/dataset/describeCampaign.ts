// What the data card of a campaign says: its tables, queries, citations, and which samples are missing where.
import type { Columns, Row } from "../../formats/Table.ts"
import type { Missing } from "./dataCard.ts"
import type { DatasetTable } from "./DatasetTable.ts"

export const making = `For each sample, bonded parameters of the force field were drawn, a liquid was packed and simulated in all-atom detail,
and its trajectory was mapped to beads. Boltzmann inversion gave the potential with which the beads have the same radial
distribution functions: the structure-preserving model. Self-diffusion coefficients come from mean squared displacements
by generalised least squares, at the same number of molecules and the same box for both resolutions and without a
finite-size correction. \`acceleration\` is D_CG / D_AA. A Langevin friction was then calibrated so that the
coarse-grained model also moves like the all-atom one. Networks were trained to predict potential, acceleration and
friction from the force-field parameters alone; \`predictions\` and \`scores\` are of samples that a model did not see,
\`validations\` are simulations of what was predicted for them, and \`routes\` what these come to. Columns that end in \`_stderr\` or \`_sem\` are
standard errors.`

export const defaultCitations: ReadonlyArray<string> = [
  "S. Bag, M. K. Meinel, F. Müller-Plathe, Toward a Mobility-Preserving Coarse-Grained Model: A Data-Driven Approach," +
    " J. Chem. Theory Comput. 2022, doi 10.1021/acs.jctc.2c00898 (the workflow)",
  "W. L. Jorgensen, D. S. Maxwell, J. Tirado-Rives, J. Am. Chem. Soc. 1996, 118, 11225, doi 10.1021/ja9621760 (the force field)",
  "A. P. Thompson et al., Comput. Phys. Commun. 2022, 271, 108171, doi 10.1016/j.cpc.2021.108171 (LAMMPS)",
  "J. T. Bullerjahn, S. von Bülow, G. Hummer, J. Chem. Phys. 2020, 153, 024116, doi 10.1063/5.0008312 (diffusion coefficients)"
]

export const queries: ReadonlyArray<string> = [
  `-- DuckDB, in this folder: mobility at both resolutions beside the density
SELECT sample, density, D_AA, D_CG, acceleration, acceleration_stderr
FROM 'mobilities/*.parquet' JOIN 'samples/*.parquet' USING (sample)
WHERE acceleration IS NOT NULL
ORDER BY sample`,
  `-- the depth of each structure-preserving potential; only the folders that are asked for are read
SELECT sample, pair, min(U) AS depth, arg_min(r, U) AS r_min
FROM read_parquet('potentials/**/*.parquet', hive_partitioning = true)
GROUP BY sample, pair
ORDER BY sample, pair`,
  `-- a table for regression: a column a force-field parameter
PIVOT (FROM 'parameters/*.parquet') ON name USING first(factor) GROUP BY sample ORDER BY sample`
]

/** The rows of the tables whose quality is not `ok`, in the order of the tables. */
export const missingRows = (tables: ReadonlyArray<DatasetTable>): ReadonlyArray<Missing> =>
  tables.flatMap(({ columns, name, rows }) =>
    columns["quality"] === undefined
      ? []
      : rows.flatMap((row) => {
          const { quality, reason } = row
          if (quality === "ok") return []
          return [
            {
              table: name,
              row: rowName(row),
              quality: String(quality),
              reason: typeof reason === "string" ? reason : null
            }
          ]
        })
  )

const rowName = (row: Row<Columns>): string =>
  ["sample", "model", "method", "route"]
    .flatMap((name) => (row[name] === undefined ? [] : [`${name} ${String(row[name])}`]))
    .join(", ")
