/**
 * One process's judgement of the rows that others wrote: how long each still holds, by its own monotonic clock.
 *
 * A row is first seen after it was written. So whoever has watched it for as long as it can last knows that it is over,
 * whatever any wall clock says; and where both sides know the machine's uptime, nobody has to watch.
 *
 * @since 0.1.0
 */
import { RateLimiter, StoredInstant } from "@btse-wallet/core"
import type { GateRow, NoteRow, PermitRow } from "./Budget.ts"

/**
 * The time as a process has it, in milliseconds: by the wall, by its monotonic clock, and by the machine, undefined where the
 * machine cannot be asked.
 *
 * @since 0.1.0
 * @category models
 */
export interface Now {
  readonly wall: number
  readonly monotonic: number
  readonly machine: { readonly boot: string; readonly uptime: number } | undefined
}

/** A note of a waiting write holds for so long unless it is renewed, in milliseconds. */
const noteLife = 2_000

/**
 * The longest that a new process respects a gate from the future, in milliseconds: the clock of whoever closed it was ahead,
 * or has been put back since, so that nobody knows how much of the block is left.
 */
const futureGateLasts = 60_000

/** Clocks that agree to this many milliseconds are one clock. */
const agreed = 1_000

const sameBoot = (row: { readonly boot: string | null }, { machine }: Now): boolean =>
  row.boot !== null && row.boot === machine?.boot

/**
 * The permits that are out, as one process knows them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makePermits = () => {
  /** Of its own permits a process knows when they come back. */
  const held = new Map<number, number>()
  let watched = new Map<number, { readonly settled: boolean; readonly until: number }>()

  const watch = (row: PermitRow, now: Now) => {
    const before = watched.get(row.id)
    const settled = row.rest !== null
    if (row.returnsAt !== null && sameBoot(row, now)) {
      return { settled, until: now.monotonic + Math.min(row.returnsAt - (now.machine?.uptime ?? 0), row.life) }
    }
    const longest = before?.until ?? now.monotonic + row.life
    return {
      settled,
      until: row.rest === null || before?.settled === true ? longest : Math.min(longest, now.monotonic + row.rest)
    }
  }

  const look = (rows: ReadonlyArray<PermitRow>, now: Now) => {
    watched = new Map(rows.map((row) => [row.id, watch(row, now)]))
    const untils = rows.map(({ id, life }) => {
      const until = held.get(id) ?? watched.get(id)?.until ?? 0
      return { id, until: Math.min(until, now.monotonic + life) }
    })
    const out = untils.filter(({ until }) => until > now.monotonic)
    const returned = untils.flatMap(({ id, until }) => (until > now.monotonic ? [] : [id]))
    for (const id of returned) held.delete(id)
    return {
      returned,
      /** When the next one comes back, by the monotonic clock; infinite where none is out. */
      nextReturn: Math.min(Number.POSITIVE_INFINITY, ...out.map(({ until }) => until)),
      ofOthers: out.filter(({ id }) => !held.has(id)).length
    }
  }

  return { hold: (id: number, until: number) => void held.set(id, until), look }
}

/**
 * The notes of waiting writes, as one process knows them. Returns those that are not renewed any more.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeNotes = () => {
  let watched = new Map<string, { readonly beats: number; readonly until: number }>()
  return (rows: ReadonlyArray<NoteRow>, { monotonic }: Now): ReadonlyArray<string> => {
    watched = new Map(
      rows.map(({ beats, id }) => {
        const before = watched.get(id)
        return [id, before?.beats === beats ? before : { beats, until: monotonic + noteLife }]
      })
    )
    return rows.flatMap(({ id }) => ((watched.get(id)?.until ?? 0) <= monotonic ? [id] : []))
  }
}

/**
 * A gate, as one process knows it: how long it is still closed, in milliseconds, and true where its instants are of a clock
 * that this one does not believe.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeGate = () => {
  let known: { readonly generation: number; readonly opensAt: number } | undefined
  let lastLook: Now | undefined

  /** The closing happened between two looks, and the clock of whoever closed it agrees with this one. */
  const witnessed = (row: GateRow, before: Now, now: Now): boolean =>
    row.closedAt >= before.wall - agreed &&
    row.closedAt <= now.wall + agreed &&
    Math.abs(now.wall - before.wall - (now.monotonic - before.monotonic)) <= agreed

  const judge = (row: GateRow, now: Now) => {
    const lasts = Math.min(row.closedUntil - row.closedAt, RateLimiter.memory)
    if (row.opensAt !== null && sameBoot(row, now)) {
      return { wait: Math.min(row.opensAt - (now.machine?.uptime ?? 0), RateLimiter.memory), foreign: false }
    }
    if (lastLook !== undefined) {
      return { wait: witnessed(row, lastLook, now) ? row.closedUntil - now.wall : lasts, foreign: false }
    }
    return StoredInstant.isBelievable(row.closedAt, now.wall, StoredInstant.horizons.record)
      ? { wait: RateLimiter.waitAt(row.closedUntil, now.wall), foreign: false }
      : { wait: Math.min(lasts, futureGateLasts), foreign: true }
  }

  return (row: GateRow, now: Now) => {
    let foreign = false
    // Only a clock that is not monotonic does that: what was seen by it says nothing.
    if (lastLook !== undefined && now.monotonic < lastLook.monotonic) known = lastLook = undefined
    if (known?.generation !== row.generation) {
      const judged = judge(row, now)
      foreign = judged.foreign
      known = { generation: row.generation, opensAt: now.monotonic + Math.max(0, judged.wait) }
    }
    lastLook = now
    return { wait: Math.max(0, known.opensAt - now.monotonic), foreign }
  }
}
