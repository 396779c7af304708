/**
 * Every request that reached the sandbox, whatever became of it.
 */

/**
 * A request as it arrived: when by the real clock (epoch milliseconds), with which key and nonce, and how it was
 * answered (`null` as long as it was not).
 */
export interface Arrival {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly apiKey: string | null
  readonly nonce: string | null
  readonly status: number | null
}

export interface Arrivals {
  /** Answers what notes the status. */
  readonly add: (arrival: Omit<Arrival, "status">) => (status: number) => void
  readonly all: () => ReadonlyArray<Arrival>
}

/** The oldest go first, so that a sandbox that serves for weeks does not fill the memory. */
const kept = 500_000

export const make = (): Arrivals => {
  let arrivals: Array<Arrival & { status: number | null }> = []
  return {
    add: (arrival) => {
      const noted = { ...arrival, status: null as number | null }
      if (arrivals.length >= 2 * kept) arrivals = arrivals.slice(-kept)
      arrivals.push(noted)
      return (status) => {
        noted.status = status
      }
    },
    all: () => arrivals.map((arrival) => ({ ...arrival }))
  }
}
