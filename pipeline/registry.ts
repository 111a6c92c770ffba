// The stages that have been made in this process, by name.
import type { ErasedStage } from "./Stage.ts"

const stages = new Map<string, ErasedStage>()

/** Two stages of one name: their keys could not be told apart. */
export class DuplicateStage extends Error {
  constructor(name: string, first: string, second: string) {
    super(`two stages are named "${name}": ${first} and ${second}; give one of them another name`)
    this.name = "DuplicateStage"
  }
}

/** Makes a stage known by its name. Throws `DuplicateStage`. */
export const register = (stage: ErasedStage): void => {
  const known = stages.get(stage.name)
  if (known !== undefined) throw new DuplicateStage(stage.name, known.module, stage.module)
  stages.set(stage.name, stage)
}

export const find = (name: string): ErasedStage | undefined => stages.get(name)

export const all = (): Iterable<ErasedStage> => stages.values()
