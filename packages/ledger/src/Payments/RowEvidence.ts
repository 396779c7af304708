/**
 * Evidence that a row of history is a payment's, weighed without reading or writing anything.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, Option } from "effect"
import { matchAddress } from "./AddressMatch.ts"
import { matchNetwork } from "./NetworkMatch.ts"

/** A payment that may have been sent, as far as a row can be compared with it. */
export interface SoughtPayment {
  readonly id: number
  readonly key: string
  readonly kind: "withdraw" | "transfer" | "convert"
  readonly status: string
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
  /** The fee of a withdrawal is added to its amount, instead of being taken out of it. */
  readonly feeOnTop: boolean
  /** Null for transfers and conversions, whose rows have neither. */
  readonly network: string | null
  readonly address: string | null
  readonly tag: string | null
  /** The user who receives a transfer. */
  readonly receiver: string | null
  /** The currency that a conversion buys. */
  readonly targetCurrency: string | null
  /** The id in the exchange's answer. */
  readonly reference: string | null
  /** Each time that its bytes may have left. */
  readonly sendings: ReadonlyArray<Sending>
}

/** One passing of the gate. */
export interface Sending {
  /** Epoch milliseconds, by the exchange's clock. */
  readonly at: number
  /** The uncertainty of that moment: the exactness with which the two clocks were compared, in milliseconds. */
  readonly within: number
  /** The last event of the books before it. */
  readonly lastEvent: number
}

/** A row of history that belongs to no payment yet. */
export interface UnclaimedRow {
  readonly orderId: string
  readonly type: string
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
  readonly fees: BigDecimal.BigDecimal | null
  /** Epoch milliseconds, by the exchange's clock. */
  readonly at: number
  readonly address: string | null
  readonly network: string | null
  readonly txid: string | null
  readonly description: string | null
  readonly sourceCurrency: string | null
  readonly targetCurrency: string | null
  /** The event that brought it into the books. */
  readonly firstEvent: number
  /** The number of rows with its order id. */
  readonly rows: number
}

/** The case for and against a row. Without anything against it, it cannot be another's. */
export interface Weighed<Row extends UnclaimedRow> {
  readonly row: Row
  readonly for: ReadonlyArray<string>
  readonly against: ReadonlyArray<string>
  /** The row names the exchange's reference of the payment, which nothing else outweighs. */
  readonly byReference: boolean
  /** Nothing contradicts the row: what speaks against it is only what it does not name, and may name later. */
  readonly isPossible: boolean
}

/** The exchange gives up on a request after 30 seconds ("API Status Codes", 408); five more for the way there. */
export const givesUpAfter = 35_000

/** Clocks that were never compared, or jumped since: rows up to here from the sending are shown to a person. */
export const generous = 300_000

const outgoing: Readonly<Record<SoughtPayment["kind"], RegExp>> = {
  withdraw: /^withdraw(?:al)?$/i,
  transfer: /^(?:sub account )?transfer[ _]out$/i,
  convert: /^convert\b/i
}

/** Types that no payment out of the wallet has. Types are an open set: an unknown one may be a payment's. */
const otherTypes =
  /^(?:deposit|(?:sub account )?transfer[ _]in|referralearning|strategy income|token voucher in|.*rebate|trial fund|trading fee .*)$/i

/** Tests whether a row of this type may be a payment of the kind. */
export const mayBeOfKind = (kind: SoughtPayment["kind"], type: string): boolean => {
  const ofAnotherKind = Object.entries(outgoing).some(([other, pattern]) => other !== kind && pattern.test(type))
  return outgoing[kind].test(type) || !(ofAnotherKind || otherTypes.test(type))
}

/**
 * Compares amounts. Neither the sign of a row's amount nor its relation to the fees is documented; the relation of a
 * request's amount to the fees is ("Withdraw Funds", includeWithdrawFee), so one of the readings contradicts it.
 */
