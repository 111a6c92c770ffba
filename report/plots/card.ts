// The size of the plots that stand side by side.

export const small = { width: 330, height: 230, marginLeft: 50 } as const
