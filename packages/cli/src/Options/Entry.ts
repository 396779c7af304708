/**
 * The options of what people enter into the books.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Options } from "@effect/cli"
import { BigDecimal, Option } from "effect"
import * as Input from "./Input.ts"

const signedDecimal = /^[+-]?\d+(?:\.\d+)?$/

/**
 * `--amount` with its sign: by how much the wallet changes.
 *
 * @since 0.1.0
 * @category options
 */
export const signedAmount = Input.option({
  name: "amount",
  placeholder: "X",
  description: "By how much the wallet's balance changes, with its sign: -0.5 where it holds less than the books say.",
  expected: "a decimal other than zero in plain notation, as in 0.5 or -0.00150000",
  read: (text) =>
    Option.liftPredicate(text.trim(), (plain) => signedDecimal.test(plain)).pipe(
      Option.flatMap((plain) => Decimal.fromText(plain.replace(/^\+/, ""))),
      Option.filter((value) => !BigDecimal.isZero(value))
    )
})

const said = (text: string): Option.Option<string> => Option.liftPredicate(text.trim(), (value) => value !== "")

/**
 * `--reason`: why, for whoever reads the books later.
 *
 * @since 0.1.0
 * @category options
 */
export const reason = Input.option({
  name: "reason",
  placeholder: "TEXT",
  description: "Why, for whoever reads the books later; kept for good.",
  expected: "a text",
  read: said
})

/**
 * `--reference`: where the proof is.
 *
 * @since 0.1.0
 * @category options
 */
export const reference = Input.option({
  name: "reference",
  placeholder: "TEXT",
  description: "Where the proof of it is: a ticket, a mail, a document.",
  expected: "a text",
  read: said
}).pipe(Options.optional)

/**
 * `--dry-run` of an import.
 *
 * @since 0.1.0
 * @category options
 */
export const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Check every row and show what would be entered, without entering it.")
)
