/**
 * Takes a snapshot of balances that straddles no movement.
 *
 * @internal
 */
import { ClockSkew, Decimal, Wallet } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { Context, Effect, Layer, Option, Ref } from "effect"
import { Account } from "../Account.ts"
import { SnapshotUnsettled } from "../LedgerError.ts"
import { bookEvent, Events } from "./Events.ts"
import { makeExtent, readTogether } from "./Extent.ts"
import type { IntakeError, Run } from "./Intake.ts"
import { clockAhead } from "./Intake.ts"
import { translated, writing } from "./SqlFault.ts"

const tries = 5

/** How much older than its arrival a row may be for the looks to see it, in milliseconds. */
const mayBeLate = 3_600_000

export class Snapshots extends Context.Tag("@btse-wallet/ledger/internal/Snapshots")<
  Snapshots,
  {
    /** The books are up to date when it begins. Returns the snapshot's id. */
    readonly take: (run: Run) => Effect.Effect<number, IntakeError | SnapshotUnsettled>
  }
>() {}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const reader = yield* Wallet.WalletReader
  const account = yield* Account
  const events = yield* Events
  const extent = makeExtent(sql, account.id)

  /** Balances, then a look whether history has moved since the books were brought up to date. None where it has. */
  const attempt = Effect.fnUntraced(function* (run: Run) {
    const before = yield* extent.lastEvent()
    const balances = yield* reader.balances
    yield* Ref.update(run.requests, (count) => count + 1)
    const now = yield* ClockSkew.now(account.exchange)
    const newest = (yield* extent.newest()) ?? now - clockAhead
    const recent = now - readTogether
    const from = Math.min(newest, now - mayBeLate, (yield* extent.oldestNotFinal(recent)) ?? newest)
    const older = yield* extent.olderNotFinal(Math.min(from, recent), false)
    const spans = [
      ...older.map((moment) => ({ from: moment, to: moment })),
      { from, to: Math.max(now, newest) + clockAhead }
    ]
    const looks = yield* Effect.forEach(spans, (span) => run.isCurrent(span, Effect.succeed(now)))
    if (!looks.every((isCurrent) => isCurrent)) return Option.none<number>()
    return yield* writing(sql)(
      Effect.gen(function* () {
        // Another process may have read something newer meanwhile.
        if ((yield* extent.lastEvent()) !== before) return Option.none<number>()
        const [row] = yield* sql<{ readonly id: number }>`
          INSERT INTO snapshot ${sql.insert({ account_id: account.id, run_id: run.id, taken_at: now, event_seq: before })}
          RETURNING id`
        const id = row?.id ?? 0
        const rows = balances.map(({ available, currency, total }) => ({
          currency,
          total: Decimal.toText(total),
          available: Decimal.toText(available)
        }))
        if (rows.length > 0) {
          yield* sql`INSERT INTO balance ${sql.insert(rows.map((row) => ({ snapshot_id: id, ...row })))}`
        }
        yield* events.append([bookEvent("snapshot", { id, takenAt: now, eventSeq: before, balances: rows })], {
          accountId: account.id,
          runId: run.id,
          at: yield* events.now
        })
        return Option.some(id)
      })
    )
  }, translated("snapshot"))

  const take = Effect.fnUntraced(function* (run: Run) {
    const taken = yield* Effect.repeat(attempt(run), { until: Option.isSome, times: tries - 1 })
    return yield* Option.match(taken, {
      onNone: () => new SnapshotUnsettled({ operation: "sync", tries }),
      onSome: Effect.succeed
    })
  })

  return { take }
})

export const layer = Layer.effect(Snapshots, make)
