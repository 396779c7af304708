/**
 * How many rows came, and what became of them.
 *
 * @internal
 */
export interface Counts {
  readonly seen: number
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  readonly vanished: number
}

export const noCounts: Counts = { seen: 0, inserted: 0, updated: 0, unchanged: 0, vanished: 0 }

export const addCounts = (a: Counts, b: Counts): Counts => ({
  seen: a.seen + b.seen,
  inserted: a.inserted + b.inserted,
  updated: a.updated + b.updated,
  unchanged: a.unchanged + b.unchanged,
  vanished: a.vanished + b.vanished
})
