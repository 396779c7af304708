import { Closes } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import type { syncing } from "./ClosingBooks.ts"
import { books, close, instant, show } from "./ClosingBooks.ts"

const deposit = { orderId: "1", amount: "2", timestamp: instant("2026-10-02") }

const evening = { orderId: "2", amount: "5", timestamp: instant("2026-10-31T22:00:00Z") }

describe("The end of a period", () => {
  it.effect("is not sealed by a snapshot from more than a day before it, or only as incomplete and with a reason", () =>
    books((synced) =>
      Effect.gen(function* () {
        yield* synced("2026-10-03T12:00:00Z", "3", deposit)
        const row = { orderId: "2", amount: "5", timestamp: instant("2026-10-20") }
        yield* synced("2026-11-05T08:00:00Z", "6", deposit, row)
        expect((yield* Effect.flip(close())).message).toBe(
          "Nothing was closed: the last snapshot of balances in 2026-10 is of 2026-10-03T12:00:00.000Z, more than a day before its end, so that no balance proves the days after it. Close the days up to it (2026-10-01..2026-10-03), or say with --with-breaks why the period is sealed as incomplete."
        )
        const days = Option.getOrThrow(Closes.Period.fromText("2026-10-01..2026-10-03"))
        expect((yield* close({ period: days })).statement).toMatchObject({ status: "matched", cutOff: null })
        yield* close({ withBreaks: "nobody synced" })
        expect((yield* show).statement).toMatchObject({
          status: "incomplete",
          reason: "nobody synced",
          closing: { at: "2026-10-03T12:00:00.000Z" },
          cutOff: { status: "broken", sums: [{ currency: "BTC", items: 1, change: "5" }] }
        })
      })
    )
  )

  it.effect(
    "is cut off at its last snapshot, and what came after it is proven by the first one of the next period",
    () =>
      books((synced) =>
        Effect.gen(function* () {
          yield* synced("2026-10-31T18:00:00Z", "3", deposit)
          yield* synced("2026-11-01T08:00:00Z", "8", deposit, evening)
          yield* close()
          expect((yield* show).statement).toMatchObject({
            status: "matched",
            closing: { snapshot: "2", at: "2026-10-31T18:00:00.000Z" },
            lines: [{ currency: "BTC", opening: "1", in: "2", actual: "3", difference: "0" }],
            cutOff: {
              snapshot: "3",
              at: "2026-11-01T08:00:00.000Z",
              status: "matched",
              sums: [{ currency: "BTC", items: 1, change: "5" }]
            }
          })
        })
      )
  )

  it.effect("is not sealed as matched where no balance proves what came after its last snapshot", () =>
    books((synced) =>
      Effect.gen(function* () {
        yield* synced("2026-10-31T18:00:00Z", "3", deposit)
        yield* synced("2026-11-01T08:00:00Z", "6", deposit, evening)
        const refusal = yield* Effect.flip(close())
        expect(refusal.message).toContain("the reconciliation of 2026-10 breaks in BTC")
        const closed = yield* close({ withBreaks: "asked the exchange" })
        expect(closed.statement).toMatchObject({ status: "broken", reason: "asked the exchange" })
      })
    )
  )

  it.effect(
    "at a snapshot of the very midnight is the begin of the next period, and nothing falls between the two",
    () =>
      books((synced) =>
        Effect.gen(function* () {
          yield* synced("2026-10-31T18:00:00Z", "3", deposit)
          yield* synced("2026-11-01T00:00:00Z", "8", deposit, evening)
          yield* synced("2026-11-30T20:00:00Z", "8", deposit, evening)
          yield* synced("2026-12-01T08:00:00Z", "8", deposit, evening)
          const november = Option.getOrThrow(Closes.Period.fromText("2026-11"))
          const [first, second] = [yield* close(), yield* close({ period: november })]
          expect(second.statement.opening).toEqual(first.statement.closing)
        })
      )
  )
})

describe("A close", () => {
  const synchronized = (synced: ReturnType<typeof syncing>) =>
    Effect.zipRight(synced("2026-10-31T23:00:00Z", "3", deposit), synced("2026-11-01T08:00:00Z", "3", deposit))

  it.effect("passes once where two are made at the same time", () =>
    books((synced) =>
      Effect.gen(function* () {
        yield* synchronized(synced)
        const both = yield* Effect.all([Effect.either(close()), Effect.either(close())], { concurrency: "unbounded" })
        expect(both.map(Either.isRight).sort()).toEqual([false, true])
        expect(yield* Effect.flatMap(Closes.Closes, (service) => service.list)).toHaveLength(1)
      })
    )
  )
})
