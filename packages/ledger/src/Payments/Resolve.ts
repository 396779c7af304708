/**
 * Which row of history an unknown withdrawal became, decided without reading or writing anything.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, DateTime, Schema } from "effect"
import type { Resolution } from "../Payment.ts"
import { PaymentCandidate } from "../Payment.ts"
import type { StoredPayment } from "./Rows.ts"
import { sentAt } from "./Rows.ts"

export const Claimable = Schema.Struct({
  ...PaymentCandidate.fields,
  at: Schema.DateTimeUtcFromNumber,
  currency: Schema.String
})

export interface Claimable extends Schema.Schema.Type<typeof Claimable> {}

export const toCandidate = ({ currency: _currency, ...candidate }: Claimable): PaymentCandidate => candidate

/** The exchange's clock may be behind or ahead of ours by this much. */
export const clockApart = 300_000

/** The exchange gives up on a request after 30 seconds ("API Status Codes", 408): a later row is another's. */
const givesUpAfter = 35_000

/** Whether the amount of a row includes its fees is not documented, so each reading fits. */
const fits = (withdrawal: StoredPayment, row: Claimable): boolean => {
  const after = row.at.epochMillis - sentAt(withdrawal)
  const fees = row.fees ?? Decimal.zero
  return (
    row.currency === withdrawal.currency &&
    after >= -clockApart &&
    after <= givesUpAfter + clockApart &&
    (row.address === null || row.address === withdrawal.address) &&
    [row.amount, BigDecimal.subtract(row.amount, fees), BigDecimal.sum(row.amount, fees)].some((amount) =>
      BigDecimal.equals(BigDecimal.abs(amount), withdrawal.amount)
    )
  )
}

export interface Verdict {
  readonly withdrawal: StoredPayment
  readonly verdict: Exclude<Resolution["verdict"], "unsent">
  readonly reason: string
  /** One for `found`. */
  readonly candidates: ReadonlyArray<Claimable>
}

export interface Situation {
  /** Those whose outcome is unknown, and those that are being sent, whose row it may be as well. */
  readonly open: ReadonlyArray<StoredPayment>
  /** The withdrawals in history that no withdrawal of the ledger has claimed. */
  readonly rows: ReadonlyArray<Claimable>
  readonly now: number
  /** How long after the sending a row may still show up, in milliseconds. */
  readonly lag: number
}

/** One row of an order is enough: the id is what is claimed. */
const byOrder = (rows: ReadonlyArray<Claimable>): ReadonlyArray<Claimable> => [
  ...new Map(rows.map((row) => [row.orderId, row])).values()
]

export const resolveAll = ({ lag, now, open, rows }: Situation): ReadonlyArray<Verdict> => {
  const fitting = open.map((withdrawal) => ({
    withdrawal,
    candidates: byOrder(rows.filter((row) => fits(withdrawal, row)))
  }))
  const rivalsOf = (orderId: string) =>
    fitting
      .filter(({ candidates }) => candidates.some((row) => row.orderId === orderId))
      .map(({ withdrawal }) => withdrawal)
  const lagging = (withdrawal: StoredPayment) => withdrawal.status === "INTENDED" || now - sentAt(withdrawal) < lag
  return fitting.map(({ candidates, withdrawal }): Verdict => {
    if (withdrawal.status === "INTENDED") {
      return { withdrawal, verdict: "waiting", reason: "it is being sent just now", candidates: [] }
    }
    const [only, ...others] = candidates
    if (only === undefined) {
      const until = DateTime.formatIso(DateTime.unsafeMake(sentAt(withdrawal) + lag))
      return lagging(withdrawal)
        ? {
            withdrawal,
            verdict: "waiting",
            reason: `history shows no row for it yet, and may lag until ${until}`,
            candidates
          }
        : { withdrawal, verdict: "missing", reason: "history shows no row for it, and had time enough", candidates }
    }
    const rivals = rivalsOf(only.orderId)
    if (others.length === 0 && rivals.length === 1) {
      return { withdrawal, verdict: "found", reason: "found in history", candidates }
    }
    // Where rows are fewer than the withdrawals they fit, the others' may only be late.
    return others.length === 0 && rivals.some(lagging)
      ? {
          withdrawal,
          verdict: "waiting",
          reason: "a row fits it and another withdrawal, whose row may still show up",
          candidates
        }
      : {
          withdrawal,
          verdict: "ambiguous",
          reason: `history has ${candidates.length} rows and the ledger ${rivals.length} withdrawals that fit each other; a person must tell which is which`,
          candidates
        }
  })
}
