/**
 * The state of the books: how complete they are, and what is still open.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { SqlClient, SqlSchema } from "@effect/sql"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { Account, AccountName } from "./Account.ts"
import { standard } from "./AccountingPolicy.ts"
import { makeExtent } from "./internal/Extent.ts"
import { translated } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import * as Spans from "./Span.ts"
import { isFinal, Withdrawal } from "./Withdrawal.ts"
import { makeRows, toWithdrawal } from "./Withdrawals/Rows.ts"

/**
 * Encodes to the JSON of `btse status --json`. `notFinal` are the records that will still change; `openBreaks` those of the
 * last reconciliation.
 *
 * @since 0.1.0
 * @category models
 */
export const StatusReport = Schema.Struct({
  account: AccountName,
  exchange: Schema.String,
  lastSync: Schema.NullOr(
    Schema.Struct({
      id: Schema.String,
      startedAt: Schema.DateTimeUtc,
      finishedAt: Schema.NullOr(Schema.DateTimeUtc),
      status: Schema.String
    })
  ),
  snapshot: Schema.NullOr(Schema.Struct({ id: Schema.String, at: Schema.DateTimeUtc })),
  coverage: Schema.Array(Spans.InstantSpan),
  gaps: Schema.Array(Spans.InstantSpan),
  records: Schema.Int,
  notFinal: Schema.Struct({ count: Schema.Int, since: Schema.NullOr(Schema.DateTimeUtc) }),
  quarantined: Schema.Int,
  vanished: Schema.Int,
  unknownTypes: Schema.Array(Schema.String),
  openBreaks: Schema.Array(Schema.Struct({ currency: Schema.String, difference: Decimal.FromText })),
  withdrawalsInFlight: Schema.Array(Withdrawal)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface StatusReport extends Schema.Schema.Type<typeof StatusReport> {}

/**
 * The status of one account's books.
 *
 * @since 0.1.0
 * @category services
 */
export class LedgerStatus extends Context.Tag("@btse-wallet/ledger/LedgerStatus")<
  LedgerStatus,
  { readonly get: Effect.Effect<StatusReport, LedgerError> }
>() {}

const LastSync = Schema.Struct({
  id: Schema.String,
  startedAt: Schema.DateTimeUtcFromNumber,
  finishedAt: Schema.NullOr(Schema.DateTimeUtcFromNumber),
  status: Schema.String
})

const LastSnapshot = Schema.Struct({ id: Schema.String, at: Schema.DateTimeUtcFromNumber })

const Totals = Schema.Struct({
  records: Schema.Int,
  notFinal: Schema.Int,
  notFinalSince: Schema.NullOr(Schema.DateTimeUtcFromNumber),
  vanished: Schema.Int
})

const nothing: typeof Totals.Type = { records: 0, notFinal: 0, notFinalSince: null, vanished: 0 }

const OpenBreak = Schema.Struct({ currency: Schema.String, difference: Decimal.FromText })

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const extent = makeExtent(sql, account.id)
  const rows = makeRows(sql, account.id)

  const lastSync = SqlSchema.findOne({
    Request: Schema.Int,
    Result: LastSync,
    execute: (id) => sql`
      SELECT CAST(id AS TEXT) AS id, started_at AS "startedAt", finished_at AS "finishedAt", status FROM run
      WHERE account_id = ${id} AND kind = 'sync' ORDER BY run.id DESC LIMIT 1`
  })
  const lastSnapshot = SqlSchema.findOne({
    Request: Schema.Int,
    Result: LastSnapshot,
    execute: (id) => sql`
      SELECT CAST(id AS TEXT) AS id, taken_at AS at FROM snapshot WHERE account_id = ${id} ORDER BY snapshot.id DESC LIMIT 1`
  })
  const totals = SqlSchema.findOne({
    Request: Schema.Int,
    Result: Totals,
    execute: (id) => sql`
      SELECT (SELECT count(*) FROM record WHERE account_id = ${id}) AS records,
        (SELECT count(*) FROM record WHERE account_id = ${id} AND final = 0) AS "notFinal",
        (SELECT min(timestamp) FROM record WHERE account_id = ${id} AND final = 0) AS "notFinalSince",
        (SELECT count(*) FROM record WHERE account_id = ${id} AND vanished_at IS NOT NULL) AS vanished`
  })
  const breaks = SqlSchema.findAll({
    Request: Schema.Int,
    Result: OpenBreak,
    execute: (id) => sql`
      SELECT currency, difference FROM reconciliation_item WHERE status = 'break'
        AND reconciliation_id = (SELECT max(id) FROM reconciliation WHERE account_id = ${id}) ORDER BY currency`
  })

  const get = Effect.fn("LedgerStatus.get")(function* () {
    const covered = yield* extent.coverage()
    const first = (yield* extent.earliest()) ?? covered[0]?.from
    const last = covered.at(-1)?.to
    const counted = Option.getOrElse(yield* totals(account.id), () => nothing)
    const types = yield* sql<{ readonly type: string }>`
      SELECT DISTINCT type FROM record WHERE account_id = ${account.id} ORDER BY type`
    return {
      account: account.name,
      exchange: account.exchange,
      lastSync: Option.getOrNull(yield* lastSync(account.id)),
      snapshot: Option.getOrNull(yield* lastSnapshot(account.id)),
      coverage: covered.map(Spans.toInstants),
      gaps:
        first === undefined || last === undefined
          ? []
          : Spans.gaps({ from: first, to: last }, covered).map(Spans.toInstants),
      records: counted.records,
      notFinal: { count: counted.notFinal, since: counted.notFinalSince },
      quarantined: yield* extent.quarantined(),
      vanished: counted.vanished,
      unknownTypes: types.map((row) => row.type).filter((type) => standard.types[type] === undefined),
      openBreaks: yield* breaks(account.id),
      withdrawalsInFlight: (yield* rows.all).filter((row) => !isFinal(row.status)).map(toWithdrawal)
    }
  }, translated("status"))

  return { get: Effect.suspend(get) }
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(LedgerStatus, make)
