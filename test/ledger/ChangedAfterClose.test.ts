import { AccountingPolicy, Entries, Reconciliation } from "@btse-wallet/ledger"
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { at, decimal } from "./Bench.ts"
import { books, close, instant, show } from "./ClosingBooks.ts"

/** What changed, and what that calls for, a line each. */
const told = Effect.map(show, ({ callsFor, changes }) => [
  ...changes.map(({ after, before, countsAfter, id, inside, what }) => {
    const where = inside ? "counted in it" : `counts after ${countsAfter === null ? "nothing" : countsAfter}`
    return `${what} ${id}: ${before} to ${after}, ${where}`
  }),
  ...callsFor.map(({ amount, currency }) => `calls for ${amount} ${currency}`)
])

const statusOf = (from: string, to: string) =>
  Effect.map(
    Effect.flatMap(Reconciliation.Reconciliation, (service) =>
      service.run({ from: DateTime.unsafeMake(from), to: DateTime.unsafeMake(to) })
    ),
    ({ status }) => status
  )

/** Enters what the changes call for, where it counts by default: at the last snapshot. */
const enterCalledFor = Effect.flatMap(show, ({ callsFor }) =>
  Effect.forEach(callsFor, ({ amount, currency }) =>
    Effect.flatMap(Entries.Entries, (service) =>
      service.adjust({ amount: decimal(amount), currency, reason: "October" })
    )
  )
)

const deposit = { orderId: "1", amount: "2", timestamp: instant("2026-10-05") }

const evening = { orderId: "2", amount: "5", timestamp: instant("2026-10-31T22:00:00Z") }

