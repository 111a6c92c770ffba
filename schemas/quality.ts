// The two columns in which a table says what the science says of its row.

export const quality = {
  quality: {
    type: "string",
    unit: "",
    description:
      "ok, or what is wrong: diverged, cavitated, vapour, glassy, not diffusive, noisy, declined, ..."
  },
  reason: {
    type: "string",
    unit: "",
    description: "the numbers behind a quality that is not ok",
    nullable: true
  }
} as const
