/**
 * The options of what moves money or creates something.
 *
 * @since 0.1.0
 */
import { Options } from "@effect/cli"
import { Option } from "effect"
import * as Input from "./Input.ts"

/**
 * `--yes`: act without being asked.
 *
 * @since 0.1.0
 * @category options
 */
export const yes = Options.boolean("yes").pipe(
  Options.withAlias("y"),
  Options.withDescription("Act without asking; needed where there is no terminal to ask on.")
)

/**
 * `--dry-run`: show what would be sent.
 *
 * @since 0.1.0
 * @category options
 */
export const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Check the request and show it, without sending it.")
)

/**
 * `--fee-on-top`: the fee beside the amount.
 *
 * @since 0.1.0
 * @category options
 */
export const feeOnTop = Options.boolean("fee-on-top").pipe(
  Options.withDescription("Deduct the fee beside the amount; without this it comes out of the amount.")
)

/**
 * `--wait`: follow to the end.
 *
 * @since 0.1.0
 * @category options
 */
export const wait = Options.boolean("wait").pipe(
  Options.withDescription("Follow the withdrawal until its state is final.")
)

/**
 * `--key`: the idempotency key.
 *
 * @since 0.1.0
 * @category options
 */
export const key = Input.option({
  name: "key",
  placeholder: "KEY",
  description: "The idempotency key: a second withdraw with it returns the first one's outcome and sends nothing.",
  expected: "a text of 1 to 200 characters",
  read: (text) => Option.liftPredicate(text.trim(), (value) => value.length >= 1 && value.length <= 200)
}).pipe(Options.optional)
