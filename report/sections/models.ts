// Models: the pairs that one of them learns from, scores beside the baselines, predictions against the campaign, simulated checks.
import type { Campaign, PredictionRow } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { figure, html, table } from "../html.ts"
import { most, plotParity } from "../plots/parity.ts"
import { plotScores } from "../plots/scores.ts"
import { plotValidations } from "../plots/validations.ts"
import { grid, note, quality } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const pairsSection = ({ matching, pairs }: Campaign): Section => ({
  id: "pairs",
  title: "Pairs of equal mobility",
  body: html`<p>
      The all-atom liquid of one sample and the coarse-grained model of another that move alike: what a
      mobility-preserving potential is learned from.
    </p>
    ${
      matching === undefined
        ? undefined
        : html`<p>
              ${matching.pairs} pairs from ${matching.sources} sources among ${matching.samples} usable
              samples; at least ${matching.minimumSources} sources are needed.
            </p>
            ${matching.quality === "ok" ? undefined : note(`${matching.quality}: ${matching.reason ?? ""}`)}`
    }
    ${
      pairs.length === 0
        ? undefined
        : table("Pairs; D in 10⁻⁹ m² s⁻¹", pairs, [
            { head: "source", cell: (row) => row.source, number: true },
            { head: "match", cell: (row) => row.match, number: true },
            { head: "D all-atom of source", cell: (row) => significant(row.D_AA, 3), number: true },
            { head: "D coarse-grained of match", cell: (row) => significant(row.D_CG, 3), number: true },
            { head: "ratio", cell: (row) => withError(row.ratio, row.ratio_stderr), number: true }
          ])
    }`
})

export const modelsSection = ({ predictions, scores }: Campaign): Section => {
  const models = [...Map.groupBy(scores, ({ model }) => model)]
  const targets = [
    ...Map.groupBy(
      predictions.filter(({ method }) => method === "network"),
      ({ model, target }) => `${model}: ${target}`
    )
  ]
  return {
    id: "models",
    title: "Models",
    body: html`<h3>Scores</h3>
      <p>
        Errors on samples that a model did not see, beside those of simple baselines on the same folds. Bars
        are one standard error.
      </p>
      ${grid(
        models
          .filter(([, rows]) => rows.some(({ rmse }) => rmse !== null))
          .map(([model, rows]) => figure(plotScores(rows, `error${inUnit(rows[0]?.target_unit)}`), model))
      )}
      ${
        scores.length === 0
          ? note("No model was scored.")
          : table("Scores by cross-validation", scores, [
              { head: "model", cell: (row) => row.model },
              { head: "method", cell: (row) => row.method },
              { head: "error", cell: (row) => withError(row.rmse, row.rmse_stderr), number: true },
              { head: "unit", cell: (row) => row.target_unit },
              { head: "R²", cell: (row) => significant(row.r2, 2), number: true },
              { head: "samples", cell: (row) => row.samples, number: true },
              { head: "folds", cell: (row) => row.folds, number: true },
              { head: "quality", cell: (row) => quality(row.quality) },
              { head: "reason", cell: (row) => row.reason ?? "", wrap: true }
            ])
      }
      <h3>Predictions against the campaign</h3>
      ${
        targets.length === 0
          ? note("There is no out-of-fold prediction.")
          : html`${grid(
                targets.map(([name, rows]) =>
                  figure(plotParity(rows, `Predictions of ${name}`), parityCaption(name, rows))
                )
              )}
              <p class="soft">
                Out-of-fold predictions of the networks; bars, where drawn, are the spread of the ensemble. On
                the dashed line a prediction is exact.
              </p>`
      }`
  }
}

const inUnit = (unit: string | undefined): string => (unit === undefined || unit === "" ? "" : ` / ${unit}`)

const parityCaption = (name: string, rows: ReadonlyArray<PredictionRow>): string => {
  const samples = new Set(rows.map(({ sample }) => sample)).size
  const part = rows.length > most ? `, one in ${Math.ceil(rows.length / most)} points` : ""
  return `${name}${inUnit(rows[0]?.target_unit)}, ${samples} samples${part}`
}

export const validationSection = ({ validations }: Campaign): Section => ({
  id: "validation",
  title: "Held-out samples, simulated",
  body: html`<p>
      What is predicted from the force field alone is simulated for samples that no model has seen, beside the
      result of the inversion itself (ibi). The aim is a residual near the noise floor and an acceleration of
      1.
    </p>
    ${
      validations.length === 0
        ? note("No sample was held out, or its simulation did not run.")
        : html`${
            validations.some(({ acceleration }) => acceleration !== null)
              ? figure(
                  plotValidations(validations),
                  "Acceleration by route, a point a sample; bars are one standard error."
                )
              : undefined
          }
          ${table("Simulated checks", validations, [
            { head: "sample", cell: (row) => row.sample, number: true },
            { head: "route", cell: (row) => row.route },
            { head: "quality", cell: (row) => quality(row.quality) },
            { head: "RDF residual", cell: (row) => significant(row.residual, 2), number: true },
            { head: "noise floor", cell: (row) => significant(row.noise_floor, 2), number: true },
            { head: "D / 10⁻⁹ m² s⁻¹", cell: (row) => withError(row.D, row.D_stderr), number: true },
            { head: "D all-atom", cell: (row) => withError(row.D_target, row.D_target_stderr), number: true },
            {
              head: "acceleration",
              cell: (row) => withError(row.acceleration, row.acceleration_stderr),
              number: true
            },
            { head: "p / bar", cell: (row) => significant(row.pressure, 3), number: true },
            { head: "damping time / ps", cell: (row) => significant(row.tau, 3), number: true },
            { head: "reason", cell: (row) => row.reason ?? "", wrap: true }
          ])}`
    }`
})
