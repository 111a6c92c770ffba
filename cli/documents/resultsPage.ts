// docs/results.md: what the largest campaign so far came to, every figure taken from its tables in examples/data.
import { readFileSync } from "node:fs"
import { decodeTable } from "../../formats/parquet.ts"
import { markdownTable } from "../../formats/markdownTable.ts"
import { meanInterval } from "../../kernels/meanInterval.ts"

type Rows = ReadonlyArray<Readonly<Record<string, unknown>>>

/** What the campaign was asked for; its tables hold the rest. */
const command = [
  "npx largo run coarse-graining --set protocol=demo --set engine=gromacs --set samples=24",
  "  --set validation=kfold --set methods='[\"network\",\"gaussian process\"]' --set network.curve='[6,12,18]'"
].join(" \\\n")

/** Goals of a campaign: largest |mean ln a| at 95 %, and largest ratio of RDF residuals. */
const goals = { tempo: 0.05, residual: 1.2 }

/** Reads a table of a folder of examples/data. */
const rowsOf = async (folder: string, table: string): Promise<Rows> =>
  (
    await decodeTable(
      readFileSync(new URL(`../../examples/data/${folder}/${table}.parquet`, import.meta.url))
    )
  ).rows

/** A number of a row, or undefined where it is null or absent. */
const number = (row: Readonly<Record<string, unknown>>, column: string): number | undefined => {
  const value = row[column]
  return typeof value === "number" ? value : undefined
}
const text = (row: Readonly<Record<string, unknown>>, column: string): string => String(row[column])

const fixed = (value: number | undefined, digits: number): string =>
  value === undefined ? "–" : value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1")
const withError = (value: number | undefined, error: number | undefined, digits: number): string =>
  value === undefined || error === undefined
    ? fixed(value, digits)
    : `${fixed(value, digits)} ± ${fixed(error, digits)}`
const mean = (values: ReadonlyArray<number>): number => meanInterval(values)?.mean ?? NaN

/** The page as Markdown. Throws where a table is not there. */
export const resultsPage = async (): Promise<string> => {
  const folder = "234-trimethylpentane"
  const read = (table: string) => rowsOf(folder, table)
  const [samples, mobilities, frictions, routes, scores, curves, validations] = await Promise.all(
    ["samples", "mobilities", "frictions", "routes", "scores", "curves", "validations"].map(read)
  )
  const warm = await rowsOf("warm-start", "samples")
  return (
    [
      "# Results of a campaign",
      "<!-- Written by `node cli/documents/write.ts` from the tables in examples/data; the words are in cli/documents/resultsPage.ts. -->",
      campaignText(samples, mobilities),
      "## Held-out samples, simulated",
      routesText(routes, validations),
      goalsText(routes),
      "## Network or Gaussian process",
      scoresText(scores, curves),
      "## Friction, calibrated",
      frictionText(frictions),
      "## Warm starts",
      warmText(samples, warm)
    ].join("\n\n") + "\n"
  )
}

const campaignText = (samples: Rows, mobilities: Rows): string => {
  const usable = samples.filter((row) => row["quality"] === "ok")
  const measured = mobilities.filter((row) => row["quality"] === "ok")
  const errors = measured.flatMap((row) => (number(row, "D_AA_stderr") ?? NaN) / (number(row, "D_AA") ?? NaN))
  const range = (column: string, rows: Rows): string => {
    const values = rows.flatMap((row) => number(row, column) ?? [])
    return `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`
  }
  const lost = [...samples, ...mobilities].filter((row) => row["quality"] !== "ok")
  const reasons = [
    ...new Set(
      lost.map((row) => `sample ${text(row, "sample")}: ${text(row, "quality")}, ${text(row, "reason")}`)
    )
  ]
  return [
    `${samples.length} force fields of 2,3,4-trimethylpentane, protocol \`demo\` (64 molecules, 40 ps of production), all-atom runs by GROMACS,` +
      " coarse-grained ones by LAMMPS:",
    `\`\`\`sh\n${command}\n\`\`\``,
    `The tables are in [examples/data](../examples/data), and every figure on this page is computed from them. ${usable.length} samples have a usable` +
      ` inversion, ${measured.length} of them both mobilities: densities ${range("density", usable)} g/cm3, D all-atom ${range("D_AA", measured)}, D of the` +
      ` structure-preserving models ${range("D_CG", measured)}e-9 m2/s. A D all-atom is known to ${fixed(100 * mean(errors), 0)} % in the mean: that is` +
      " the protocol's, and limits all that follows.",
    ...(reasons.length === 0 ? [] : [reasons.map((reason) => `- ${reason}`).join("\n")])
  ].join("\n\n")
}

