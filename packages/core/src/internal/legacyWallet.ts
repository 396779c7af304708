/**
 * The neutral operations on the 1.1.0 declaration.
 *
 * @internal
 */
import { BigDecimal, DateTime, Effect, Either, ParseResult, Schema } from "effect"
import { WalletHistoryRow } from "../BtseApi.ts"
import type { BtseClient } from "../BtseClient.ts"
import * as Decimal from "../Decimal.ts"
import type { HistoryPage, HistoryRecord, UndecodedRow } from "../HistoryRecord.ts"
import { fromRow } from "../HistoryRecord.ts"
import type { HistoryQuery, ReadOperations, WriteOperations } from "../Wallet.ts"
import { InvalidRequest } from "../WalletError.ts"
import type { WalletAddress, WithdrawRequest } from "../WalletModel.ts"
import type * as Wire from "../Wire.ts"
import * as Perform from "./perform.ts"

const decodeRow = Schema.decodeUnknownEither(WalletHistoryRow)

const reasonOf = (error: ParseResult.ParseError): string => {
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error)
  const path = first === undefined || first.path.length === 0 ? "row" : first.path.map(String).join(".")
  return `${path}: missing, or not of a known form`
}

const page = (rows: ReadonlyArray<Wire.JsonRow>): HistoryPage => {
  const records: Array<HistoryRecord> = []
  const undecoded: Array<UndecodedRow> = []
  for (const { text, value } of rows) {
    Either.match(decodeRow(value), {
      onLeft: (error) => undecoded.push({ raw: text, reason: reasonOf(error) }),
      onRight: (row) => records.push(fromRow(row, text))
    })
  }
  return { records, undecoded }
}

const historyParams = (query: HistoryQuery) => ({
  currency: query.currency,
  startTime: query.from === undefined ? undefined : DateTime.toEpochMillis(query.from),
  endTime: query.to === undefined ? undefined : DateTime.toEpochMillis(query.to),
  count: query.count,
  useNewSymbolNaming: query.useNewSymbolNaming
})

/** In seconds in the document's example, in milliseconds elsewhere: 10^11 seconds are the year 5138. */
const created = (literal: number): DateTime.Utc =>
  DateTime.unsafeMake(Math.abs(literal) < 1e11 ? literal * 1_000 : literal)

const addresses = (
  rows: ReadonlyArray<{ readonly address: string; readonly created: number }>
): ReadonlyArray<WalletAddress> => rows.map((row) => ({ address: row.address, created: created(row.created) }))

/** "Max decimal supported is 8 for all currencies" ("Withdraw Funds", 1.1.0). */
const maxDecimals = 8

const checkAmount = (request: WithdrawRequest) =>
  BigDecimal.normalize(request.amount).scale > maxDecimals
    ? Effect.fail(
        new InvalidRequest({
          operation: "withdraw",
          reason: `the amount ${Decimal.toText(request.amount)} has more than ${maxDecimals} decimals, which the exchange refuses. Give at most ${maxDecimals}.`
        })
      )
    : Effect.void

/** Trailing zeros are not decimals the exchange should count. */
const plain = (amount: BigDecimal.BigDecimal): string => Decimal.toText(BigDecimal.normalize(amount))

/** Builds the operations from a client. */
export const operationsOf = ({ market, wallet }: BtseClient): ReadOperations & WriteOperations => ({
  networks: (currency) =>
    Perform.read("availableCurrencyNetworks", market.availableCurrencyNetworks({ urlParams: { currency } })),
  exchangeRate: ({ from, to }) =>
    Perform.read(
      "exchangeRate",
      Effect.map(market.exchangeRate({ urlParams: { srcCurrency: from, targetCurrency: to } }), ({ data }) => data)
    ),
  currencies: (action) => Perform.read("availableCurrencies", market.availableCurrencies({ urlParams: { action } })),
  balances: Perform.read("balance", wallet.balance({})),
  history: (query) => Perform.read("history", Effect.map(wallet.history({ urlParams: historyParams(query) }), page)),
  getAddress: (pair) => Perform.read("getAddress", Effect.map(wallet.getAddress({ urlParams: pair }), addresses)),
  createAddress: (pair) =>
    Perform.write(
      "createAddress",
      `an address for ${pair.currency} on ${pair.network}`,
      Effect.map(wallet.createAddress({ payload: pair }), addresses)
    ),
  withdraw: (request) =>
    Effect.zipRight(
      checkAmount(request),
      Perform.write(
        "withdraw",
        `a withdrawal of ${plain(request.amount)} ${request.currency}`,
        Effect.map(
          wallet.withdraw({
            payload: {
              currency: `${request.currency}-${request.network}`,
              address: request.address,
              tag: request.tag ?? "",
              amount: plain(request.amount),
              includeWithdrawFee: !request.feeOnTop
            }
          }),
          (answer) => ("withdraw_id" in answer ? answer.withdraw_id : answer.withdrawId)
        )
      )
    ),
  convert: ({ amount, from, to }) =>
    Perform.write(
      "convert",
      `a conversion of ${plain(amount)} ${from} to ${to}`,
      Effect.map(wallet.convert({ payload: { amount: plain(amount), fromAsset: from, toAsset: to } }), (answer) => ({
        amount: answer.amount,
        from: answer.amountCurrency,
        settlementAmount: answer.settlementAmount,
        to: answer.settlementCurrency,
        rate: answer.rate
      }))
    ),
  transfer: ({ amount, ...rest }) =>
    Perform.write(
      "transfer",
      `a transfer of ${plain(amount)} ${rest.asset}`,
      wallet.transfer({ payload: { amount: plain(amount), ...rest } })
    )
})
