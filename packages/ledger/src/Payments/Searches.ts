/**
 * The search for payments in the history that the books hold: the rows that could be theirs, and the verdict about each.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Clock, Duration, Effect, Option } from "effect"
import type { PaymentCandidate } from "../Payment.ts"
import type { PaymentSettings } from "../Payments.ts"
import { measured, unmeasured } from "./ClockDifference.ts"
import { makeEvidenceStore, toCandidate } from "./EvidenceStore.ts"
import { makeHistoryLag } from "./HistoryLag.ts"
import { lagsUntil, matchAll, type Verdict } from "./Matching.ts"
import type { SoughtPayment } from "./RowEvidence.ts"
import { generous } from "./RowEvidence.ts"
import type { StoredPayment } from "./Rows.ts"
import { makeRows } from "./Rows.ts"

/** A payment's verdict. One candidate for `found`. */
export interface Finding {
  readonly payment: StoredPayment
  readonly verdict: Verdict
  readonly reason: string
  readonly candidates: ReadonlyArray<PaymentCandidate>
  /** The moments, by the exchange's clock, when history was read and until which it may still show a row. */
  readonly readAt: number
  readonly lagsUntil: number
}

/** A payment whose row is not known: an unknown one, one being sent, or one whose id history does not show. */
export const isOpen = ({ status }: StoredPayment): boolean =>
  status === "UNKNOWN" || status === "INTENDED" || status === "SUBMITTED"

/** A payment that has no row, although it may be a row's: a person declared it not sent, or the answer named no id. */
const isRival = ({ decidedAt, orderId, status }: StoredPayment): boolean =>
  (status === "REFUSED" && decidedAt !== null) || (status === "COMPLETED" && orderId === null)

export const makeSearches = (sql: SqlClient.SqlClient, accountId: number, settings: PaymentSettings) => {
  const rows = makeRows(sql, accountId)
  const store = makeEvidenceStore(sql, accountId)
  const measuredLag = makeHistoryLag(sql, accountId)
  const within = settings.clockSkew === undefined ? unmeasured.within : Duration.toMillis(settings.clockSkew)
  const difference = { ...unmeasured, within }

  const lag = settings.historyLag === undefined ? measuredLag : Effect.succeed(Duration.toMillis(settings.historyLag))

  /** The verdicts about payments, beside all others that could claim the same rows. */
  const find = Effect.fnUntraced(function* (payments: ReadonlyArray<StoredPayment>) {
    const { ahead } = Option.getOrElse(yield* measured(), () => difference)
    const readAt = (yield* Clock.currentTimeMillis) + ahead
    const all = yield* rows.all
    const wanted = new Set(payments.map(({ rowId }) => rowId))
    const others = all.filter((payment) => !wanted.has(payment.rowId) && (isOpen(payment) || isRival(payment)))
    const open = yield* store.sought(payments, difference)
    const until = yield* lag
    const matches = matchAll({
      open,
      rivals: yield* store.sought(others, difference),
      rows: yield* store.rowsAround(open),
      isRuledOut: yield* store.ruledOut,
      readAt,
      lag: until
    })
    return payments.map((payment, index): Finding => {
      const match = matches[index]
      const { candidates = [], reason = "", verdict = "missing" as const } = match ?? {}
      const last = match === undefined ? 0 : lagsUntil(match.payment, until)
      return { payment, verdict, reason, candidates: candidates.map(toCandidate), readAt, lagsUntil: last }
    })
  })

  /** The earliest time that a payment's row can have, by the exchange's clock. */
  const earliestOf = ({ sendings }: SoughtPayment): Option.Option<number> =>
    sendings.length === 0
      ? Option.none()
      : Option.some(Math.min(...sendings.map(({ at, within }) => at - Math.max(within, generous))))

  /** The moment from which history has to be read for a payment. */
  const startOf = Effect.fnUntraced(function* (payment: StoredPayment) {
    const [known] = yield* sql<{ readonly timestamp: number | null }>`
      SELECT min(timestamp) AS timestamp FROM record WHERE account_id = ${accountId} AND order_id = ${payment.orderId}`
    if (known?.timestamp != null) return known.timestamp
    const [sought] = yield* store.sought([payment], difference)
    const earliest = Option.flatMap(Option.fromNullable(sought), earliestOf)
    return Option.getOrElse(earliest, () => payment.createdAt.epochMillis - generous)
  })

  return {
    store,
    startOf,
    all: find,
    about: (payment: StoredPayment) =>
      Effect.flatMap(find([payment]), ([finding]) =>
        finding === undefined
          ? Effect.dieMessage("A search returns a finding for each payment")
          : Effect.succeed(finding)
      )
  }
}

export type Searches = ReturnType<typeof makeSearches>
