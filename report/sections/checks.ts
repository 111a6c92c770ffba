// Whether a campaign can be trusted: what was checked, what came of it, and where to look.
import type { Campaign } from "../Campaign.ts"
import { significant } from "../format.ts"

export interface Check {
  readonly state: "good" | "fair" | "bad"
  readonly words: string
  /** The section that tells more. */
  readonly section: string
}

/** All passed is good, half of them fair; where there is none, nothing is known of the topic. */
const share = (passed: number, all: number, topic: string, words: string): Pick<Check, "state" | "words"> =>
  all === 0
    ? { state: "bad", words: `Nothing is known of ${topic}` }
    : { state: passed === all ? "good" : 2 * passed >= all ? "fair" : "bad", words }

/** In the order in which one doubts. */
export const checksOf = (campaign: Campaign): ReadonlyArray<Check> => [
  complete(campaign),
  ...protocol(campaign),
  usable(campaign),
  structure(campaign),
  fits(campaign),
  tempo(campaign),
  ...learned(campaign),
  ...held(campaign),
  ...repeated(campaign)
]

export const verdictOf = (
  checks: ReadonlyArray<Check>
): { readonly state: Check["state"]; readonly words: string } => {
  const count = (state: Check["state"]): number => checks.filter((check) => check.state === state).length
  const [bad, fair] = [count("bad"), count("fair")]
  if (bad > 0) return { state: "bad", words: `No: ${bad} of ${checks.length} checks failed` }
  if (fair > 0)
    return { state: "fair", words: `With care: ${fair} of ${checks.length} checks passed in part` }
  return { state: "good", words: `Yes: all ${checks.length} checks passed` }
}

const complete = ({ provenance: { counts, failures, how, nodes, skipped } }: Campaign): Check => {
  if (failures.length > 0 || skipped.length > 0) {
    const words = `${failures.length} nodes failed and ${skipped.length} were skipped`
    return { state: "bad", words, section: "workflow" }
  }
  if (counts === null || how !== "finished") {
    return { state: "bad", words: "The run did not come to its end", section: "workflow" }
  }
  return { state: "good", words: `The run is complete: ${nodes.length} nodes`, section: "workflow" }
}

const protocols: Readonly<Record<string, Pick<Check, "state" | "words">>> = {
  tiny: { state: "bad", words: "Protocol tiny is for tests: its numbers are biased" },
  demo: { state: "fair", words: "Protocol demo is for a first look: D to 10 to 25 %" },
  paper: { state: "good", words: "Protocol paper: long runs, large box" }
}

const protocol = ({ provenance: { params } }: Campaign): ReadonlyArray<Check> => {
  const found = protocols[String(params["protocol"])]
  return found === undefined ? [] : [{ ...found, section: "provenance" }]
}

const usable = ({ samples }: Campaign): Check => {
  const good = samples.filter(({ quality }) => quality === "ok").length
  const words = `${good} of ${samples.length} liquids are sound and their inversion ended well`
  return { ...share(good, samples.length, "the liquids", words), section: "samples" }
}

const structure = ({ samples }: Campaign): Check => {
  const known = samples.flatMap(({ noise_floor, residual, residual_stderr }) =>
    residual === null || noise_floor === null ? [] : [residual <= noise_floor + 2 * (residual_stderr ?? 0)]
  )
  const good = known.filter((fine) => fine).length
  const words = `Structure is kept to within the noise in ${good} of ${known.length} models`
  return { ...share(good, known.length, "the structure", words), section: "structure" }
}

const fits = ({ displacements }: Campaign): Check => {
  const good = displacements.filter(({ diffusion }) => diffusion.quality === "ok")
  const qualities = good.flatMap(({ diffusion: { Q } }) => (Q === null ? [] : [Q]))
  const least = qualities.length === 0 ? "" : `; smallest Q ${significant(Math.min(...qualities), 2)}`
  const words = `${good.length} of ${displacements.length} diffusion fits are good${least}`
  return { ...share(good.length, displacements.length, "the diffusion", words), section: "samples" }
}

const tempo = ({ frictions }: Campaign): Check => {
  const known = frictions.flatMap(({ acceleration, acceleration_stderr }) =>
    acceleration === null ? [] : [Math.abs(acceleration - 1) <= 2 * (acceleration_stderr ?? 0)]
  )
  const good = known.filter((fine) => fine).length
  const words = `With friction ${good} of ${known.length} models keep the all-atom tempo within two standard errors`
  return { ...share(good, known.length, "the tempo with friction", words), section: "mobility" }
}

const learned = ({ scores }: Campaign): ReadonlyArray<Check> => {
  const networks = scores.filter(({ method, r2 }) => method === "network" && r2 !== null)
  if (networks.length === 0) return []
  const good = networks.filter(({ r2 }) => (r2 ?? 0) > 0).length
  const words = `${good} of ${networks.length} networks predict unseen samples better than the mean does`
  return [{ ...share(good, networks.length, "the networks", words), section: "models" }]
}

const held = ({ routes }: Campaign): ReadonlyArray<Check> => {
  const route = routes.find((row) => row.route === "friction" && row.method === "network")
  if (route?.mean_ln_a == null) return []
  const [low, high] = [route.mean_ln_a_low, route.mean_ln_a_high]
  if (low === null || high === null) {
    const words = "One held-out sample was simulated: too few for an interval"
    return [{ state: "fair", words, section: "validation" }]
  }
  const within = low <= 0 && high >= 0
  const sharp = high - low < Math.log(2)
  const interval = `${significant(Math.exp(low), 2)} to ${significant(Math.exp(high), 2)}`
  return [
    {
      state: within ? (sharp ? "good" : "fair") : "bad",
      words: `On ${route.samples} held-out samples the predicted models move at ${interval} of the all-atom tempo${within ? (sharp ? "" : ", too wide to say much") : ", which leaves 1 out"}`,
      section: "validation"
    }
  ]
}

const repeated = ({ provenance: { findings } }: Campaign): ReadonlyArray<Check> =>
  findings.length === 0
    ? []
    : [
        {
          state: "fair",
          words: `${findings.length} results did not come out the same twice`,
          section: "provenance"
        }
      ]
