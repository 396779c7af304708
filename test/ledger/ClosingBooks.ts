/**
 * Books with 1 BTC at the end of September 2026, of which October is closed.
 */
import type { Account, Entries, Reconciliation } from "@btse-wallet/ledger"
import { Closes, Sync } from "@btse-wallet/ledger"
import type { SqlClient } from "@effect/sql"
import type { Scope } from "effect"
import { DateTime, Effect, Option, Schema, TestClock } from "effect"
import type { Exchange, RowOptions } from "./Bench.ts"
import { ledger, makeExchange, row, temporaryFile } from "./Bench.ts"

export const instant = (text: string): number => DateTime.unsafeMake(text).epochMillis

export const october = Option.getOrThrow(Closes.Period.fromText("2026-10"))

export const close = (options: Partial<Closes.CloseOptions> = {}) =>
  Effect.flatMap(Closes.Closes, (service) => service.close({ period: october, ...options }))

export const show = Effect.flatMap(Closes.Closes, (service) => service.get("2026-10")).pipe(
  Effect.flatMap(Schema.encode(Closes.ClosedPeriod))
)

/** Shows the exchange's rows and balance at a moment, and reads all of them. */
export const syncing =
  ({ state }: Exchange) =>
  (moment: string, balance: string, ...rows: ReadonlyArray<RowOptions>) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(instant(moment))
      state.rows = [{ orderId: "0", amount: "1", timestamp: instant("2026-09-01") }, ...rows].map(row)
      state.balances = { BTC: balance }
      yield* Effect.flatMap(Sync.Sync, (service) => service.run({ full: true }))
    })

/** Synced at the end of September with 1 BTC. */
export const books = <A, E>(
  body: (
    synced: ReturnType<typeof syncing>
  ) => Effect.Effect<
    A,
    E,
    | Account.Account
    | Scope.Scope
    | Sync.Sync
    | Reconciliation.Reconciliation
    | Entries.Entries
    | Closes.Closes
    | SqlClient.SqlClient
  >
) =>
  Effect.gen(function* () {
    const exchange = makeExchange()
    const synced = syncing(exchange)
    const lived = Effect.zipRight(synced("2026-09-30T22:00:00Z", "1"), body(synced))
    return yield* Effect.provide(lived, ledger(exchange, yield* temporaryFile))
  }).pipe(Effect.scoped)
