// A trained network as the plain data of a model, and back.
import type { Network } from "../../kernels/Network.ts"
import type { Trained } from "../../schemas/Model.ts"

type NetworkData = Trained["network"]

/** Single-precision weights become the doubles of the same value, so that nothing is lost. */
export const toData = ({ activation, inputs, members, outputs, sizes }: Network): NetworkData => ({
  sizes: [...sizes],
  activation,
  inputs: { mean: [...inputs.mean], scale: [...inputs.scale] },
  outputs: { mean: [...outputs.mean], scale: [...outputs.scale] },
  members: members.map((layers) =>
    layers.map(({ bias, weights }) => ({ weights: [...weights], bias: [...bias] }))
  )
})

export const fromData = ({ activation, inputs, members, outputs, sizes }: NetworkData): Network => ({
  sizes,
  activation,
  inputs: { mean: Float64Array.from(inputs.mean), scale: Float64Array.from(inputs.scale) },
  outputs: { mean: Float64Array.from(outputs.mean), scale: Float64Array.from(outputs.scale) },
  members: members.map((layers) =>
    layers.map(({ bias, weights }) => ({
      weights: Float32Array.from(weights),
      bias: Float32Array.from(bias)
    }))
  )
})