const matchAmount = (payment: SoughtPayment, { amount, fees }: UnclaimedRow): "fits" | "contradicts" | "another" => {
  const shown = BigDecimal.abs(amount)
  const fee = BigDecimal.abs(fees ?? Decimal.zero)
  const deducted = BigDecimal.subtract(shown, fee)
  const received = BigDecimal.sum(shown, fee)
  const isAsked = (reading: BigDecimal.BigDecimal) => BigDecimal.equals(reading, payment.amount)
  if ([shown, payment.feeOnTop ? deducted : received].some(isAsked)) return "fits"
  return [deducted, received].some(isAsked) ? "contradicts" : "another"
}

/** Tests a row's time against a sending. A row that was in the books before it is another's, whatever the clocks. */
const fitsSending = (sending: Sending, { at, firstEvent }: UnclaimedRow, margin: number): boolean =>
  firstEvent > sending.lastEvent && at >= sending.at - margin && at <= sending.at + givesUpAfter + margin

const isMeasured = ({ sendings }: SoughtPayment, row: UnclaimedRow): boolean =>
  sendings.some((sending) => fitsSending(sending, row, sending.within))

const isNear = ({ sendings }: SoughtPayment, row: UnclaimedRow): boolean =>
  sendings.some((sending) => fitsSending(sending, row, Math.max(sending.within, generous)))

const addressOf = ({ address, tag }: SoughtPayment, row: UnclaimedRow) =>
  address === null ? "none" : matchAddress({ address, tag }, row.address)

const namesReference = ({ reference }: SoughtPayment, { orderId, txid }: UnclaimedRow): boolean =>
  reference !== null && (orderId === reference || txid === reference)

/**
 * Tests whether a row could be the payment's at all: of its currency, of its amount in any reading, within minutes of its
 * sending, and without an address that is another's. Where none could, history has nothing to show for the payment.
 */
export const couldBe = (payment: SoughtPayment, row: UnclaimedRow): boolean => {
  if (row.currency !== payment.currency || !mayBeOfKind(payment.kind, row.type)) return false
  if (namesReference(payment, row)) return true
  const address = addressOf(payment, row)
  if (address === "another" || address === "another tag") return false
  return matchAmount(payment, row) !== "another" && isNear(payment, row)
}

const seconds = (millis: number): string => `${Math.round(millis / 100) / 10} s`

const ofTime = (payment: SoughtPayment, row: UnclaimedRow): ReadonlyArray<Argument> => {
  const distance = ({ at }: Sending) => Math.abs(row.at - at)
  const [nearest] = payment.sendings.toSorted((one, other) => distance(one) - distance(other))
  if (nearest === undefined) return []
  const after = row.at - nearest.at
  const apart = after < 0 ? `${seconds(-after)} before the sending` : `${seconds(after)} after the sending`
  if (isMeasured(payment, row)) return [{ speaks: "for", text: `its time is ${apart}` }]
  const bound =
    after < 0
      ? `the clocks differ by no more than ${seconds(nearest.within)}`
      : `the exchange gives up after ${seconds(givesUpAfter)}`
  return [{ speaks: "against", text: `its time is ${apart}, and ${bound}` }]
}

/** `lacks`: the row does not name what would prove it; that speaks against it, and contradicts nothing. */
interface Argument {
  readonly speaks: "for" | "against" | "lacks"
  readonly text: string
}

const addressTexts: Readonly<Record<ReturnType<typeof addressOf>, Argument>> = {
  same: { speaks: "for", text: "it names the address" },
  "same, no tag": { speaks: "lacks", text: "it names the address, without the tag" },
  "another tag": { speaks: "against", text: "it names another tag" },
  another: { speaks: "against", text: "it names another address" },
  none: { speaks: "lacks", text: "it names no address" }
}

const ofNetwork = (payment: SoughtPayment, row: UnclaimedRow): ReadonlyArray<Argument> => {
  if (payment.network === null) return []
  const match = matchNetwork(payment.network, row.network, payment.currency)
  if (match === "same") return [{ speaks: "for", text: "it names the network" }]
  if (match === "none") return [{ speaks: "lacks", text: "it names no network" }]
  return [{ speaks: "against", text: `it names network ${row.network}` }]
}

