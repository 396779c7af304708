/**
 * The state of the books: how complete they are, and what is still open.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { SqlClient, SqlSchema } from "@effect/sql"
import { Context, DateTime, Effect, Layer, Option, Schema } from "effect"
import { Account, AccountName } from "./Account.ts"
import { AsOf } from "./AsOf.ts"
import { standard } from "./AccountingPolicy.ts"
import { makeStoredBreaks } from "./Breaks/Stored.ts"
import { CalledFor } from "./Closes/ClosedPeriod.ts"
import { makeStoredCloses } from "./Closes/Stored.ts"
import { Digest } from "./Digest.ts"
import { genesis } from "./EventChain.ts"
import { makeBalanceCheck } from "./internal/BalanceCheck.ts"
import { makeExtent } from "./internal/Extent.ts"
import { translated } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import { firstDay } from "./Sync.ts"
import * as Spans from "./Span.ts"
import { isInFlight, isWithdrawal, Payment, PaymentAlarm, Withdrawal } from "./Payment.ts"
import { makePaymentAlarms } from "./Payments/PaymentAlarms.ts"
import { makeRows, toPayment } from "./Payments/Rows.ts"
import { readLast } from "./Verify/Last.ts"
import { ChainHead, LastVerification } from "./Verify/Report.ts"

/**
 * What the books vouch for. `from` and `to` are the last stretch of history that is known without a gap; `complete` says that
 * it is all of it: it begins where the exchange's history can first be asked for, no row of it is in quarantine, and the records
 * explain every balance.
 * `reach` is that beginning (null before the first whole sync), whether the exchange is known to refuse or leave out what is
 * older, and the currencies whose balances the records do not explain: where there are some, the exchange may hold more than it
 * shows.
 * `head` is the last event with its hash: kept elsewhere, it proves later that nothing before it was touched. `verified` is the
 * last verification; null where there was none.
 *
 * @since 0.1.0
 * @category models
 */
export const Certificate = Schema.Struct({
  complete: Schema.Boolean,
  from: Schema.NullOr(Schema.DateTimeUtc),
  to: Schema.NullOr(Schema.DateTimeUtc),
  reach: Schema.Struct({
    from: Schema.NullOr(Schema.DateTimeUtc),
    limited: Schema.Boolean,
    unexplained: Schema.Array(Schema.String)
  }),
  firstRecord: Schema.NullOr(Schema.DateTimeUtc),
  head: ChainHead,
  verified: Schema.NullOr(LastVerification)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Certificate extends Schema.Schema.Type<typeof Certificate> {}

/**
 * Encodes to the JSON of `btse status --json`. `notFinal` are the records that will still change; `openBreaks` the
 * breaks that nobody has resolved and no reconciliation has seen go.
 *
 * @since 0.1.0
 * @category models
 */
export const StatusReport = Schema.Struct({
  account: AccountName,
  exchange: Schema.String,
  /** The moment as of which it tells; null for now. */
  asOf: Schema.NullOr(Schema.DateTimeUtc),
  lastSync: Schema.NullOr(
    Schema.Struct({
      id: Schema.String,
      startedAt: Schema.DateTimeUtc,
      finishedAt: Schema.NullOr(Schema.DateTimeUtc),
      status: Schema.String
    })
  ),
  snapshot: Schema.NullOr(Schema.Struct({ id: Schema.String, at: Schema.DateTimeUtc })),
  certificate: Certificate,
  coverage: Schema.Array(Spans.InstantSpan),
  gaps: Schema.Array(Spans.InstantSpan),
  records: Schema.Int,
  notFinal: Schema.Struct({ count: Schema.Int, since: Schema.NullOr(Schema.DateTimeUtc) }),
  quarantined: Schema.Int,
  vanished: Schema.Int,
  unknownTypes: Schema.Array(Schema.String),
  openBreaks: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      currency: Schema.String,
      difference: Decimal.FromText,
      openedAt: Schema.DateTimeUtc,
      assignee: Schema.NullOr(Schema.String)
    })
  ),
  /** Of each closed period in which something has changed since: how many changes, and the entries they call for. */
  changedAfterClose: Schema.Array(
    Schema.Struct({
      period: Schema.String,
      from: Schema.DateTimeUtc,
      to: Schema.DateTimeUtc,
      changes: Schema.Int,
      callsFor: Schema.Array(CalledFor)
    })
  ),
  /** The withdrawals among `paymentsInFlight`. */
  withdrawalsInFlight: Schema.Array(Withdrawal),
  paymentsInFlight: Schema.Array(Payment),
  /** Rows that showed up for payments that were not to have one; a person has to look at each. */
  alarms: Schema.Array(PaymentAlarm)
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
  vanished: Schema.Int,
  firstRecord: Schema.NullOr(Schema.DateTimeUtcFromNumber)
})

