/**
 * What the exchange holds and what the books hold, as text of one form.
 */
import { LedgerStatus } from "@btse-wallet/ledger"
import type { HistoryRow } from "@btse-wallet/sandbox"
import { SqlClient } from "@effect/sql"
import { BigDecimal, DateTime, Effect } from "effect"

interface Told {
  readonly timestamp: number
  readonly text: string
  /** Without what can change. */
  readonly identity: string
}

const decimal = (text: string): string => BigDecimal.format(BigDecimal.normalize(BigDecimal.unsafeFromString(text)))

const told = (
  row: {
    readonly orderId: string
    readonly currency: string
    readonly type: string
    readonly timestamp: number
  },
  fields: ReadonlyArray<string>
): Told => {
  const identity = [row.orderId, row.currency, row.type, row.timestamp].join("|")
  return { timestamp: row.timestamp, identity, text: [identity, ...fields].join("|") }
}

export const ofExchange = (row: HistoryRow.HistoryRow): Told =>
  told(row, [
    row.status,
    decimal(BigDecimal.format(row.amount)),
    decimal(BigDecimal.format(row.fees)),
    row.description,
    row.username,
    row.txid,
    row.currencyNetwork,
    "@SPOT"
  ])

interface Booked {
  readonly order_id: string
  readonly currency: string
  readonly type: string
  readonly timestamp: number
  readonly status: string
  readonly amount: string
  readonly fees: string
  readonly description: string | null
  readonly username: string | null
  readonly txid: string | null
  readonly currency_network: string | null
  readonly wallet: string
  readonly vanished: number
}

/** The rows of an account that the exchange still shows, by the books. */
export const ofBooks = Effect.fnUntraced(function* (account: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<Booked>`SELECT * FROM wallet_history WHERE account = ${account}`
  return rows.map((row) =>
    told({ ...row, orderId: row.order_id }, [
      row.status,
      decimal(row.amount),
      decimal(row.fees),
      row.description ?? "",
      row.username ?? "",
      row.txid ?? "",
      row.currency_network ?? "",
      row.vanished === 0 ? row.wallet : "vanished"
    ])
  )
})

export const texts = (rows: ReadonlyArray<Told>): ReadonlyArray<string> => rows.map((row) => row.text).sort()

/** The rows of `these` that `those` do not have, by what cannot change. */
export const missing = (these: ReadonlyArray<Told>, those: ReadonlyArray<Told>): ReadonlyArray<string> => {
  const left = new Map<string, number>()
  for (const { identity } of those) left.set(identity, (left.get(identity) ?? 0) + 1)
  return these.flatMap(({ identity }) => {
    const count = left.get(identity) ?? 0
    left.set(identity, count - 1)
    return count > 0 ? [] : [identity]
  })
}

/** The rows whose time the books vouch for, and whether they vouch for all of it. */
export const vouched = Effect.fnUntraced(function* (rows: ReadonlyArray<Told>, until: number) {
  const { certificate, coverage, quarantined } = yield* Effect.flatMap(
    LedgerStatus.LedgerStatus,
    (status) => status.get
  )
  const within = rows.filter(({ timestamp }) =>
    coverage.some(
      ({ from, to }) => DateTime.toEpochMillis(from) <= timestamp && timestamp <= DateTime.toEpochMillis(to)
    )
  )
  // Their balances are not what the records add up to, so that `complete` is never true: the other conditions are.
  const { from, reach, to } = certificate
  const begins = from !== null && reach.from !== null && DateTime.lessThanOrEqualTo(from, reach.from)
  const whole = begins && quarantined === 0 && to !== null && DateTime.toEpochMillis(to) >= until
  return { within, whole }
})
