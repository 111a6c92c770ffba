// Models: scores beside the baselines, and predictions of samples that were left out against the campaign.
import type { Campaign, PredictionRow } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { figure, html, table } from "../html.ts"
import type { Html } from "../html.ts"
import { colourOf, plotLearningCurve } from "../plots/learningCurve.ts"
import { most, plotParity } from "../plots/parity.ts"
import { plotScores } from "../plots/scores.ts"
import { sourceOf } from "../Source.ts"
import { from, grid, legend, note, quality, sources } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const modelsSection = (campaign: Campaign): Section => {
  const { predictions, scores } = campaign
  const source = sourceOf(campaign)
  const modelNode = (model: string) => source.ofTarget(`${model}Model`)
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
          .map(([model, rows]) =>
            figure(
              plotScores(rows, `${model}: error${inUnit(rows[0]?.target_unit)}`),
              html`<b>${model}</b> ${sources([modelNode(model)])}`
            )
          )
      )}
      ${
        scores.length === 0
          ? note("No model was scored.")
          : table("Scores by cross-validation", scores, [
              { head: "model", cell: (row) => row.model },
              { head: "method", cell: (row) => row.method },
              {
                head: "error",
                cell: (row) => from(modelNode(row.model), withError(row.rmse, row.rmse_stderr)),
                number: true
              },
              { head: "unit", cell: (row) => row.target_unit },
              { head: "R²", cell: (row) => significant(row.r2, 2), number: true },
              { head: "in 90 % interval", cell: (row) => significant(row.coverage, 2), number: true },
              { head: "samples", cell: (row) => row.samples, number: true },
              { head: "folds", cell: (row) => row.folds, number: true },
              { head: "quality", cell: (row) => quality(row.quality) },
              { head: "reason", cell: (row) => row.reason ?? "", wrap: true }
            ])
      }
      ${curvesPart(campaign)}
      <h3>Predictions against the campaign</h3>
      ${
        targets.length === 0
          ? note("There is no out-of-fold prediction.")
          : html`${grid(
                targets.map(([name, rows]) =>
                  figure(
                    plotParity(rows, `Predictions of ${name}`),
                    html`<b>${name}</b>${parityWords(rows)} ${sources([modelNode(rows[0]?.model ?? "")])}`
                  )
                )
              )}
              <p class="soft">
                Out-of-fold predictions of the networks; bars, where drawn, are the spread of the ensemble. On
                the dashed line a prediction is exact.
              </p>`
      }`
  }
}

const curvesPart = ({ curves }: Campaign): Html => {
  const drawn = [...Map.groupBy(curves, ({ model }) => model)].flatMap(([model, rows]) => {
    const plot = plotLearningCurve(rows, `Learning curve of ${model}`)
    return plot === undefined
      ? []
      : [figure(plot, html`<b>${model}</b>: error${inUnit(rows[0]?.target_unit)} on samples not seen.`)]
  })
  const methods = [...new Set(curves.map(({ method }) => method))]
  return html`<h3>Learning curve</h3>
    ${
      drawn.length === 0
        ? note(
            "No model was trained on parts of the samples: a campaign of more samples has learning curves."
          )
        : html`${legend(methods.map((method) => ({ text: method, colour: colourOf(method), mark: "line" })))}
          ${grid(drawn)}`
    }`
}

const inUnit = (unit: string | undefined): string => (unit === undefined || unit === "" ? "" : ` / ${unit}`)

const parityWords = (rows: ReadonlyArray<PredictionRow>): string => {
  const samples = new Set(rows.map(({ sample }) => sample)).size
  const part = rows.length > most ? `, one in ${Math.ceil(rows.length / most)} points` : ""
  return `${inUnit(rows[0]?.target_unit)}, ${samples} samples${part}.`
}
