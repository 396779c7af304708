/**
 * The proof that a payment which was refused without proof may be sent again: history, read past its sending by the
 * measured lag, shows no row that could be it.
 *
 * @internal
 */
import { WalletError } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { DateTime, Effect } from "effect"
import { Account } from "../Account.ts"
import { Intake } from "../internal/Intake.ts"
import { translated } from "../internal/SqlFault.ts"
import type { PaymentRequest } from "../Payment.ts"
import type { PaymentSettings } from "../Payments.ts"
import { makeHistory } from "./History.ts"
import type { StoredPayment } from "./Rows.ts"
import { sentAt } from "./Rows.ts"
import type { Finding } from "./Searches.ts"
import { makeSearches } from "./Searches.ts"
import { unknownOf } from "./Unknown.ts"

/** One answer without rows may be a fault of the exchange: so many in a row have to agree. */
const readings = 3

export const makeResend = Effect.fnUntraced(function* (settings: PaymentSettings) {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const intake = yield* Intake
  const history = yield* makeHistory
  const searches = makeSearches(sql, account.id, settings)

  /** Rows that this version cannot read, and that came after the sending: one of them may be it. */
  const unreadable = (row: StoredPayment, from: number) =>
    Effect.map(
      sql`SELECT 1 FROM quarantine WHERE account_id = ${account.id}
        AND (timestamp >= ${from} OR (timestamp IS NULL AND at >= ${sentAt(row)})) LIMIT 1`,
      (rows) => rows.length > 0
    )

  /** The reason for which it may not be sent, from the books as they are; inside the transaction that claims it, too. */
  const objection = Effect.fnUntraced(function* (row: StoredPayment) {
    const { candidates } = yield* searches.about(row)
    if (candidates.length > 0) {
      const ids = candidates.map(({ orderId }) => orderId).join(", ")
      return `history shows ${candidates.length === 1 ? "a row" : "rows"} that could be it: ${ids}`
    }
    return (yield* unreadable(row, yield* searches.startOf(row)))
      ? "history shows rows that cannot be read, and one of them could be it"
      : undefined
  })

  const readHistory = Effect.fnUntraced(function* (row: StoredPayment) {
    const from = yield* searches.startOf(row)
    const run = yield* intake.open("resolve")
    yield* Effect.repeatN(history.read(run, from), readings - 1)
  }, Effect.scoped)

  const lags = ({ lagsUntil, readAt }: Finding) =>
    readAt < lagsUntil
      ? `the same key may be sent again after ${DateTime.formatIso(DateTime.unsafeMake(lagsUntil))}, where history shows no row that could be it by then`
      : undefined

  /** Reads history where it is time, and fails with `OutcomeUnknown` where the payment may not be sent again. */
  const allow = Effect.fnUntraced(function* (row: StoredPayment, request: PaymentRequest) {
    const refuse = (reason: string) => {
      const before = unknownOf(row, request)
      return new WalletError.OutcomeUnknown({ ...before, reason: `${before.reason}; ${reason}` })
    }
    const early = yield* Effect.map(searches.about(row), lags).pipe(translated(request.kind))
    if (early !== undefined) return yield* refuse(early)
    yield* readHistory(row).pipe(
      translated(request.kind),
      Effect.mapError(({ message }: WalletError.ReadError | { readonly message: string }) =>
        refuse(`history has to be read before it may be sent again, and could not be: ${message}`)
      )
    )
    const found = yield* objection(row).pipe(translated(request.kind))
    if (found !== undefined) return yield* refuse(found)
  })

  return { allow, objection }
})

export type Resend = Effect.Effect.Success<ReturnType<typeof makeResend>>
