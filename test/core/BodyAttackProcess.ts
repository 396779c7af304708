/**
 * A process of its own that meets one attack on its memory or its time with each of its operations, and says what it took.
 */
// @effect-diagnostics processEnv:off -- the arguments of a program
import { BtseConfig, RateLimiter, RetryPolicy, Wallet, type WalletError, WalletModel } from "@btse-wallet/core"
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { existsSync, readFileSync } from "node:fs"
import { BigDecimal, Effect, Layer, Redacted, Schedule } from "effect"

const [baseUrl = "", client = ""] = process.argv.slice(2)

const clients = { fetch: FetchHttpClient.layer, undici: NodeHttpClient.layerUndici, "node:http": NodeHttpClient.layer }

const secret = Redacted.make("an-attack-shall-not-see-this")

const wallet = Wallet.layerLimited(
  BtseConfig.make({
    baseUrl: new URL(baseUrl),
    credentials: { apiKey: secret, apiSecret: secret },
    requestsPerSecond: 1_000
  })
).pipe(Layer.provide([clients[client as keyof typeof clients], RateLimiter.layer({ requestsPerSecond: 1_000 })]))

const currency = WalletModel.Currency.make("BTC")

/** The most memory in kB. What `resourceUsage` says holds the parent's, from which this process was forked. */
const peak = (): number => {
  const own = existsSync("/proc/self/status")
    ? /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
    : undefined
  return own === undefined ? process.resourceUsage().maxRSS : Number(own)
}

const meet = Effect.gen(function* () {
  const { balances, currencies, history, withdraw } = yield* Wallet.Wallet
  const withdrawal = {
    currency,
    network: WalletModel.Network.make("BITCOIN"),
    address: "bc1qx9",
    amount: BigDecimal.make(1n, 0),
    feeOnTop: false
  }
  const calls: ReadonlyArray<Effect.Effect<unknown, WalletError.WalletError>> = [
    balances,
    currencies("WITHDRAW"),
    history({}),
    withdraw(withdrawal)
  ]
  const tags = yield* Effect.forEach(calls, (call) =>
    Effect.match(call, { onSuccess: () => "answer", onFailure: ({ _tag }) => _tag })
  )
  return { tags, megabytes: Math.round(peak() / 1_024) }
})

const met = await Effect.runPromise(
  meet.pipe(Effect.provide(wallet), Effect.provideService(RetryPolicy.RetryPolicy, Schedule.stop))
)
process.stdout.write(JSON.stringify(met))
