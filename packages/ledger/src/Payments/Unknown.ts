/**
 * Unknown outcomes as errors: every one carries the key of its payment, and the fields to search history by.
 *
 * @internal
 */
import { Decimal, WalletError } from "@btse-wallet/core"
import { Redacted } from "effect"
import type { PaymentRequest } from "../Payment.ts"
import { currencyOf } from "./Checks.ts"
import { describe } from "./Outcome.ts"
import type { StoredPayment } from "./Rows.ts"

const receiverOf = (request: PaymentRequest): Redacted.Redacted | null => {
  if (request.kind === "convert") return null
  return Redacted.make(request.kind === "withdraw" ? request.address : request.toUser)
}

/** The error of a payment of which the ledger alone knows that it may have left. */
export const unknown = (request: PaymentRequest, key: string, reason: string): WalletError.OutcomeUnknown =>
  new WalletError.OutcomeUnknown({
    operation: request.kind,
    request: describe(request),
    reason,
    currency: currencyOf(request),
    amount: Decimal.toText(request.amount),
    address: receiverOf(request),
    key
  })

/** The error of a payment whose row is `UNKNOWN`, with the end of its attempt where the ledger has it. */
export const unknownOf = (row: StoredPayment, request: PaymentRequest): WalletError.OutcomeUnknown => {
  const { error, key, sendingAt } = row
  const made = { ...unknown(request, key, row.reason ?? "no answer came"), sentAt: sendingAt }
  if (error?._tag !== "OutcomeUnknown") return new WalletError.OutcomeUnknown(made)
  const { nonce, reason, refusal } = error
  return new WalletError.OutcomeUnknown({ ...made, nonce, reason, refusal, sentAt: error.sentAt ?? sendingAt })
}
