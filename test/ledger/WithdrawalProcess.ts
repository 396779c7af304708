/**
 * A process of its own that submits withdrawals and follows them to their end. Run bundled, by WithdrawalCrashes.test.ts,
 * which kills it.
 */
import { BtseConfig, Wallet, WalletModel } from "@btse-wallet/core"
import { Account, Ledger, SharedRateLimiter, Payments } from "@btse-wallet/ledger"
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { BigDecimal, Config, Console, Effect, Layer, Option, Redacted, Stream } from "effect"

const services = Effect.gen(function* () {
  const config = yield* BtseConfig.fromEnvironment
  const filename = yield* Config.string("LEDGER_FILE")
  const apiKey = Option.match(config.credentials, { onNone: () => Redacted.make(""), onSome: ({ apiKey }) => apiKey })
  const { requestsPerSecond } = config
  const limiter = SharedRateLimiter.layer({ exchange: config.baseUrl.origin, apiKey, requestsPerSecond }).pipe(
    Layer.provide(SqliteClient.layer({ filename: yield* Config.string("BUDGET_FILE") }))
  )
  return Ledger.layer({
    account: Account.AccountName.make("default"),
    exchange: config.baseUrl.origin,
    withdrawals: { pollEvery: "20 millis", claimLasts: yield* Config.duration("CLAIM_LASTS") }
  }).pipe(
    Layer.provide(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
    Layer.provide(Wallet.layerLimited(config)),
    Layer.provide(Layer.merge(limiter, NodeHttpClient.layerUndici))
  )
})

const carry = Effect.fnUntraced(function* (key: string) {
  const withdrawals = yield* Payments.Payments
  const book = yield* Payments.PaymentBook
  const { withdrawId } = yield* withdrawals.withdraw({
    key,
    request: {
      currency: WalletModel.Currency.make("BTC"),
      network: WalletModel.Network.make("Bitcoin"),
      address: `place-${key}`,
      amount: BigDecimal.make(1n, 2),
      feeOnTop: false
    }
  })
  yield* Console.log(`${key} ${withdrawId}`)
  if (withdrawId !== null) yield* Stream.runDrain(book.track(withdrawId))
})

const program = Effect.gen(function* () {
  const keys = yield* Config.array(Config.string(), "KEYS")
  yield* Console.log("ready")
  yield* Effect.forEach(keys, (key) => Effect.either(carry(key)), { concurrency: "unbounded" })
})

NodeRuntime.runMain(program.pipe(Effect.provide(Layer.unwrapEffect(services))))
