/**
 * A settled record as the formats of other programs see it: its movement and the legs of it.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, DateTime, Schema } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import type { StoredEntry } from "../Entries/Stored.ts"
import * as Movement from "../Movement.ts"
import * as Posting from "../Posting.ts"
import type { Identified } from "./Format.ts"

export const Row = Schema.Struct({
  order_id: Schema.String,
  currency: Schema.String,
  type: Schema.String,
  wallet: Schema.String,
  line: Schema.Int,
  timestamp: Schema.Int,
  amount: Decimal.FromText,
  fees: Schema.NullOr(Decimal.FromText),
  description: Schema.NullOr(Schema.String),
  txid: Schema.NullOr(Schema.String),
  currency_network: Schema.NullOr(Schema.String),
  source_currency: Schema.NullOr(Schema.String),
  target_currency: Schema.NullOr(Schema.String)
})

export interface Row extends Schema.Schema.Type<typeof Row> {}

/** The columns of {@link Row} in the table `record`. */
export const columns = Object.keys(Row.fields)

export interface Entry extends Identified {
  readonly _tag: "Entry"
  readonly row: Row
  /** Epoch milliseconds at which it counts; its timestamp but where a snapshot of balances shows otherwise. */
  readonly instant: number
  readonly movement: Movement.Movement
  readonly counter: Posting.LedgerAccount
  readonly postings: ReadonlyArray<Posting.Posting>
}

/** Both legs of a conversion that the exchange shows as two records. */
export interface Conversion extends Identified {
  readonly _tag: "Conversion"
  readonly from: Entry
  readonly to: Entry
}

const idOf = (row: Row): string =>
  [row.order_id, row.currency, row.type, row.line, ...(row.wallet === "@SPOT" ? [] : [row.wallet])].join("/")

export const movementOf = (policy: AccountingPolicy, row: Row): Movement.Movement =>
  Movement.of(policy, {
    type: row.type,
    currency: row.currency,
    amount: row.amount,
    fees: row.fees ?? Decimal.zero,
    sourceCurrency: row.source_currency,
    targetCurrency: row.target_currency
  })

export const make = (policy: AccountingPolicy, row: Row, instant: number): Entry => {
  const movement = movementOf(policy, row)
  return {
    _tag: "Entry",
    id: idOf(row),
    row,
    instant,
    movement,
    counter: Posting.counterOf(row.type, movement),
    postings: Posting.of(row.type, movement)
  }
}

/** What it is called where a record has its type. */
const typeOf = { adjusted: "Adjustment", imported: "Import", reversed: "Reversal" } as const

/** What was entered beside the history, as a record would be. */
export const rowOfEntered = ({ content, kind, seq }: StoredEntry): Row => ({
  order_id: content.externalId ?? `entry ${seq}`,
  currency: content.currency,
  type: kind === "imported" ? `${typeOf[kind]} ${content.type}` : typeOf[kind],
  wallet: "@SPOT",
  line: 1,
  timestamp: content.at,
  amount: content.amount,
  fees: content.fees,
  description: content.reason,
  txid: null,
  currency_network: null,
  source_currency: null,
  target_currency: null
})

/** An entry of the books as an item of an export: its legs are its own, whatever the policy. */
export const ofEntered = (entered: StoredEntry, instant: number): Entry => {
  const { amount, fees, legs } = entered.content
  const row = rowOfEntered(entered)
  const postings = legs.map(([account, amount]): Posting.Posting => ({ account, amount }))
  const counter = postings.find(({ account }) => account !== "wallet" && account !== "fees")?.account ?? "fees"
  const principal = counter === "fees" ? Decimal.zero : amount
  return {
    _tag: "Entry",
    id: idOf(row),
    row,
    instant,
    movement: {
      in: BigDecimal.isNegative(principal) ? Decimal.zero : principal,
      out: BigDecimal.isNegative(principal) ? BigDecimal.negate(principal) : Decimal.zero,
      fees: counter === "fees" ? BigDecimal.subtract(fees, amount) : fees,
      known: true
    },
    counter,
    postings
  }
}

export const nothingMoved = "it moved nothing"

/** An amount in plain notation without zeros at the end. */
export const plain = (amount: BigDecimal.BigDecimal): string => Decimal.toText(BigDecimal.normalize(amount))

export const time = (millis: number): string => DateTime.formatIso(DateTime.unsafeMake(millis))

export const day = (millis: number): string => time(millis).slice(0, 10)

/** The type, and what the exchange says beside it. */
export const fullWords = ({ row }: Entry): string =>
  `${row.type}${row.description === null ? "" : ` ${row.description}`}`.trim()

/** The same on one line. */
export const words = (entry: Entry): string =>
  fullWords(entry)
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
