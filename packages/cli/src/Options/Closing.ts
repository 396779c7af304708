/**
 * The options of closing a period.
 *
 * @since 0.1.0
 */
import { Options } from "@effect/cli"
import { Option } from "effect"
import * as Input from "./Input.ts"

/**
 * `--with-breaks`: close what does not match.
 *
 * @since 0.1.0
 * @category options
 */
export const withBreaks = Input.option({
  name: "with-breaks",
  placeholder: "REASON",
  description: "Close it although its reconciliation does not match, for this reason, which is sealed with it.",
  expected: "a reason",
  read: (text) => Option.liftPredicate(text.trim(), (value) => value !== "")
}).pipe(Options.optional)

/**
 * `--again`: close what is closed.
 *
 * @since 0.1.0
 * @category options
 */
export const again = Options.boolean("again").pipe(
  Options.withDescription("Close once more what is closed already; the earlier close stays.")
)
