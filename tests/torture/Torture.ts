// A torture: what is got ready once in a folder of its own, and then done case after case.

/** What was done, by name. */
export type Counts = Readonly<Record<string, number>>

export interface Torture {
  readonly begin: (folder: string) => Promise<{
    /** Does one case. Throws where something was not well. */
    readonly one: (index: number) => Promise<void>
    /** Of all cases so far. */
    readonly counts: () => Counts
  }>
}