const routesText = (routes: Rows, validations: Rows): string => {
  const held = new Set(validations.map((row) => row["sample"])).size
  const errorOf = (route: string): string => {
    const rows = validations.filter((row) => row["route"] === route && row["quality"] === "ok")
    return fixed(
      100 * mean(rows.map((row) => (number(row, "D_stderr") ?? NaN) / (number(row, "D") ?? NaN))),
      1
    )
  }
  return [
    `Each of ${held} samples was held out once, with all models of its fold trained without it, and what was predicted from its force field alone was` +
      " simulated. ln a = ln(D / D all-atom); its interval is that of the mean over the samples at 95 %. *Scatter* is the standard deviation over the samples" +
      " and, in brackets, what the errors of both D explain of it. The residual is the relative L1 distance of the RDF to the all-atom one; the" +
      " inversion's own potential, in a run as long as the others, is the route `ibi`. Runs of 2 ns know the D of a coarse-grained model to" +
      ` ${errorOf("structure")} % without and ${errorOf("friction")} % with friction.`,
    markdownTable(
      [
        "route",
        "by",
        "samples",
        "mean ln a (95 %)",
        "scatter",
        "RDF residual",
        "/ that of `ibi`",
        "p, bar",
        "Δp by friction, ρkT"
      ],
      routes.map((row) => [
        text(row, "route"),
        text(row, "method"),
        text(row, "samples"),
        number(row, "mean_ln_a") === undefined
          ? text(row, "quality")
          : `${fixed(number(row, "mean_ln_a"), 3)} (${fixed(number(row, "mean_ln_a_low"), 3)} to ${fixed(number(row, "mean_ln_a_high"), 3)})`,
        `${fixed(number(row, "scatter_ln_a"), 2)} (${fixed(number(row, "error_ln_a"), 2)})`,
        withError(number(row, "residual"), number(row, "residual_stderr"), 4),
        withError(number(row, "residual_ratio"), number(row, "residual_ratio_stderr"), 2),
        fixed(number(row, "pressure"), 0),
        withError(number(row, "pressure_change"), number(row, "pressure_change_stderr"), 4)
      ])
    ),
    ...routes
      .filter((row) => row["samples"] === 0)
      .slice(0, 1)
      .map((row) => `The mobility networks are ${text(row, "quality")}: ${text(row, "reason")}.`)
  ].join("\n\n")
}

const goalsText = (routes: Rows): string => {
  const lines = routes
    .filter((row) => row["route"] === "friction" && number(row, "mean_ln_a") !== undefined)
    .flatMap((row) => {
      const [low, high] = [number(row, "mean_ln_a_low") ?? NaN, number(row, "mean_ln_a_high") ?? NaN]
      const ratio = number(row, "residual_ratio") ?? NaN
      const [kept, count] = [number(row, "pressure_kept") ?? 0, number(row, "samples") ?? 0]
      const width = (high - low) / 2
      const needed = Math.ceil(count * (width / goals.tempo) ** 2)
      const isWithin = low > -goals.tempo && high < goals.tempo
      return [
        `- **Tempo by the ${text(row, "method")}, friction**: the mean of ln a is ${fixed(number(row, "mean_ln_a"), 3)} ± ${fixed(width, 3)} at 95 %. ` +
          (isWithin
            ? `The goal, within ± ${goals.tempo}, is reached.`
            : low <= 0 && high >= 0
              ? `That holds 0, but the goal, within ± ${goals.tempo}, is not reached: at this scatter it takes about ${needed} samples, or longer all-atom runs.`
              : `The goal, within ± ${goals.tempo}, is not reached.`),
        `- **Structure by the ${text(row, "method")}, friction**: the residual is ${withError(ratio, number(row, "residual_ratio_stderr"), 2)} times that of \`ibi\`; the goal of ${goals.residual} is ${ratio <= goals.residual ? "reached" : "not reached"}.`,
        `- **Pressure by the ${text(row, "method")}, friction**: it changes by less than 0.02 ρkT or two standard errors in ${kept} of ${count} samples.`
      ]
    })
  return `Against the goals of a campaign:\n\n${lines.join("\n")}`
}

