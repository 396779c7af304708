/**
 * `btse address get` and `btse address create`: where deposits arrive.
 *
 * @since 0.1.0
 */
import { Wallet, type WalletError, type WalletModel } from "@btse-wallet/core"
import { Command } from "@effect/cli"
import { Effect, Redacted } from "effect"
import { AddressUnused } from "../CliError.ts"
import * as Confirmation from "../Confirmation.ts"
import * as CurrencyCheck from "../CurrencyCheck.ts"
import * as Document from "../Document.ts"
import * as Exchange from "../Exchange.ts"
import * as Instant from "../Instant.ts"
import * as Acting from "../Options/Acting.ts"
import * as ExchangeOptions from "../Options/Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"

interface Settings extends Global.Global {
  readonly currency: WalletModel.Currency
  readonly network: WalletModel.Network
}

const columns: ReadonlyArray<Table.Column<WalletModel.WalletAddress>> = [
  { heading: "ADDRESS", cell: ({ address }) => address },
  { heading: "CREATED", cell: ({ created }, style) => Instant.text(created, style) }
]

const show = (options: Settings, value: ReadonlyArray<WalletModel.WalletAddress>) =>
  Output.result({
    json: options.json,
    schema: Document.Addresses,
    value,
    render: (addresses, style) =>
      addresses.length === 0
        ? "No address yet: `btse address create` makes one."
        : Table.render(addresses, columns, style)
  })

const get = Effect.fn("btse address get")(function* (options: Settings) {
  const wallet = yield* Wallet.Wallet
  const { currency, network } = options
  const asked = wallet.getAddress({ currency, network })
  yield* show(options, yield* CurrencyCheck.explained("btse address get", currency)(asked))
})

const create = Effect.fn("btse address create")(function* (options: Settings & { readonly yes: boolean }) {
  const wallet = yield* Wallet.Wallet
  const { currency, network } = options
  yield* Confirmation.required({
    operation: "btse address create",
    yes: options.yes,
    on: options,
    question: "Create a deposit address?",
    fields: Effect.succeed([
      ["currency", currency],
      ["network", network]
    ])
  })
  const created = yield* wallet.createAddress({ currency, network }).pipe(
    CurrencyCheck.explained("btse address create", currency),
    Effect.catchTag(
      "UnusedAddressExists",
      (error): Effect.Effect<never, AddressUnused | WalletError.UnusedAddressExists> => {
        if (error.address === null) return Effect.fail(error)
        const tag = error.tag === null ? null : Redacted.value(error.tag)
        return Effect.fail(
          new AddressUnused({ operation: "btse address create", address: Redacted.value(error.address), tag })
        )
      }
    )
  )
  yield* show(options, created)
})

const pair = { ...Global.all, currency: ExchangeOptions.currency, network: ExchangeOptions.network }

const getCommand = Command.make("get", pair, get).pipe(
  Command.withDescription("Show the deposit address of a currency on a network."),
  Command.provide((options) => Exchange.layer("btse address get", options))
)

const createCommand = Command.make("create", { ...pair, yes: Acting.yes }, create).pipe(
  Command.withDescription("Create a deposit address of a currency on a network."),
  Command.provide((options) => Exchange.layer("btse address create", options))
)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("address").pipe(
  Command.withDescription("Show or create deposit addresses."),
  Command.withSubcommands([getCommand, createCommand])
)
