/**
 * Every request that reached the sandbox, whatever became of it.
 */

import type { Arrival } from "../Sandbox.ts"

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
