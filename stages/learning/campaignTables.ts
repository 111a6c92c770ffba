// The tables of a campaign as a training reads them, and what it says where they do not suffice.
import type { ValueOf } from "../../schemas/Kind.ts"
import type {
  BondedPotentials,
  Frictions,
  Mobilities,
  Pairs,
  Potentials,
  SampleParameters
} from "../../schemas/campaign.ts"
import type { Matching } from "../../schemas/Matching.ts"

export interface CampaignTables {
  readonly parameters: ValueOf<typeof SampleParameters>
  readonly potentials?: ValueOf<typeof Potentials> | undefined
  readonly bondedPotentials?: ValueOf<typeof BondedPotentials> | undefined
  readonly pairs?: ValueOf<typeof Pairs> | undefined
  readonly matching?: ValueOf<typeof Matching> | undefined
  readonly mobilities?: ValueOf<typeof Mobilities> | undefined
  readonly frictions?: ValueOf<typeof Frictions> | undefined
}

/** There is too little to learn from; the message has the numbers. The verdict `declined` comes of it. */
export class TooLittle extends Error {
  constructor(message: string) {
    super(message)
    this.name = "TooLittle"
  }
}
