/**
 * What tests and operators do to the exchange's state.
 */
import { BigDecimal, Duration, Effect } from "effect"
import type { Controls, DepositRequest } from "../Exchange.ts"
import * as Books from "./books.ts"
import * as Market from "./market.ts"
import type { State } from "./state.ts"

export const make = (state: State): Controls => {
  const { addresses, advance, books, now, record, row, store, subaccountTransfers, transactionId } = state

  /** Does something at once, after all that was due before it. */
  const then = <A>(f: () => A): Effect.Effect<A> => Effect.map(now, f)

  const deposit = Effect.fn("Exchange.deposit")(function* (request: DepositRequest) {
    const present = yield* now
    const currency = Market.find(request.currency)
    const network = currency?.networks.find(({ name }) => request.network === undefined || name === request.network)
    const made = row(request.timestamp ?? present, {
      ...(request.orderId === undefined ? {} : { orderId: request.orderId }),
      currency: request.currency,
      type: "Deposit",
      amount: request.amount,
      fees: request.fees ?? BigDecimal.make(0n, 0),
      txid: transactionId(),
      currencyNetwork: network?.name.toUpperCase() ?? ""
    })
    record(made)
    if (currency !== undefined && network !== undefined) addresses.use(currency, network)
    return made
  })

  return {
    now,
    advance: (by) => Effect.sync(() => advance(Duration.toMillis(by))),
    deposit,
    record: (row) => then(() => record(row)),
    rewrite: (orderId, change) =>
      then(() => {
        for (const row of store.rows().filter((row) => row.orderId === orderId)) store.replace(row, change(row))
      }),
    recordSubaccountTransfer: (transfer) => then(() => void subaccountTransfers.push(transfer)),
    adjust: (currency, amount) => then(() => books.post(Books.move(currency, "adjustment", "available", amount))),
    rows: then(() => store.rows().slice()),
    count: then(() => store.rows().length),
    account: (account, currency) => then(() => books.balance(account, currency)),
    trialBalance: then(() => books.trialBalance())
  }
}
