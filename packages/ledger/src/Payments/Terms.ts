/**
 * The exchange's networks for a currency and what a withdrawal costs on them, kept in the ledger for a while.
 *
 * @internal
 */
import type { WalletError, WalletModel } from "@btse-wallet/core"
import { CryptoNetwork, Decimal, Wallet } from "@btse-wallet/core"
import { SqlClient, SqlSchema } from "@effect/sql"
import type { Duration } from "effect"
import { Clock, Duration as Durations, Effect, Option, Schema } from "effect"
import { Account } from "../Account.ts"
import { translated, writing } from "../internal/SqlFault.ts"

const StoredSchedule = Schema.Struct({
  ...CryptoNetwork.FeeSchedule.fields,
  minimum: Decimal.FromText,
  feeMinimum: Decimal.FromText,
  feeRate: Decimal.FromText,
  extraFee: Decimal.FromText,
  extraFeeRate: Decimal.FromText
})

/** `withdraw` is null where the exchange tells the name alone, as in 1.1.0. */
export const NetworkTerms = Schema.Struct({
  names: Schema.Array(Schema.String),
  tagName: Schema.NullOr(Schema.String),
  withdraw: Schema.NullOr(StoredSchedule)
})

export interface NetworkTerms extends Schema.Schema.Type<typeof NetworkTerms> {}

export interface Terms {
  /** `undefined` where the exchange serves no such list. */
  readonly networks: ReadonlyArray<NetworkTerms> | undefined
  readonly cached: boolean
}

const Kept = Schema.Struct({ networks: Schema.parseJson(Schema.Array(NetworkTerms)) })

const encode = Schema.encode(Schema.parseJson(Schema.Array(NetworkTerms)))

const fromNetwork = (network: CryptoNetwork.CryptoNetwork): NetworkTerms => ({
  names: [network.network, network.name],
  tagName: network.needsTag ? (network.tagName ?? "tag") : null,
  withdraw: network.withdraw
})

const served = <A>(
  list: Effect.Effect<A, WalletError.ReadError>
): Effect.Effect<A | undefined, WalletError.ReadError> =>
  list.pipe(
    Effect.asSome,
    Effect.catchTag("NotFound", () => Effect.succeedNone),
    Effect.map(Option.getOrUndefined)
  )

export const makeTerms = Effect.fnUntraced(function* (last: Duration.DurationInput) {
  const sql = yield* SqlClient.SqlClient
  const wallet = yield* Wallet.WalletReader
  const account = yield* Account
  const lastMillis = Durations.toMillis(last)

  const kept = SqlSchema.findOne({
    Request: Schema.Struct({ currency: Schema.String, since: Schema.Number, now: Schema.Number }),
    Result: Kept,
    execute: ({ currency, now, since }) => sql`
      SELECT networks FROM withdrawal_terms
      WHERE account_id = ${account.id} AND currency = ${currency} AND fetched_at > ${since} AND fetched_at <= ${now}`
  })

  const keep = Effect.fnUntraced(function* (currency: string, networks: ReadonlyArray<NetworkTerms>, now: number) {
    const text = yield* encode(networks)
    yield* writing(sql)(sql`
      INSERT INTO withdrawal_terms ${sql.insert({ account_id: account.id, currency, fetched_at: now, networks: text })}
      ON CONFLICT (account_id, currency) DO UPDATE SET fetched_at = ${now}, networks = ${text}`)
  })

  /** The list with terms, which is newer than 1.1.0; else 1.1.0's list of names; else nothing. */
  const ask = Effect.fnUntraced(function* (currency: WalletModel.Currency) {
    const networks = yield* served(wallet.cryptoNetworks(currency))
    if (networks !== undefined) return networks.map(fromNetwork)
    const names = yield* served(wallet.networks(currency))
    return names?.map((name): NetworkTerms => ({ names: [name], tagName: null, withdraw: null }))
  })

  const fresh = Effect.fnUntraced(function* (currency: WalletModel.Currency) {
    const networks = yield* ask(currency)
    if (networks !== undefined) yield* keep(currency, networks, yield* Clock.currentTimeMillis)
    return { networks, cached: false } satisfies Terms
  }, translated("withdraw"))

  const known = Effect.fnUntraced(function* (currency: WalletModel.Currency) {
    const now = yield* Clock.currentTimeMillis
    const found = yield* kept({ currency, since: now - lastMillis, now }).pipe(translated("withdraw"))
    return Option.isSome(found)
      ? ({ networks: found.value.networks, cached: true } satisfies Terms)
      : yield* fresh(currency)
  })

  return { fresh, known }
})
