// The pages of runs: every sample and plot is there, numbers are those of the tables, nothing is fetched or left blank.
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseHTML } from "linkedom"
import { beforeAll, describe, expect, it } from "vitest"
import type { Store } from "../../cache/Store.ts"
import type { Campaign } from "../../report/Campaign.ts"
import { significant, withError } from "../../report/format.ts"
import { geometricMean } from "../../report/geometricMean.ts"
import { loadCampaign } from "../../report/loadCampaign.ts"
import { renderCampaign } from "../../report/page.ts"
import { fitLine } from "../../report/plots/msd.ts"
import * as RunRecord from "../../report/RunRecord.ts"
import { render, writeReport } from "../../report/writeReport.ts"
import { broken, campaign } from "./pipelines.ts"
import { runOf, temporaryFolder } from "./runs.ts"
import * as synthetic from "./synthetic.ts"

const folder = temporaryFolder()
let store: Store
let record: RunRecord.RunRecord
let half: RunRecord.RunRecord
let loaded: Campaign
let text: string

beforeAll(async () => {
  const at = join(folder, "store")
  const made = await runOf(campaign, at, { protocol: "demo", seed: 7 })
  store = made.store
  record = RunRecord.read(store, made.run)
  half = RunRecord.read(store, (await runOf(broken, at)).run)
  loaded = await loadCampaign(store, record)
  text = renderCampaign(loaded)
})

/** A page without its scripts: what is there before anything runs. */
const stillOf = (page: string): string =>
  page
    .split("<script")
    .map((part, i) => (i === 0 ? part : part.slice(part.indexOf("</script>") + "</script>".length)))
    .join("")

const parsed = new Map<string, ReturnType<typeof parseHTML>["document"]>()
const documentOf = (page: string) => {
  const document = parsed.get(page) ?? parseHTML(stillOf(page)).document
  parsed.set(page, document)
  return document
}

/** What a reader reads: text, and what plots tell where they are pointed at. */
const wordsOf = (page: string): string => {
  const { body } = documentOf(page)
  const spots = [...body.querySelectorAll("[data-spots]")].map((plot) => plot.getAttribute("data-spots"))
  return [body.textContent, ...spots].join("\n").replaceAll(/\s+/g, " ")
}

