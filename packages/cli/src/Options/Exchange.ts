/**
 * The options that say what an operation on the exchange is about.
 *
 * @since 0.1.0
 */
import { WalletModel } from "@btse-wallet/core"
import { Options } from "@effect/cli"
import { Option, Schema } from "effect"
import * as Input from "./Input.ts"

const text =
  <A extends string>(schema: Schema.Schema<A, string>) =>
  (value: string): Option.Option<A> =>
    Schema.decodeOption(schema)(value.trim())

/**
 * A currency under the option's own name: `--currency`, `--from`, `--to`, `--asset`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const currencyNamed = (name: string, description: string) =>
  Input.option({
    name,
    placeholder: "CURRENCY",
    description,
    expected: "a currency as the exchange names it, as in BTC",
    read: text(WalletModel.Currency)
  })

/**
 * @since 0.1.0
 * @category options
 */
export const currency = currencyNamed("currency", "The currency, as in BTC.")

/**
 * @since 0.1.0
 * @category options
 */
export const network = Input.option({
  name: "network",
  placeholder: "NETWORK",
  description: "The network it moves on, as `btse networks` lists them.",
  expected: "a network as the exchange names it, as in BITCOIN",
  read: text(WalletModel.Network)
})

/**
 * @since 0.1.0
 * @category options
 */
export const address = Input.option({
  name: "address",
  placeholder: "ADDRESS",
  description: "The address to send to.",
  expected: "an address without white space, control or invisible characters in it",
  read: Input.solid
})

/**
 * @since 0.1.0
 * @category options
 */
export const tag = Input.option({
  name: "tag",
  placeholder: "TAG",
  description: "The address's tag or memo, on networks that have one.",
  expected: "a tag without white space, control or invisible characters in it",
  read: Input.solid
}).pipe(Options.optional)

/**
 * The words of `--action`.
 *
 * @since 0.1.0
 * @category options
 */
export const actionChoice = {
  name: "action",
  choices: WalletModel.WalletAction.literals,
  description: "What the currencies are wanted for: CONVERT, WITHDRAW or SEND."
} as const satisfies Input.Choice

/**
 * @since 0.1.0
 * @category options
 */
export const action = Input.choice(actionChoice)

/**
 * @since 0.1.0
 * @category options
 */
export const count = Input.option({
  name: "count",
  placeholder: "N",
  description: "The most records to show.",
  expected: "a whole number from 1 to 500",
  read: (value) =>
    Option.filter(
      Option.map(
        Option.liftPredicate(value, (digits) => /^\d{1,3}$/.test(digits)),
        Number
      ),
      (n) => n >= 1 && n <= 500
    )
}).pipe(Options.optional)

/**
 * @since 0.1.0
 * @category options
 */
export const toUser = Input.option({
  name: "to-user",
  placeholder: "USER",
  description: "The account that receives.",
  expected: "a user's name without white space, control or invisible characters in it",
  read: Input.solid
})

/**
 * @since 0.1.0
 * @category options
 */
export const toMail = Input.option({
  name: "to-mail",
  placeholder: "MAIL",
  description: "The receiver's mail address.",
  expected: "a mail address without white space, control or invisible characters in it",
  read: (value) => Option.filter(Input.solid(value), (mail) => /^[^@]+@[^@]+$/.test(mail))
})
