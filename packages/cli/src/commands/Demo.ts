/**
 * `btse demo`: the main job against a sandbox started for it.
 *
 * @since 0.1.0
 */
import { BtseConfig, Decimal, Wallet, type WalletModel } from "@btse-wallet/core"
import { Reconciliation, Sync, Payment, Payments } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { FileSystem, Path } from "@effect/platform"
import { Array as Arr, BigDecimal, Config, DateTime, Effect, Layer, Option, Redacted, Stream } from "effect"
import * as Books from "../Books.ts"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as LedgerFile from "../LedgerFile.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as RenderReconciliation from "../Render/Reconciliation.ts"
import * as RenderSync from "../Render/Sync.ts"
import * as RenderWithdrawal from "../Render/Withdrawal.ts"
import * as SandboxProcess from "../SandboxProcess.ts"
import * as Table from "../Table.ts"
import { matched } from "./Reconcile.ts"
import { completed } from "./Withdrawals.ts"

const operation = "btse demo"
const records = 2_000

type Settings = Pick<Global.Global, "json" | "ledger" | "utc">

/** Text for eyes between the documents: nothing of it with `--json`. */
const narrator = Effect.fnUntraced(function* (json: boolean) {
  const output = yield* Output.Output
  const style = Output.styleOf(output)
  return {
    style,
    heading: (text: string) => (json ? Effect.void : Output.text(`\n${Table.paint(text, "bold", style)}\n`)),
    say: (text: string) => (json ? Effect.void : Output.text(text))
  }
})

const amount = BigDecimal.make(1n, 2)

/** How the program is called by whoever runs it now: through a package's script, or by its name. */
const invocation = Effect.map(
  Effect.orElseSucceed(Config.string("npm_lifecycle_event"), () => ""),
  (script) => (script === "" ? "btse" : "npx --yes pnpm@10.34.8 --silent btse")
)

/** What the seeded wallet holds most certainly: the first of the usual currencies with enough for a small withdrawal. */
const withdrawable = Effect.fnUntraced(function* () {
  const wallet = yield* Wallet.Wallet
  const balances = yield* wallet.balances
  const usual = ["BTC", "ETH", "XRP", "USDT"]
  const held = Arr.findFirst(
    usual.flatMap((currency) => balances.filter((balance) => balance.currency === currency)),
    ({ available }) => BigDecimal.greaterThan(available, BigDecimal.make(1n, 0))
  )
  const currency = Option.getOrElse(held, () => balances[0])?.currency
  if (currency === undefined) return yield* Effect.dieMessage("The sandbox's wallet is empty")
  const network = Arr.head(yield* wallet.networks(currency))
  if (Option.isNone(network)) return yield* Effect.dieMessage(`The sandbox has no network for ${currency}`)
  return { currency, network: network.value }
})

const withdraw = Effect.fnUntraced(function* (json: boolean) {
  const { say, style } = yield* narrator(json)
  const withdrawals = yield* Payments.Payments
  const book = yield* Payments.PaymentBook
  const request: WalletModel.WithdrawRequest = {
    ...(yield* withdrawable()),
    address: "demo-address",
    amount,
    feeOnTop: false
  }
  yield* say(`${Decimal.toText(amount)} ${request.currency} on ${request.network}`)
  const submitted = yield* withdrawals.withdraw({ key: "demo", request })
  if (submitted.withdrawId === null) return submitted
  yield* Stream.runForEach(book.track(submitted.withdrawId), (step) => say(RenderWithdrawal.transition(step, style)))
  return yield* Effect.map(book.get(submitted.id), (payment) => (Payment.isWithdrawal(payment) ? payment : submitted))
})

const work = Effect.fnUntraced(function* (json: boolean, path: string) {
  const { heading, say, style } = yield* narrator(json)
  const sync = yield* Sync.Sync
  const reconciliation = yield* Reconciliation.Reconciliation
  yield* heading("1. The wallet's history comes into the ledger")
  const first = yield* sync.run()
  yield* say(RenderSync.report(first, style))
  yield* heading("2. A withdrawal, followed until its state is final")
  const withdrawal = yield* withdraw(json)
  yield* heading(
    "3. A second sync takes a new snapshot of balances (following the withdrawal has brought its record in already)"
  )
  yield* say(RenderSync.report(yield* sync.run(), style))
  yield* heading("4. The books against the exchange's balances of that snapshot")
  const report = yield* reconciliation.run()
  yield* say(RenderReconciliation.report(report, style, { now: yield* DateTime.now, latest: false }))
  yield* say(
    `\nThe ledger is ${path}. Look into it:\n\n  ${yield* invocation} query "select time, type, currency, amount, status from wallet_history order by timestamp desc limit 5" --ledger ${path}\n`
  )
  return { sync: first, withdrawal, reconciliation: report }
})

const freshFile = Effect.fnUntraced(function* () {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* Effect.orDie(fileSystem.makeTempDirectory({ prefix: "btse-demo-" }))
  return path.join(folder, "ledger.sqlite")
})

const openingOf = (path: string, account: string, config: BtseConfig.BtseConfig) =>
  Layer.provideMerge(Books.layerOver({ operation, path, account, config }), Exchange.layerHere(config))

const run = Effect.fn(operation)(function* (options: Settings) {
  const named = yield* Effect.transposeMapOption(options.ledger, () =>
    LedgerFile.located({ ...options, profile: "default" })
  )
  yield* Effect.transposeMapOption(named, (found) => LedgerFile.agreed(operation, found))
  const path = Option.isSome(named) ? named.value.path : yield* freshFile()
  yield* LedgerFile.check({ operation, path, existing: false })
  const { say } = yield* narrator(options.json)
  const sandbox = yield* SandboxProcess.start({ port: 0, records })
  yield* say(`A sandbox exchange with ${records} records of history serves at ${sandbox.baseUrl.href}.`)
  // Each demo has an exchange of its own, so that a ledger that saw one before takes it for another account.
  // Without what the name of a profile cannot have, so that `--profile` takes it.
  const account = `demo ${DateTime.formatIso(yield* DateTime.now).replaceAll(":", ".")}`
  const document = yield* Effect.provide(
    work(options.json, path),
    openingOf(
      path,
      account,
      BtseConfig.make({
        baseUrl: sandbox.baseUrl,
        credentials: { apiKey: Redacted.make(sandbox.apiKey), apiSecret: sandbox.apiSecret }
      })
    )
  )
  if (options.json) yield* Output.document(Document.Demo, document)
  yield* completed(operation, document.withdrawal)
  yield* matched(operation, document.reconciliation)
}, Effect.scoped)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "demo",
  { json: Global.json, utc: Global.utc, ledger: Global.demoLedger },
  run
).pipe(Command.withDescription("Do the main job against a sandbox: sync, withdraw, follow, reconcile."))
