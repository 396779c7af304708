/**
 * A call that moves money, or makes or deletes an address: how a client makes it, and how often the exchange's books
 * hold it. Each leaves a mark of its own in the books, so that no two are taken for one another.
 */
import type { WalletError } from "@btse-wallet/core"
import { WalletModel } from "@btse-wallet/core"
import type { Exchange, HistoryRow } from "@btse-wallet/sandbox"
import { BigDecimal, DateTime, Effect, Random } from "effect"
import type { SandboxClient } from "../SandboxClient.ts"
import { type Engine, pick, places } from "./Place.ts"

/** What a movement does to the balance of a currency. */
export interface Posting {
  readonly currency: string
  readonly total: BigDecimal.BigDecimal
  readonly available: BigDecimal.BigDecimal
}

/** One time that the exchange did what was asked. */
export interface Movement {
  /** What a client is told of it. */
  readonly told: string
  /** How many rows of history it is. */
  readonly rows: number
  readonly postings: ReadonlyArray<Posting>
}

export interface Writing {
  readonly _tag: "Writing"
  readonly name: string
  readonly method: string
  readonly path: string
  /** What becomes of it where nothing goes wrong: done, refused by the exchange, or not even sent by the client. */
  readonly fate: "done" | "refused" | "unsent"
  /** Puts into the exchange what has to be there before. */
  readonly prepare: (engine: Engine) => Effect.Effect<Prepared>
}

export interface Prepared {
  readonly send: (client: SandboxClient) => Effect.Effect<string, WalletError.WriteError>
  /** Every movement of the books that is this call's. */
  readonly found: (engine: Engine) => Effect.Effect<ReadonlyArray<Movement>>
}

const decimal = BigDecimal.unsafeFromString
const zero = decimal("0")
const currency = (name: string) => WalletModel.Currency.make(name)
const network = (name: string) => WalletModel.Network.make(name)

/** `whole` with up to eight decimals. */
const amountOf = Effect.fnUntraced(function* (whole: string) {
  const places = yield* Random.nextIntBetween(0, 9)
  const digits = yield* Effect.all(Array.from({ length: places }, () => Random.nextIntBetween(0, 10)))
  return digits.length === 0 ? whole : `${whole}.${digits.join("")}`
})

const everything = "98765432"

const spent = (name: string, amount: BigDecimal.BigDecimal): Posting => ({
  currency: name,
  total: BigDecimal.negate(amount),
  available: BigDecimal.negate(amount)
})

const rowsThat = (engine: Engine, is: (row: HistoryRow.HistoryRow) => boolean) =>
  Effect.map(engine.rows, (rows) => rows.filter(is))

const withdraw = Effect.fnUntraced(function* (mark: string) {
  const place = yield* pick(places)
  const feeOnTop = yield* Random.nextBoolean
  const good = yield* amountOf(place.whole)
  const [amount, fate] = yield* pick([
    [good, "done"],
    [good, "done"],
    [good, "done"],
    [good, "done"],
    [good, "done"],
    [everything, "refused"],
    ["0.00000001", "refused"],
    ["1.123456789", "unsent"]
  ])
  const address = `place-${mark}`
  const prepare = (engine: Engine) =>
    Effect.map(Effect.orDie(engine.cryptoNetworks(place.currency)), (terms): Prepared => {
      const fee = terms.find(({ name }) => name === place.network)?.withdrawFee ?? zero
      const deducted = feeOnTop ? BigDecimal.sum(decimal(amount), fee) : decimal(amount)
      return {
        send: (client) =>
          client.withdraw({
            currency: currency(place.currency),
            network: network(place.network),
            address,
            amount: decimal(amount),
            feeOnTop
          }),
        found: (engine) =>
          Effect.map(
            rowsThat(engine, ({ toAddress }) => toAddress === address),
            (rows) =>
              // On hold until it is COMPLETED, which is after the end of every schedule.
              rows.map(({ orderId }) => ({
                told: orderId,
                rows: 1,
                postings: [{ currency: place.currency, total: zero, available: BigDecimal.negate(deducted) }]
              }))
          )
      }
    })
  const name = `withdraw ${amount} ${place.currency} on ${place.network}, the fee ${feeOnTop ? "on top" : "inside"}`
  return { name, method: "POST", path: "/api/v3.2/user/wallet/withdraw", fate, prepare }
})

const transfer = Effect.fnUntraced(function* (mark: string) {
  const place = yield* pick(places)
  const good = yield* amountOf(place.whole)
  const [amount, fate] = yield* pick([
    [good, "done"],
    [good, "done"],
    [good, "done"],
    [everything, "refused"]
  ])
  const toUser = `user-${mark}`
  const toUserMail = `${mark}@example.com`
  const told = (sent: BigDecimal.BigDecimal) => `${BigDecimal.format(sent)} ${place.currency} ${toUser} ${toUserMail}`
  const prepared: Prepared = {
    send: (client) =>
      Effect.map(
        client.transfer({ amount: decimal(amount), asset: currency(place.currency), toUser, toUserMail }),
        (one) => `${BigDecimal.format(one.amount)} ${one.asset} ${one.toUser} ${one.toUserMail}`
      ),
    found: (engine) =>
      Effect.map(
        rowsThat(engine, ({ description }) => description === `To ${toUser}`),
        (rows) =>
          rows.map((row) => ({
            told: told(row.amount),
            rows: 1,
            postings: [spent(place.currency, decimal(amount))]
          }))
      )
  }
  return {
    name: `transfer ${amount} ${place.currency}`,
    method: "POST",
    path: "/api/v3.2/user/wallet/transfer",
    fate,
    prepare: () => Effect.succeed(prepared)
  }
})

