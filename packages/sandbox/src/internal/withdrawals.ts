/**
 * Withdrawals on their way. They move on when somebody looks, by the clock, so a clock that is driven drives them.
 */
import { Duration } from "effect"
import type { Utils } from "effect"
import type { HistoryRow } from "../HistoryRow.ts"
import type { Books } from "./books.ts"
import type { HistoryStore } from "./historyStore.ts"
import { hex } from "./identifiers.ts"
import { legsOf, withdrawalCancelled, withdrawalCompleted } from "./postings.ts"

export interface Times {
  readonly processingAfter: Duration.Duration
  readonly finalAfter: Duration.Duration
}

export interface Withdrawals {
  /** Puts the row in, PENDING, and its amount on hold. */
  readonly open: (row: HistoryRow) => void
  /** Brings every withdrawal to where it is at this instant (epoch milliseconds). */
  readonly settle: (now: number) => void
}

/** A withdrawal to such an address is cancelled in the end, so that tests can choose. */
const isCancelled = (row: HistoryRow): boolean => row.toAddress.toLowerCase().startsWith("cancel")

export const make = (books: Books, store: HistoryStore, times: Times, random: Utils.PCGRandom): Withdrawals => {
  const processingAfter = Duration.toMillis(times.processingAfter)
  const finalAfter = Duration.toMillis(times.finalAfter)
  let open: ReadonlyArray<HistoryRow> = []

  const advance = (row: HistoryRow, now: number): HistoryRow => {
    if (now >= row.timestamp + finalAfter) {
      const cancelled = isCancelled(row)
      books.post(cancelled ? withdrawalCancelled(row) : withdrawalCompleted(row))
      return cancelled ? { ...row, status: "CANCELLED" } : { ...row, status: "COMPLETED", txid: hex(random, 64) }
    }
    return row.status === "PENDING" && now >= row.timestamp + processingAfter ? { ...row, status: "PROCESSING" } : row
  }

  return {
    open: (row) => {
      books.post(legsOf(row))
      store.insert(row)
      open = [...open, row]
    },
    settle: (now) => {
      if (open.length === 0) return
      open = open.flatMap((row) => {
        const next = advance(row, now)
        if (next !== row) store.replace(row, next)
        return next.status === "PENDING" || next.status === "PROCESSING" ? [next] : []
      })
    }
  }
}
