// Learning as part of a graph: the same bytes from empty stores, and only what a change reaches is trained again.
import { expect, test } from "vitest"
import { temporaryFolder, useRig, valueOf } from "../engine/rig.ts"
import { learning } from "./learningPipeline.ts"

const rig = useRig()
const trained = (nodes: ReadonlyArray<string>) =>
  nodes.filter((node) => node.startsWith("train-model")).sort()

test("two empty stores come to the same bytes, and a second run trains nothing", async () => {
  const [first, second] = [temporaryFolder(), temporaryFolder()]
  const one = await rig.run(learning, { store: first })
  const two = await rig.run(learning, { store: second })
  expect(one.summary.failed).toBe(0)
  expect(two.summary.targets).toEqual(one.summary.targets)
  expect((await rig.run(learning, { store: first })).ran).toEqual([])
  expect(valueOf(first, one, "structure")).toMatchObject({ quality: "ok", samples: [0, 2, 3, 4, 5, 6, 7] })
  expect(valueOf(first, one, "mobility")).toMatchObject({ quality: "declined", trained: null })
  expect(valueOf(first, one, "prediction")).toMatchObject({ predicts: "acceleration", quality: "ok" })
})

test("another fit window of the diffusion never trains the structural network again", async () => {
  const store = temporaryFolder()
  const all = await rig.run(learning, { store })
  expect(trained(all.ran)).toEqual([
    "train-model@acceleration",
    "train-model@mobility",
    "train-model@structure"
  ])
  const again = await rig.run(learning, { store, params: { tmin: 6 } })
  expect(trained(again.ran)).not.toContain("train-model@structure")
  expect(again.ran).not.toContain("predict-potential")
  expect(again.ran).toContain("match-pairs")
  // Both mobilities change by one factor, so that their ratio and its model stay, as far as rounding lets them.
  expect(again.summary.targets["structure"]).toBe(all.summary.targets["structure"])
})

test("a new sample is drawn alone, and trains again what it enters", async () => {
  const store = temporaryFolder()
  await rig.run(learning, { store })
  const more = await rig.run(learning, { store, params: { samples: 9 } })
  expect(trained(more.ran)).toContain("train-model@structure")
  const drawn = more.ran.filter((node) => node.startsWith("draw-")).sort()
  expect(drawn).toEqual(["draw-mobility@sample=8", "draw-sample@sample=8"])
})
