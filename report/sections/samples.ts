// The samples of a campaign: what each came to, with its errors.
import type { Campaign } from "../Campaign.ts"
import { missing, significant, withError } from "../format.ts"
import { html, table } from "../html.ts"
import { note, quality } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const samplesSection = ({ frictions, mobilities, samples }: Campaign): Section => {
  const rows = samples.map((sample) => ({
    ...sample,
    mobility: mobilities.find((row) => row.sample === sample.sample),
    friction: frictions.find((row) => row.sample === sample.sample)
  }))
  const verdicts = rows.flatMap(({ friction, mobility, ...sample }) => {
    const found = [
      { what: "all-atom run and inversion", row: sample },
      { what: "diffusion", row: mobility },
      { what: "friction", row: friction }
    ].flatMap(({ row, what }) =>
      row === undefined || row.quality === "ok"
        ? []
        : [{ sample: sample.sample, what, quality: row.quality, reason: row.reason ?? "" }]
    )
    // What spoils a run spoils what follows from it, with the same words.
    return found.filter(({ reason }, i) => found.findIndex((other) => other.reason === reason) === i)
  })
  const isBonded = samples.some(({ variation }) => variation !== null)
  return {
    id: "samples",
    title: "Samples",
    body: html`<p>Sample 0 is the unchanged force field. Behind ± stands one standard error.</p>
      ${
        rows.length === 0
          ? note("There is no sample.")
          : table("Samples", rows, [
              { head: "sample", cell: (row) => row.sample, number: true },
              { head: "quality", cell: (row) => quality(row.quality) },
              { head: "T / K", cell: (row) => significant(row.temperature, 4), number: true },
              { head: "p / bar", cell: (row) => withError(row.pressure, row.pressure_stderr), number: true },
              {
                head: "density / g cm⁻³",
                cell: (row) => withError(row.density, row.density_stderr),
                number: true
              },
              {
                head: "D all-atom / 10⁻⁹ m² s⁻¹",
                cell: ({ mobility }) => withError(mobility?.D_AA ?? null, mobility?.D_AA_stderr ?? null),
                number: true
              },
              {
                head: "D coarse-grained",
                cell: ({ mobility }) => withError(mobility?.D_CG ?? null, mobility?.D_CG_stderr ?? null),
                number: true
              },
              {
                head: "acceleration",
                cell: ({ mobility }) =>
                  withError(mobility?.acceleration ?? null, mobility?.acceleration_stderr ?? null),
                number: true
              },
              {
                head: "with friction",
                cell: ({ friction }) =>
                  withError(friction?.acceleration ?? null, friction?.acceleration_stderr ?? null),
                number: true
              },
              {
                head: "RDF residual",
                cell: (row) => withError(row.residual, row.residual_stderr),
                number: true
              },
              { head: "noise floor", cell: (row) => significant(row.noise_floor, 2), number: true },
              ...(isBonded
                ? [
                    {
                      head: "bonds and angles: total variation (noise)",
                      cell: (row: (typeof rows)[number]) =>
                        `${significant(row.variation, 2)} (${significant(row.variation_floor, 2)})`,
                      number: true
                    }
                  ]
                : []),
              { head: "iterations", cell: (row) => row.iterations ?? missing, number: true }
            ])
      }
      ${
        verdicts.length === 0
          ? undefined
          : table("Why some samples are not used, or not for everything", verdicts, [
              { head: "sample", cell: (row) => row.sample, number: true },
              { head: "what", cell: (row) => row.what },
              { head: "quality", cell: (row) => quality(row.quality) },
              { head: "reason", cell: (row) => row.reason, wrap: true }
            ])
      }`
  }
}
