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
  Options.withDescription("Show the request with every check and the fee, without sending it.")
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
  description: "The idempotency key: a second run with it returns the first one's outcome and sends nothing.",
  expected: "a text of 1 to 200 characters without white space, control or invisible characters in it",
  read: (text) => Option.filter(Input.solid(text), (value) => value.length <= 200)
}).pipe(Options.optional)

/**
 * `--as`: which row of history an unknown withdrawal is.
 *
 * @since 0.1.0
 * @category options
 */
export const as = Input.option({
  name: "as",
  placeholder: "ORDER_ID",
  description: "Decide that it is this row of the history.",
  expected: "an order id",
  read: (text) => Option.liftPredicate(text.trim(), (value) => value !== "")
}).pipe(Options.optional)

/**
 * `--is-not`: a row of history that a withdrawal is not.
 *
 * @since 0.1.0
 * @category options
 */
export const isNot = Input.option({
  name: "is-not",
  placeholder: "ORDER_ID",
  description: "Decide that it is not this row of the history, which is another's. Ends an alarm about that row.",
  expected: "an order id",
  read: (text) => Option.liftPredicate(text.trim(), (value) => value !== "")
}).pipe(Options.optional)

/**
 * `--acknowledge`: rows of history that could be a withdrawal, and are not.
 *
 * @since 0.1.0
 * @category options
 */
export const acknowledge = Input.option({
  name: "acknowledge",
  placeholder: "ORDER_IDS",
  description:
    "With --not-sent: the rows that could be it and are not, separated by commas. Without it they are shown and asked about.",
  expected: "order ids, separated by commas",
  read: (text) => {
    const ids = text.split(",").map((id) => id.trim())
    return Option.liftPredicate(ids, (all) => all.every((id) => id !== ""))
  }
}).pipe(Options.optional)

/**
 * `--not-sent`: that an unknown withdrawal is no row.
 *
 * @since 0.1.0
 * @category options
 */
export const notSent = Options.boolean("not-sent").pipe(
  Options.withDescription("Decide that it was not sent. Its key keeps that outcome.")
)

/**
 * `--reason`: how a person knows.
 *
 * @since 0.1.0
 * @category options
 */
export const reason = Input.option({
  name: "reason",
  placeholder: "TEXT",
  description: "How that is known; kept with the decision and its time.",
  expected: "a text",
  read: (text) => Option.liftPredicate(text.trim(), (value) => value !== "")
}).pipe(Options.optional)