describe("After a close", () => {
  it.effect("a record of its days that counts in the next period is told of, and calls for nothing", () =>
    books((synced) =>
      Effect.gen(function* () {
        yield* synced("2026-10-31T18:00:00Z", "3", deposit)
        yield* synced("2026-11-01T08:00:00Z", "8", deposit, evening)
        yield* close()
        yield* synced("2026-11-03T08:00:00Z", "7", deposit, { ...evening, amount: "4" })
        expect(yield* told).toEqual(["changed 2: 5 to 4, counts after 2026-10-31T18:00:00.000Z"])
        const late = { orderId: "late", amount: "0.25", timestamp: instant("2026-10-31T12:00:00Z") }
        yield* synced("2026-11-04T08:00:00Z", "7.25", deposit, { ...evening, amount: "4" }, late)
        yield* synced("2026-11-05T08:00:00Z", "3.25", deposit, late)
        expect(yield* told).toEqual([
          "inserted late: 0 to 0.25, counts after 2026-11-03T08:00:00.000Z",
          "vanished 2: 5 to 0, counts after 2026-10-31T18:00:00.000Z"
        ])
        // Nothing was called for, so nothing is entered, and both sides of the close match.
        yield* enterCalledFor
        expect(yield* statusOf("2026-09-30T23:00:00Z", "2026-10-31T23:59:59.999Z")).toBe("matched")
        expect(yield* statusOf("2026-11-03T09:00:00Z", "2026-11-04T09:00:00Z")).toBe("matched")
      })
    )
  )

  it.effect(
    "what was counted in it and is another amount calls for an entry, after which the next period matches",
    () =>
      books((synced) =>
        Effect.gen(function* () {
          yield* synced("2026-10-31T23:00:00Z", "3", deposit)
          yield* synced("2026-11-01T08:00:00Z", "3", deposit)
          yield* close()
          const late = { orderId: "late", amount: "0.25", timestamp: instant("2026-10-31T22:00:00Z") }
          const next = { orderId: "next", amount: "7", timestamp: instant("2026-11-03") }
          yield* synced("2026-11-03T08:00:00Z", "10.75", { ...deposit, amount: "2.5" }, late, next)
          expect(yield* told).toEqual([
            "changed 1: 2 to 2.5, counted in it",
            "inserted late: 0 to 0.25, counts after 2026-11-01T08:00:00.000Z",
            "calls for 0.5 BTC"
          ])
          const november = statusOf("2026-10-31T23:59:59.999Z", "2026-11-30T00:00:00Z")
          expect(yield* november).toBe("broken")
          yield* enterCalledFor
          expect(yield* november).toBe("matched")
        })
      )
  )

  it.effect("a record that leaves it is told of, and the entry it calls for makes the next period match", () =>
    books((synced) =>
      Effect.gen(function* () {
        yield* synced("2026-10-31T23:00:00Z", "3", deposit)
        yield* synced("2026-11-01T08:00:00Z", "3", deposit)
        yield* close()
        yield* synced("2026-11-02T08:00:00Z", "3", { ...deposit, status: "PROCESSING" })
        expect(yield* told).toEqual(["changed 1: 2 to 0, counted in it", "calls for -2 BTC"])
        yield* synced("2026-11-03T08:00:00Z", "3", deposit)
        expect(yield* told).toEqual(["changed 1: 2 to 0, counted in it", "calls for -2 BTC"])
        const november = statusOf("2026-10-31T23:59:59.999Z", "2026-11-30T00:00:00Z")
        expect(yield* november).toBe("broken")
        yield* enterCalledFor
        expect(yield* november).toBe("matched")
      })
    )
  )

  it.effect("a record that was pending at the close and settles later is no change", () =>
    books((synced) =>
      Effect.gen(function* () {
        const withdrawal = { orderId: "3", type: "Withdraw", amount: "1", timestamp: instant("2026-10-31T21:00:00Z") }
        yield* synced("2026-10-31T23:00:00Z", "3", deposit, { ...withdrawal, status: "PENDING" })
        yield* synced("2026-11-01T08:00:00Z", "3", deposit, { ...withdrawal, status: "PENDING" })
        yield* close()
        yield* synced("2026-11-02T08:00:00Z", "2", deposit, withdrawal)
        expect(yield* told).toEqual([])
      })
    )
  )

  it.effect("an entry of its days is told of; it calls for one only where it counts between the snapshots", () =>
    books((synced) =>
      Effect.gen(function* () {
        yield* synced("2026-10-31T23:00:00Z", "3", deposit)
        yield* synced("2026-11-01T08:00:00Z", "3", deposit)
        yield* close()
        const entries = yield* Entries.Entries
        const enter = (text: string, amount: string) =>
          entries.adjust({ currency: "BTC", amount: decimal(amount), reason: "r", at: at(instant(text)) })
        const one = yield* enter("2026-10-10", "0.1")
        const other = yield* enter("2026-10-31T23:30:00Z", "0.2")
        yield* enter("2026-11-01T07:00:00Z", "0.4")
        expect(yield* told).toEqual([
          `entered ${one.id}: 0 to 0.1, counted in it`,
          `entered ${other.id}: 0 to 0.2, counts after 2026-10-31T23:00:00.000Z`,
          "calls for 0.1 BTC"
        ])
      })
    )
  )

  it.effect("changes are told by the policy it was closed with, whatever became of the stored reconciliation", () =>
    books((synced) =>
      Effect.gen(function* () {
        const charged = { ...deposit, fees: "0.5" }
        yield* synced("2026-10-31T23:00:00Z", "2.5", charged)
        yield* synced("2026-11-01T08:00:00Z", "2.5", charged)
        const types = { ...AccountingPolicy.standard.types, Deposit: { direction: "in", fees: "extra" } } as const
        yield* close({ policy: { ...AccountingPolicy.standard, name: "own", types } })
        yield* synced("2026-11-02T08:00:00Z", "2.3", { ...charged, fees: "0.7" })
        const before = yield* told
        expect(before).toEqual(["changed 1: 1.5 to 1.3, counted in it", "calls for -0.2 BTC"])
        const sql = yield* SqlClient.SqlClient
        yield* sql`DELETE FROM reconciliation_item`
        yield* sql`DELETE FROM reconciliation`
        expect(yield* told).toEqual(before)
      })
    )
  )
})
