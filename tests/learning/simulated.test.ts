// A predicted potential in a real simulation: the held-out sample's structure and mobility, from its parameters alone.
import { expect, test } from "vitest"
import { decodeRows } from "../../formats/parquet.ts"
import { Validations } from "../../schemas/campaign.ts"
import { CoarseRun } from "../../schemas/CoarseRun.ts"
import * as Store from "../../cache/Store.ts"
import { only, temporaryFolder, useRig } from "../engine/rig.ts"
import { simulating } from "./simulatedPrediction.ts"

const rig = useRig()

test("a predicted potential is simulated to the structure and mobility of the sample's own", async () => {
  const store = temporaryFolder()
  const did = await rig.run(simulating, { store })
  expect(only(did, "Failed").map(({ message, node }) => `${node}: ${message}`)).toEqual([])
  const bytesOf = (target: string) => Store.open(store).contents.read(did.summary.targets[target] ?? "")
  const [row] = await decodeRows(bytesOf("validation"), Validations.columns)
  const [own] = await decodeRows(bytesOf("ownRun"), CoarseRun.columns)
  expect(row).toMatchObject({ sample: 3, route: "structure", quality: "ok" })
  expect(row.residual).toBeLessThan(0.1)
  expect(row.noise_floor).toBeGreaterThan(0)
  expect(Math.abs(Math.log(row.acceleration ?? 0))).toBeLessThan(0.25)
  expect(own.temperature).toBeGreaterThan(285)
})