/** Rows of transfers and conversions name no receiver that is certain; what they do name helps a person. */
const ofReceiver = (payment: SoughtPayment, row: UnclaimedRow): ReadonlyArray<Argument> => {
  switch (payment.kind) {
    case "withdraw":
      return [addressTexts[addressOf(payment, row)]]
    case "transfer": {
      const { receiver } = payment
      const named = receiver !== null && (row.description ?? "").split(/[\s,;:()"']+/).includes(receiver)
      return [
        ...(named ? [{ speaks: "for" as const, text: "its description names the receiver" }] : []),
        { speaks: "lacks", text: "rows of transfers carry no receiver that is certain" }
      ]
    }
    case "convert": {
      const { targetCurrency } = payment
      const agrees = row.targetCurrency === targetCurrency
      return [
        row.targetCurrency === null
          ? { speaks: "lacks", text: "it names no target currency" }
          : agrees
            ? { speaks: "for", text: "it names the target currency" }
            : { speaks: "against", text: `it buys ${row.targetCurrency}` },
        { speaks: "lacks", text: "rows of conversions carry no reference to the request" }
      ]
    }
  }
}

const ofAmount = (payment: SoughtPayment, row: UnclaimedRow): Argument =>
  matchAmount(payment, row) === "fits"
    ? { speaks: "for", text: "its currency and amount fit" }
    : {
        speaks: "against",
        text: `its amount fits only where the fee is ${payment.feeOnTop ? "taken out of" : "added to"} it`
      }

/** An answer's id is the row's order id ("Withdraw Funds", 1.1.0): a row with another id contradicts the exchange. */
const ofReference = ({ reference }: SoughtPayment): ReadonlyArray<Argument> =>
  reference === null
    ? []
    : [{ speaks: "against", text: `it does not name ${reference}, the exchange's id of the payment` }]

const argumentsOf = (payment: SoughtPayment, row: UnclaimedRow): ReadonlyArray<Argument> => [
  ofAmount(payment, row),
  ...ofReference(payment),
  ...ofReceiver(payment, row),
  ...ofNetwork(payment, row),
  ...ofTime(payment, row),
  ...(outgoing[payment.kind].test(row.type) ? [] : [{ speaks: "against" as const, text: `its type is ${row.type}` }])
]

/** The rows that an order has: a conversion one for each side. */
const rowsOf: Readonly<Record<SoughtPayment["kind"], number>> = { withdraw: 1, transfer: 1, convert: 2 }

/** The case of a row, by itself; none where it cannot be the payment's. */
export const weigh = <Row extends UnclaimedRow>(payment: SoughtPayment, row: Row): Option.Option<Weighed<Row>> => {
  if (!couldBe(payment, row)) return Option.none()
  const repeated: ReadonlyArray<Argument> =
    row.rows > rowsOf[payment.kind] ? [{ speaks: "lacks", text: `its order id stands on ${row.rows} rows` }] : []
  const byReference = namesReference(payment, row)
  const all: ReadonlyArray<Argument> = byReference
    ? [{ speaks: "for", text: "it names the exchange's reference" }, ...repeated]
    : [...argumentsOf(payment, row), ...repeated]
  const texts = (...sides: ReadonlyArray<Argument["speaks"]>) =>
    all.flatMap(({ speaks, text }) => (sides.includes(speaks) ? [text] : []))
  return Option.some({
    row,
    for: texts("for"),
    against: texts("against", "lacks"),
    byReference,
    isPossible: texts("against").length === 0
  })
}

/** Tests whether a row could be the payment's inside the measured time: then it is a rival for it. */
export const mayClaim = (payment: SoughtPayment, row: UnclaimedRow): boolean =>
  couldBe(payment, row) && (namesReference(payment, row) || isMeasured(payment, row))