const conversion = (sides: HistoryRow.ConversionSides): string => {
  const from = `${BigDecimal.format(sides.sourceAmount)} ${sides.sourceCurrency}`
  return `${from} ${BigDecimal.format(sides.targetAmount)} ${sides.targetCurrency} ${BigDecimal.format(sides.rate)}`
}

const convert = Effect.fnUntraced(function* (_: string, index: number) {
  const [from, whole, to] = yield* pick([
    ["BTC", "1", "USD"],
    ["ETH", "2", "BTC"],
    ["USDT", "30", "JPY"],
    ["XRP", "500", "EUR"]
  ])
  // The amount is the mark: no two calls of a schedule have it in common.
  const good = `${whole}.0${index}${yield* Random.nextIntBetween(1, 10)}`
  const [amount, fate] = yield* pick([
    [good, "done"],
    [good, "done"],
    [good, "done"],
    [everything, "refused"]
  ])
  const prepare = Effect.fnUntraced(function* (engine: Engine) {
    const known = new Set((yield* engine.rows).map(({ orderId }) => orderId))
    const prepared: Prepared = {
      send: (client) =>
        Effect.map(
          client.convert({ amount: decimal(amount), from: currency(from), to: currency(to) }),
          (one) =>
            `${BigDecimal.format(one.amount)} ${one.from} ${BigDecimal.format(one.settlementAmount)} ${one.to} ${BigDecimal.format(one.rate)}`
        ),
      found: (engine) =>
        Effect.map(
          rowsThat(
            engine,
            (row) =>
              !known.has(row.orderId) &&
              row.currency === row.conversion?.sourceCurrency &&
              row.currency === from &&
              BigDecimal.equals(row.amount, decimal(amount))
          ),
          (rows) =>
            rows.flatMap(({ conversion: sides }) =>
              sides === null
                ? []
                : {
                    told: conversion(sides),
                    rows: 2,
                    postings: [
                      spent(from, decimal(amount)),
                      { currency: to, total: sides.targetAmount, available: sides.targetAmount }
                    ]
                  }
            )
        )
    }
    return prepared
  })
  return {
    name: `convert ${amount} ${from} to ${to}`,
    method: "POST",
    path: "/api/v3.2/user/wallet/convert",
    fate,
    prepare
  }
})

const addressPath = "/api/v3.2/user/wallet/address"

const toldAddress = ({ address, created }: Exchange.DepositAddress): string => `${address} ${created}`

const createAddress = Effect.fnUntraced(function* (_: string, index: number) {
  // A place of its own for every call, as the second of a place would be refused.
  const place = places[index % places.length] ?? places[0]
  const fate = yield* pick(["done", "done", "done", "refused"])
  const pair = { currency: currency(place.currency), network: network(place.network) }
  const prepare = Effect.fnUntraced(function* (engine: Engine) {
    const addresses = (engine: Engine) => Effect.orDie(engine.addresses(place.currency, place.network))
    if (fate === "refused") yield* Effect.orDie(engine.createAddress(place.currency, place.network))
    const known = new Set((yield* addresses(engine)).map(({ address }) => address))
    const prepared: Prepared = {
      send: (client) =>
        Effect.map(client.createAddress(pair), (all) =>
          all.map((one) => `${one.address} ${DateTime.toEpochMillis(one.created) / 1_000}`).join()
        ),
      found: (engine) =>
        Effect.map(addresses(engine), (all) =>
          all
            .filter(({ address }) => !known.has(address))
            .map((one) => ({ told: toldAddress(one), rows: 0, postings: [] }))
        )
    }
    return prepared
  })
  return {
    name: `create an address of ${place.currency} on ${place.network}`,
    method: "POST",
    path: addressPath,
    fate,
    prepare
  }
})

const deleteAddress = Effect.fnUntraced(function* (_: string, index: number) {
  const place = places[index % places.length] ?? places[0]
  const fate = yield* pick(["done", "done", "refused"])
  const pair = { currency: currency(place.currency), network: network(place.network) }
  const prepare = Effect.fnUntraced(function* (engine: Engine) {
    const { address } = yield* engine.createAddress(place.currency, place.network)
    if (fate === "refused") yield* engine.deleteAddress(place.currency, place.network, address)
    const prepared: Prepared = {
      send: (client) => Effect.as(client.deleteAddress({ ...pair, address }), ""),
      found: (engine) =>
        Effect.map(Effect.orDie(engine.addresses(place.currency, place.network)), (all) =>
          fate === "refused" || all.some((one) => one.address === address) ? [] : [{ told: "", rows: 0, postings: [] }]
        )
    }
    return prepared
  }, Effect.orDie)
  return {
    name: `delete an address of ${place.currency} on ${place.network}`,
    method: "DELETE",
    path: addressPath,
    fate,
    prepare
  }
})

/** Draws a call that writes; `mark` is this call's alone, `index` its place in its schedule. */
export const draw = Effect.fnUntraced(function* (mark: string, index: number) {
  const drawn = yield* pick([withdraw, withdraw, transfer, convert, createAddress, deleteAddress])
  const writing: Writing = { _tag: "Writing", ...(yield* drawn(mark, index)) }
  return writing
})
