/**
 * All that an exchange holds, and its clock.
 */
import { BigDecimal, Clock, Effect } from "effect"
import type { SubaccountTransfer } from "../Exchange.ts"
import type { HistoryRow } from "../HistoryRow.ts"
import * as Addresses from "./addresses.ts"
import * as Books from "./books.ts"
import * as HistoryGenerator from "./historyGenerator.ts"
import * as HistoryStore from "./historyStore.ts"
import * as Identifiers from "./identifiers.ts"
import { legsOf } from "./postings.ts"
import type { Settings } from "./settings.ts"
import * as Withdrawals from "./withdrawals.ts"

export interface State {
  readonly books: Books.Books
  readonly store: HistoryStore.HistoryStore
  readonly withdrawals: Withdrawals.Withdrawals
  readonly addresses: Addresses.Addresses
  /** Epoch milliseconds on the exchange's clock, with everything done that is due by then. */
  readonly now: Effect.Effect<number>
  readonly advance: (millis: number) => void
  readonly available: (currency: string) => BigDecimal.BigDecimal
  /** A row of the user's, COMPLETED and without fees where the fields do not say otherwise. */
  readonly row: (
    timestamp: number,
    fields: Partial<HistoryRow> & Pick<HistoryRow, "currency" | "type" | "amount">
  ) => HistoryRow
  /** Puts a row in and books what it stands for. */
  readonly record: (row: HistoryRow) => void
  readonly transactionId: () => string
  readonly subaccountTransfers: Array<SubaccountTransfer>
}

const zero = BigDecimal.make(0n, 0)

export const make: (settings: Settings) => Effect.Effect<State> = Effect.fnUntraced(function* (settings) {
  const random = (purpose: number) => Identifiers.random(settings.seed, purpose)
  const start = (yield* Clock.currentTimeMillis) + settings.clockSkew
  const orderId = Identifiers.orderIds()
  const books = Books.make()
  const generated = HistoryGenerator.generate({
    records: settings.records,
    random: random(1),
    username: settings.username,
    books,
    orderId,
    now: start
  })
  const store = HistoryStore.make(generated, settings.history, random(2))
  const withdrawals = Withdrawals.make(books, store, settings.withdrawals, random(3))
  const deposits = random(5)
  let ahead = settings.clockSkew

  return {
    books,
    store,
    withdrawals,
    addresses: Addresses.make(random(4)),
    // A test's clock can stand between two milliseconds, where no clock of an exchange does.
    now: Effect.map(Clock.currentTimeMillis, (millis) => {
      const present = Math.floor(millis + ahead)
      withdrawals.settle(present)
      return present
    }),
    advance: (millis) => {
      ahead += millis
    },
    available: (currency) => books.balance("available", currency),
    row: (timestamp, fields) => ({
      orderId: fields.orderId ?? orderId(timestamp),
      status: "COMPLETED",
      fees: zero,
      timestamp,
      description: "",
      username: settings.username,
      txid: "",
      currencyNetwork: "",
      toAddress: "",
      conversion: null,
      ...fields
    }),
    record: (row) => {
      if (row.type === "Withdraw" && (row.status === "PENDING" || row.status === "PROCESSING")) withdrawals.open(row)
      else {
        books.post(legsOf(row))
        store.insert(row)
      }
    },
    transactionId: () => Identifiers.hex(deposits, 64),
    subaccountTransfers: []
  }
})
