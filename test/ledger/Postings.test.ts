import { Decimal } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { BigDecimal, Effect } from "effect"
import * as Campaign from "../Campaign.ts"
import { decimal } from "./Bench.ts"
import { textOf, withBooks } from "./RandomBooks.ts"

interface Leg {
  readonly record: string
  readonly currency: string
  readonly ledger_account: string
  readonly amount: string
}

const sums = (legs: ReadonlyArray<Leg>, key: (leg: Leg) => string): Record<string, string> => {
  const found = new Map<string, BigDecimal.BigDecimal>()
  for (const leg of legs) {
    found.set(key(leg), BigDecimal.sum(found.get(key(leg)) ?? Decimal.zero, decimal(leg.amount)))
  }
  return Object.fromEntries([...found].map(([name, sum]) => [name, Decimal.toText(BigDecimal.normalize(sum))]))
}

it.effect(
  "The legs of every movement sum to zero, and those of the wallet to what it holds, in any ledger",
  () =>
    Effect.gen(function* () {
      const first = Campaign.firstSeed("postings")
      for (let seed = first; seed < first + Campaign.size(6, 100); seed++) {
        yield* withBooks(seed, ({ context, holds, records }) =>
          Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            const legs = yield* sql<Leg>`
              SELECT order_id || '/' || line || '/' || currency || '/' || type AS record, currency, ledger_account, amount
              FROM postings`
            for (const [record, sum] of Object.entries(sums(legs, (leg) => leg.record))) {
              expect(`${record} ${sum}`, context).toBe(`${record} 0`)
            }
            const wallet = sums(
              legs.filter((leg) => leg.ledger_account === "wallet"),
              (leg) => leg.currency
            )
            expect(Object.fromEntries(Object.entries(wallet).filter(([, sum]) => sum !== "0")), context).toEqual(
              Object.fromEntries([...holds].map(([currency, units]) => [currency, textOf(units)]))
            )
            const moving = records.filter(({ amount, status }) => status === "COMPLETED" && !BigDecimal.isZero(amount))
            expect(new Set(legs.map((leg) => leg.record)).size, context).toBe(moving.length)
            const sides = new Set(legs.map((leg) => leg.ledger_account))
            const known = ["wallet", "fees", "external_in", "external_out", "income", "conversion"]
            expect([...sides].filter((side) => !known.includes(side))).toEqual([])
          })
        )
      }
    }),
  Campaign.timeout
)