const scoresText = (scores: Rows, curves: Rows): string => {
  const ok = [...curves, ...scores].filter((row) => row["quality"] === "ok")
  const methods = ["network", "gaussian process", "ridge", "nearest neighbour", "mean"]
  const groups = [...Map.groupBy(ok, (row) => `${text(row, "model")} ${text(row, "samples")}`).values()].sort(
    ([a], [b]) =>
      text(a, "model").localeCompare(text(b, "model"), "en") ||
      (number(a, "samples") ?? 0) - (number(b, "samples") ?? 0)
  )
  const rows = groups.map((group) => [
    text(group[0], "model"),
    text(group[0], "samples"),
    text(group[0], "target_unit") === "" ? "ln" : text(group[0], "target_unit"),
    ...methods.map((method) => {
      const row = group.find((each) => each["method"] === method)
      return row === undefined ? "–" : withError(number(row, "rmse"), number(row, "rmse_stderr"), 3)
    })
  ])
  const covered = scores
    .filter(
      (row) =>
        ["network", "gaussian process"].includes(text(row, "method")) && number(row, "coverage") !== undefined
    )
    .map(
      (row) =>
        `${text(row, "model")} ${text(row, "method")} ${fixed(100 * (number(row, "coverage") ?? NaN), 0)} %`
    )
  const best = groups.map((group) => {
    const [first] = [...group].sort(
      (a, b) => (number(a, "rmse") ?? Infinity) - (number(b, "rmse") ?? Infinity)
    )
    return { model: text(first, "model"), samples: text(first, "samples"), method: text(first, "method") }
  })
  const said = [...Map.groupBy(best, ({ model }) => model)].map(
    ([model, found]) =>
      `*${model}*: ${found.map(({ method, samples }) => `${method} at ${samples}`).join(", ")}`
  )
  return [
    "Root mean squared error of samples that a method did not see, by cross-validation, and the same for random subsets of the samples: learning curves. Differences" +
      " of methods below the errors mean nothing.",
    markdownTable(["model", "samples", "unit", ...methods], rows),
    `Least error, by model and number of samples: ${said.join("; ")}.`,
    `Of the values of samples that were left out, the 90 % intervals hold: ${covered.join(", ")}.`
  ].join("\n\n")
}

const frictionText = (frictions: Rows): string => {
  const done = frictions.filter((row) => row["quality"] === "ok")
  const logs = done.flatMap((row) => Math.log(number(row, "acceleration") ?? NaN))
  const tempo = meanInterval(logs.filter(Number.isFinite))
  const change = (a: string, b: string) =>
    meanInterval(
      done.flatMap((row) => (number(row, a) ?? NaN) - (number(row, b) ?? NaN)).filter(Number.isFinite)
    )
  const residual = change("residual", "residual_without")
  const pressure = change("pressure", "pressure_without")
  return (
    `\`calibrate-friction\` knows each sample's own potential and D all-atom. In ${done.length} of ${frictions.length} samples it came to an end; there the mean of ln a is ` +
    `${fixed(tempo?.mean, 3)} ± ${fixed(tempo?.half, 3)} at 95 %, the RDF residual changes by ${fixed(residual?.mean, 4)} ± ${fixed(residual?.stderr, 4)}, the pressure by ` +
    `${fixed(pressure?.mean, 1)} ± ${fixed(pressure?.stderr, 1)} bar.`
  )
}

const warmText = (cold: Rows, warm: Rows): string => {
  const pairs = warm.flatMap((row) => {
    const before = cold.find((each) => each["sample"] === row["sample"])
    const [own, first] = [number(row, "iterations"), before && number(before, "iterations")]
    const [residual, other] = [number(row, "residual"), before && number(before, "residual")]
    return own === undefined ||
      first === undefined ||
      residual === undefined ||
      other === undefined ||
      own === 0
      ? []
      : [{ own, first, residual, other, sample: number(row, "sample") ?? 0 }]
  })
  const later = pairs.filter(({ sample }) => sample >= warmFrom)
  const saved = meanInterval(later.map(({ first, own }) => first - own))
  return (
    `The same campaign with \`--set warmStart=true --set initial=${warmFrom} --set batch=${warmBatch}\`: the inversions of ${later.length} samples begin at what a network of the samples before them ` +
    `predicts. They take ${fixed(mean(later.map(({ own }) => own)), 1)} iterations to the noise of their targets instead of ${fixed(mean(later.map(({ first }) => first)), 1)}: ` +
    `${withError(saved?.mean, saved?.stderr, 1)} saved, ${fixed(100 * (1 - mean(later.map(({ own }) => own)) / mean(later.map(({ first }) => first))), 0)} %. The residuals that they end at are ` +
    `${fixed(mean(later.map(({ residual }) => residual)), 4)} and ${fixed(mean(later.map(({ other }) => other)), 4)}.`
  )
}

/** The rounds of the run with warm starts. */
const [warmFrom, warmBatch] = [12, 12]