const nothing: typeof Totals.Type = { records: 0, notFinal: 0, notFinalSince: null, vanished: 0, firstRecord: null }

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const asOf = yield* AsOf
  const extent = makeExtent(sql, account.id)
  const unexplainedBalances = makeBalanceCheck(sql, account.id, firstDay)
  const rows = makeRows(sql, account.id)
  const alarms = makePaymentAlarms(sql, account.id)

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
        (SELECT count(*) FROM record WHERE account_id = ${id} AND vanished_at IS NOT NULL) AS vanished,
        (SELECT min(timestamp) FROM record WHERE account_id = ${id}) AS "firstRecord"`
  })
  const breaks = makeStoredBreaks(sql, account.id)
  const stored = makeStoredCloses(sql, account.id, (yield* Digest).sha256)

  const head = Effect.fnUntraced(function* () {
    const [last] = yield* sql<{ readonly event: number; readonly hash: string }>`
      SELECT seq AS event, hash FROM event ORDER BY seq DESC LIMIT 1`
    return last ?? { event: 0, hash: genesis }
  })

  const changedAfterClose = Effect.fnUntraced(function* () {
    const closes = yield* Effect.flatMap(stored.last, Effect.forEach(stored.shown))
    return closes
      .filter(({ changes }) => changes.length > 0)
      .map(({ callsFor, changes, statement }) => {
        const { from, period, to } = statement
        return { period, from, to, changes: changes.length, callsFor }
      })
  })

  const get = Effect.fn("LedgerStatus.get")(function* () {
    const covered = yield* extent.coverage()
    const earliest = yield* extent.earliest()
    const first = earliest ?? covered[0]?.from
    const stretch = covered.at(-1)
    const last = stretch?.to
    const quarantined = yield* extent.quarantined()
    const unexplained = earliest === undefined ? [] : ((yield* unexplainedBalances()) ?? [])
    const counted = Option.getOrElse(yield* totals(account.id), () => nothing)
    const types = yield* sql<{ readonly type: string }>`
      SELECT DISTINCT type FROM record WHERE account_id = ${account.id} ORDER BY type`
    const inFlight = (yield* rows.all).filter((row) => isInFlight(row.status)).map(toPayment)
    return {
      account: account.name,
      exchange: account.exchange,
      asOf: asOf ?? null,
      lastSync: Option.getOrNull(yield* lastSync(account.id)),
      snapshot: Option.getOrNull(yield* lastSnapshot(account.id)),
      certificate: {
        complete:
          quarantined === 0 &&
          unexplained.length === 0 &&
          earliest !== undefined &&
          stretch !== undefined &&
          stretch.from <= earliest,
        ...(stretch === undefined ? { from: null, to: null } : Spans.toInstants(stretch)),
        reach: {
          from: earliest === undefined ? null : DateTime.unsafeMake(earliest),
          limited: earliest !== undefined && earliest > firstDay,
          unexplained: unexplained.map(({ currency }) => currency)
        },
        firstRecord: counted.firstRecord,
        head: yield* head(),
        verified: yield* readLast(sql)
      },
      coverage: covered.map(Spans.toInstants),
      gaps:
        first === undefined || last === undefined
          ? []
          : Spans.gaps({ from: first, to: last }, covered).map(Spans.toInstants),
      records: counted.records,
      notFinal: { count: counted.notFinal, since: counted.notFinalSince },
      quarantined,
      vanished: counted.vanished,
      unknownTypes: types.map((row) => row.type).filter((type) => standard.types[type] === undefined),
      openBreaks: (yield* breaks.all).filter(({ status }) => status === "open"),
      changedAfterClose: yield* changedAfterClose(),
      withdrawalsInFlight: inFlight.filter(isWithdrawal),
      paymentsInFlight: inFlight,
      alarms: yield* alarms.list
    }
  }, translated("status"))

  return { get: Effect.suspend(get) }
})

/**
 * `LedgerStatus` on the ledger and the account that are provided.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(LedgerStatus, make)