const expectSound = (page: string) => {
  const still = stillOf(page)
  const stray = [
    /NaN|Infinity/g,
    /="(?:undefined|null)/g,
    /<link|<iframe/g,
    /<(?:img|script|video)[^>]* src/g
  ]
  expect(stray.flatMap((pattern) => still.match(pattern) ?? [])).toEqual([])
  expect(wordsOf(page).match(/undefined|null|\[object/g)).toBeNull()
  const fetched = [...still.matchAll(/\b(?:src|href|action|data|poster)="([^"#][^"]*)"|url\((?!#)|@import/g)]
  expect(fetched.map(([found]) => found)).toEqual([])
  const document = documentOf(page)
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id)
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  // Every link leads somewhere on the page.
  const known = new Set(ids)
  const targets = [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href") ?? "")
  expect(targets.filter((target) => !target.startsWith("#") || !known.has(target.slice(1)))).toEqual([])
}

describe("the page of a campaign", () => {
  it("is read from the store as it was published", () => {
    expect(loaded.absent).toEqual([])
    expect(loaded.samples).toEqual(synthetic.samples)
    expect(loaded.predictions).toEqual(synthetic.predictions)
    expect(loaded.matching).toEqual(synthetic.matching)
    expect(loaded.displacements).toHaveLength(2 * synthetic.count)
    const { msd, diffusion } = synthetic.diffusionOf(4, "coarse-grained")
    expect(loaded.displacements[9]).toEqual({
      sample: 4,
      resolution: "coarse-grained",
      msd,
      diffusion: diffusion[0]
    })
  })

  it("holds no blank, no request, no leftover of a missing number", () => expectSound(text))

  it("has every plot: potentials, RDFs, displacements, mobilities, accelerations, scores, parity, validation", () => {
    const plots = [...documentOf(text).querySelectorAll("svg.plot")]
    const count = (part: string) =>
      plots.filter((plot) => plot.getAttribute("aria-label")?.includes(part) === true).length
    const found = {
      stills: count("8 molecules in a box"),
      campaign: count("All-atom against") + count("Acceleration against density") + count("Potentials of 7"),
      scores: count("error"),
      curves: count("Learning curve"),
      parity: count("Predictions of"),
      routes: count("by route"),
      densities: count("Density of sample"),
      pressures: count("Pressure of sample"),
      rdfs: count("Radial distribution function of sample"),
      potentials: count("Potential of sample"),
      inversions: count("Convergence of the inversion"),
      displacements: count("Mean squared displacements")
    }
    expect(found).toEqual({
      stills: 2,
      campaign: 3,
      scores: 3,
      curves: 3,
      parity: 3,
      routes: 2,
      densities: 9,
      pressures: 9,
      rdfs: 8,
      potentials: 7,
      inversions: 9,
      displacements: 8
    })
    expect(plots.length).toBe(Object.values(found).reduce((a, b) => a + b, 0))
  })

  it("shows bonds and angles where molecules are several beads, and nothing of them elsewhere", () => {
    expect(wordsOf(text)).not.toMatch(/Bonds and angles|total variation/)
    const coordinate = { sample: 0, kind: "angle", beads: "A-B-A", r: null }
    const bins = [0.2, 0.5, 0.3].map((target, i) => ({
      ...coordinate,
      theta: 91 + 2 * i,
      target,
      target_sem: 0.01,
      model: [0.25, 0.5, 0.25][i]
    }))
    const points = [0, 2, 40].map((U, i) => ({ ...coordinate, theta: 93 + 4 * i, U, F: null, torque: 0 }))
    const samples = loaded.samples.map((row) => ({ ...row, variation: 0.05, variation_floor: 0.02 }))
    const page = renderCampaign({ ...loaded, samples, bondedPotentials: points, bondedDistributions: bins })
    expectSound(page)
    expect(wordsOf(page)).toMatch(/angle A-B-A\s+total variation 0.050/)
    expect(wordsOf(page)).toContain("Potentials of the angle A-B-A, up to 10 kJ/mol.")
    expect(wordsOf(page)).toContain("0.050 (0.020)")
    const plotsOf = (document: string) => documentOf(document).querySelectorAll("svg.plot").length
    expect(plotsOf(page)).toBe(plotsOf(text) + 2)
  })

  it("has each sample in its table, with the numbers and errors of the tables", () => {
    const rows = [
      ...documentOf(text).querySelectorAll(
        "section[aria-labelledby=samples] > .scroll:first-of-type tbody tr"
      )
    ].map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent))
    expect(rows.map(([sample]) => sample)).toEqual(synthetic.indices.map(String))
    const { acceleration, acceleration_stderr, D_AA, D_AA_stderr } = synthetic.mobilities[5]
    expect(rows[5]).toContain(withError(D_AA, D_AA_stderr))
    expect(rows[5]).toContain(withError(acceleration, acceleration_stderr))
    expect(rows[3]).toEqual(["3", "glassy", expect.anything(), expect.anything(), ...Array(8).fill("–")])
  })

  it("says why samples are missing and why there are no pairs, in escaped words", () => {
    expect(text).toContain(
      "the slope of log MSD is 0.62 between 5 and 20 ps; 0.9 is needed &lt;of a liquid&gt;"
    )
    expect(wordsOf(text)).toContain("Not shown: sample 3 (glassy), sample 7 (diverged).")
    expect(wordsOf(text)).toContain("declined: the largest D_AA is 1.94, below the smallest D_CG of 5.2")
  })

  it("gives the mean acceleration with the interval that its table gives", () => {
    const good = synthetic.mobilities.flatMap(({ acceleration, quality }) =>
      quality === "ok" && acceleration !== null ? [acceleration] : []
    )
    const logs = good.map(Math.log)
    const mean = logs.reduce((sum, log) => sum + log, 0) / 7
    const spread = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 6)
    // 2.447 is Student's t for 6 degrees of freedom.
    const [low, high] = [-1, 1].map((side) => Math.exp(mean + (side * 2.447 * spread) / Math.sqrt(7)))
    const words = `${significant(Math.exp(mean), 3)}, 95 % interval ${significant(low, 3)} to ${significant(high, 3)}, over 7 samples`
    expect(wordsOf(text)).toContain(words)
  })

  it("says why a fit is not used, and nothing of the others", () => {
    const reason = "D = 4.1 from 1 to 5 ps with quality Q = 0.001, but 3.2 from 2 to 10 ps"
    const displacements = loaded.displacements.map((one) =>
      one.sample === 2 && one.resolution === "coarse-grained"
        ? { ...one, diffusion: { ...one.diffusion, quality: "not diffusive", reason } }
        : one
    )
    const page = renderCampaign({ ...loaded, displacements })
    expect(wordsOf(text)).not.toContain(reason)
    expect(wordsOf(page)).toContain(reason)
  })

  it("draws fits whose slope is 6 D, from their offset", () => {
    const one = loaded.displacements.find(
      ({ resolution, sample }) => sample === 0 && resolution === "all-atom"
    )!
    const line = fitLine(one)
    const [first, last] = [line[0], line.at(-1)!]
    expect((last.msd - first.msd) / (last.t - first.t)).toBeCloseTo(6e-3 * one.diffusion.D!, 10)
    expect(first.t).toBeCloseTo(one.diffusion.tmin!, 10)
    expect(first.msd - first.t * 6e-3 * one.diffusion.D!).toBeCloseTo(one.diffusion.offset!, 10)
  })

  it("is the same text each time, in another process too", () => {
    expect(renderCampaign(loaded)).toBe(text)
    const url = (name: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, "../..", name)).href)
    const script = `
      import * as Store from ${url("cache/Store.ts")}
      import * as RunRecord from ${url("report/RunRecord.ts")}
      import { render } from ${url("report/writeReport.ts")}
      const store = Store.open(${JSON.stringify(store.root)})
      process.stdout.write(await render(store, RunRecord.read(store, ${JSON.stringify(record.id)})))`
    const options = { encoding: "utf8", maxBuffer: 1 << 26 } as const
    const elsewhere = execFileSync(process.execPath, ["--input-type=module", "--eval", script], options)
    expect(elsewhere === text).toBe(true)
  })

  it("stays sound where nothing came of anything", () => {
    const nothing: Campaign = {
      ...loaded,
      samples: synthetic.samples.map((row) => ({ ...row, density: null, residual: null, noise_floor: null })),
      potentials: [],
      rdfs: [],
      mobilities: [],
      frictions: [],
      scores: [],
      predictions: [],
      validations: [],
      routes: [],
      curves: [],
      displacements: [],
      thermos: [],
      inversions: [],
      liquid: undefined,
      nodes: new Map(),
      matching: undefined,
      absent: [{ table: "rdfs", why: "the run did not reach it" }]
    }
    const page = renderCampaign(nothing)
    expectSound(page)
    expect(wordsOf(page)).toContain("rdfs: the run did not reach it")
    expectSound(renderCampaign({ ...nothing, samples: [] }))
  })

  it("names a table whose bytes are gone and shows the rest", async () => {
    const digest = record.targets["rdfs"]?.digest ?? ""
    const bytes = store.contents.read(digest)
    store.contents.remove(digest)
    const page = await render(store, record)
    store.contents.put(bytes)
    expectSound(page)
    expect(wordsOf(page)).toMatch(/rdfs: blob \w+ is not in the store/)
    expect(documentOf(page).querySelectorAll("svg.plot").length).toBe(58)
  })
})

