/**
 * The balanced legs of a settled record under the standard policy: what the wallet gained, what went to fees, and the other
 * side, which makes the sum zero.
 *
 * @internal
 */
import { Decimal, RecordStatus } from "@btse-wallet/core"
import { BigDecimal, Option } from "effect"
import { standard } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"
import * as Posting from "../Posting.ts"
import type { Content, Exact, Identity } from "./Sight.ts"

export interface Legs {
  readonly posted_wallet: string | null
  readonly posted_fees: string | null
  readonly posted_counter: string | null
  readonly counter: string | null
}

const none: Legs = { posted_wallet: null, posted_fees: null, posted_counter: null, counter: null }

const text = (amount: BigDecimal.BigDecimal): string | null =>
  BigDecimal.isZero(amount) ? null : Decimal.toText(amount)

/** What is not known is taken for nothing until it is. */
const amountOf = (stored: string | null): BigDecimal.BigDecimal =>
  Option.getOrElse(Option.flatMap(Option.fromNullable(stored), Decimal.fromText), () => Decimal.zero)

const exactOf = (row: Content): Exact => ({ amount: amountOf(row.amount), fees: amountOf(row.fees) })

/** Of a row whose decimals have been read already, those need not be read again. */
export const legs = (row: Identity & Content, known?: Exact): Legs => {
  if (!RecordStatus.isSettled(row.status)) return none
  const { amount, fees } = known ?? exactOf(row)
  const movement = Movement.of(standard, {
    type: row.type,
    currency: row.currency,
    amount,
    fees: fees ?? Decimal.zero,
    sourceCurrency: row.source_currency,
    targetCurrency: row.target_currency
  })
  return {
    posted_wallet: text(Movement.change(movement)),
    posted_fees: text(movement.fees),
    posted_counter: text(BigDecimal.negate(Posting.principal(movement))),
    counter: Posting.counterOf(row.type, movement)
  }
}
