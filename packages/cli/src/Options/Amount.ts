/**
 * `--amount`: an exact decimal. No digit is lost between the command line and the exchange.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, Option } from "effect"
import * as Input from "./Input.ts"

const plainDecimal = /^\d+(?:\.\d+)?$/

/**
 * Reads an amount; `None` where the text is none, or not above zero.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (text: string): Option.Option<BigDecimal.BigDecimal> =>
  Option.liftPredicate(text.trim(), (plain) => plainDecimal.test(plain)).pipe(
    Option.flatMap(Decimal.fromText),
    Option.filter((value) => BigDecimal.greaterThan(value, Decimal.zero))
  )

/**
 * `--amount X`: above zero, every digit kept.
 *
 * @since 0.1.0
 * @category options
 */
export const amount = (description: string) =>
  Input.option({
    name: "amount",
    placeholder: "X",
    description,
    expected: "a decimal above zero in plain notation, as in 0.00150000",
    read: fromText
  })