describe("the page of any other run", () => {
  it("lists nodes with states and times, targets, and what failed with its fix", async () => {
    const page = await render(store, half)
    expectSound(page)
    const words = wordsOf(page)
    expect(words).toContain("refuse")
    expect(words).toContain("the <input> is not what it should be mend it & run again")
    expect(words).toContain("not reached")
    expect(words).toMatch(/1 nodes? ran|1 were cached/)
  })

  it("is written to a file", async () => {
    const { bytes, file, run } = await writeReport(store, half, join(folder, "new", "page.html"))
    expect([run, file]).toEqual([half.id, join(folder, "new", "page.html")])
    expect(bytes).toBeGreaterThan(2000)
  })
})

describe("numbers in words", () => {
  it("have the digits that their errors allow", () => {
    expect(withError(1.0512, 0.1234)).toBe("1.05 ± 0.12")
    expect(withError(5.5512, 0.2934)).toBe("5.6 ± 0.3")
    expect(withError(-531.2, 28)).toBe("−530 ± 30")
    expect(withError(0.000123, 0.00004)).toBe("0.00012 ± 0.00004")
    expect(withError(null, 1)).toBe("–")
    expect(withError(2, null)).toBe("2.00")
    expect(withError(2, 0)).toBe("2.00")
    expect(withError(0.999, 0.0996)).toBe("1.00 ± 0.10")
    expect(significant(12345, 3)).toBe("12300")
    expect(significant(-0.04, 2)).toBe("−0.040")
    expect(significant(1.2e-9, 2)).toBe("1.2e-9")
  })

  it("average ratios by their logarithms", () => {
    expect(geometricMean([])).toBeUndefined()
    expect(geometricMean([null, 4])).toEqual({ mean: 4, interval: null, count: 1 })
    const two = geometricMean([1, 4])
    expect(two?.mean).toBeCloseTo(2, 12)
    // Student's t for one degree of freedom is 12.706; the standard error of the mean log is ln 2.
    expect(two?.interval?.[1]).toBeCloseTo(2 * 2 ** 12.706, 3)
  })
})
