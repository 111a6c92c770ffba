// Held-out validation: what was predicted from a force field alone, simulated, beside the sample's own inversion.
import type { Campaign } from "../Campaign.ts"
import { significant, withError } from "../format.ts"
import { figure, html, table } from "../html.ts"
import type { Html } from "../html.ts"
import { plotRoutes } from "../plots/routes.ts"
import { plotValidations } from "../plots/validations.ts"
import { sourceOf } from "../Source.ts"
import { from, note, quality, sources } from "./pieces.ts"
import type { Section } from "./pieces.ts"

export const validationSection = (campaign: Campaign): Section => ({
  id: "validation",
  title: "Held-out samples, simulated",
  body: html`<p>
      What is predicted from the force field alone is simulated for samples that no model has seen, beside the
      result of the inversion itself (ibi). The aim is a residual near the noise floor and an acceleration of
      1.
    </p>
    ${
      campaign.validations.length === 0
        ? note("No sample was held out, or its simulation did not run.")
        : html`${routesPart(campaign)} ${checksPart(campaign)}`
    }`
})

const routesPart = (campaign: Campaign): Html | undefined => {
  const { routes } = campaign
  if (routes.length === 0) return undefined
  const node = sourceOf(campaign).ofTarget("routes")
  const plot = plotRoutes(routes)
  const times = (ln: number | null): string => (ln === null ? "–" : significant(Math.exp(ln), 3))
  return html`${
    plot === undefined
      ? undefined
      : figure(
          plot,
          html`Geometric mean of the acceleration over the held-out samples, with its 95 % interval.
          ${sources([node])}`
        )
  }
  ${table("Routes, over all held-out samples", routes, [
    { head: "route", cell: (row) => row.route },
    { head: "method", cell: (row) => row.method },
    { head: "samples", cell: (row) => row.samples, number: true },
    { head: "mean acceleration", cell: (row) => from(node, times(row.mean_ln_a)), number: true },
    {
      head: "95 % interval",
      cell: (row) =>
        row.mean_ln_a_low === null ? "–" : `${times(row.mean_ln_a_low)} to ${times(row.mean_ln_a_high)}`,
      number: true
    },
    { head: "scatter of ln", cell: (row) => significant(row.scatter_ln_a, 2), number: true },
    { head: "errors of D explain", cell: (row) => significant(row.error_ln_a, 2), number: true },
    { head: "RDF residual", cell: (row) => withError(row.residual, row.residual_stderr), number: true },
    {
      head: "times that of ibi",
      cell: (row) => withError(row.residual_ratio, row.residual_ratio_stderr),
      number: true
    },
    { head: "p / bar", cell: (row) => significant(row.pressure, 3), number: true },
    { head: "quality", cell: (row) => quality(row.quality) }
  ])}`
}

const checksPart = (campaign: Campaign): Html => {
  const { validations } = campaign
  const { ofCheck } = sourceOf(campaign)
  return html`${
    validations.some(({ acceleration }) => acceleration !== null)
      ? figure(
          plotValidations(validations),
          html`Acceleration by route, a point a sample; bars are one standard error, hollow points are not ok.`
        )
      : undefined
  }
  ${table("Simulated checks", validations, [
    { head: "sample", cell: (row) => row.sample, number: true },
    { head: "route", cell: (row) => row.route },
    { head: "method", cell: (row) => row.method },
    { head: "quality", cell: (row) => quality(row.quality) },
    {
      head: "RDF residual",
      cell: (row) => from(ofCheck(row.sample, row.route, row.method), significant(row.residual, 2)),
      number: true
    },
    { head: "noise floor", cell: (row) => significant(row.noise_floor, 2), number: true },
    {
      head: "D / 10⁻⁹ m² s⁻¹",
      cell: (row) => from(ofCheck(row.sample, row.route, row.method), withError(row.D, row.D_stderr)),
      number: true
    },
    { head: "D all-atom", cell: (row) => withError(row.D_target, row.D_target_stderr), number: true },
    {
      head: "acceleration",
      cell: (row) =>
        from(
          ofCheck(row.sample, row.route, row.method),
          withError(row.acceleration, row.acceleration_stderr)
        ),
      number: true
    },
    { head: "p / bar", cell: (row) => significant(row.pressure, 3), number: true },
    { head: "damping time / ps", cell: (row) => significant(row.tau, 3), number: true },
    { head: "reason", cell: (row) => row.reason ?? "", wrap: true }
  ])}`
}
