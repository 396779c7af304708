/**
 * The options of the commands that read or write the books.
 *
 * @since 0.1.0
 */
import { Export } from "@btse-wallet/ledger"
import { Options } from "@effect/cli"
import { Duration, Option } from "effect"
import * as Input from "./Input.ts"

/**
 * `--full`: walk everything again.
 *
 * @since 0.1.0
 * @category options
 */
export const full = Options.boolean("full").pipe(
  Options.withDescription("Walk the whole history again, and report the records that the exchange no longer shows.")
)

const units = { s: Duration.seconds, m: Duration.minutes, h: Duration.hours } as const

/**
 * `--watch`: again and again.
 *
 * @since 0.1.0
 * @category options
 */
export const watch = Input.option({
  name: "watch",
  placeholder: "DURATION",
  description:
    "Sync again after each DURATION, as in 30s, 5m or 1h, until interrupted; up to eight times less often while nothing moves.",
  expected: "a duration of at least a second, as in 30s, 5m or 1h",
  read: (text) => {
    const match = /^(\d{1,6})([smh])$/.exec(text.trim())
    const unit = match?.[2]
    if (match === null || (unit !== "s" && unit !== "m" && unit !== "h") || Number(match[1]) === 0) return Option.none()
    return Option.some(units[unit](Number(match[1])))
  }
}).pipe(Options.optional)

/**
 * `--policy`: how types and fees move a balance.
 *
 * @since 0.1.0
 * @category options
 */
export const policy = Input.option({
  name: "policy",
  placeholder: "FILE",
  description: "An accounting policy as a JSON file, instead of the standard one.",
  expected: "a file's path",
  read: (text) => Option.liftPredicate(text, (path) => path !== "")
}).pipe(Options.optional)

/**
 * `--adopt`: the policy is the right one from now on.
 *
 * @since 0.1.0
 * @category options
 */
export const adopt = Options.boolean("adopt").pipe(
  Options.withDescription(
    "Hold the open breaks that were found under other policies against this one: what matches under it is gone."
  )
)

/**
 * `--fit`: which policy the snapshots speak for.
 *
 * @since 0.1.0
 * @category options
 */
export const fit = Options.boolean("fit").pipe(
  Options.withDescription(
    "Try other rules than the policy's on every interval between two snapshots, and say which fit which currencies."
  )
)

/**
 * `--write-policy`: keeps what `--fit` found.
 *
 * @since 0.1.0
 * @category options
 */
export const writePolicy = Input.option({
  name: "write-policy",
  placeholder: "FILE",
  description: "With --fit: write the policy that fits best to this file, which may not be there yet.",
  expected: "a file's path",
  read: (text) => Option.liftPredicate(text, (path) => path !== "")
}).pipe(Options.optional)

/**
 * `--overwrite`: a file that is there may be replaced.
 *
 * @since 0.1.0
 * @category options
 */
export const overwrite = Options.boolean("overwrite").pipe(
  Options.withDescription("With --write-policy: replace the file if it is there.")
)

/**
 * The words of `--format`.
 *
 * @since 0.1.0
 * @category options
 */
export const formatChoice = {
  name: "format",
  choices: Export.Format.literals,
  description:
    "What to write the books as: all records (csv, jsonl), a journal of plain-text accounting (hledger, ledger, beancount), or a file for a tax program (koinly, cointracking, rotki and, for its trades, rotki-trades)."
} as const satisfies Input.Choice

/**
 * `--format`: what the export is written as.
 *
 * @since 0.1.0
 * @category options
 */
export const format = Input.choice(formatChoice)

/**
 * `--output`: a file instead of stdout.
 *
 * @since 0.1.0
 * @category options
 */
export const output = Input.option({
  name: "output",
  placeholder: "FILE",
  description: "Write to this file instead of stdout; it is replaced when all is written, not before.",
  expected: "a file's path",
  read: (text) => Option.liftPredicate(text, (path) => path !== "")
}).pipe(Options.optional)

/**
 * `--list-left-out`: every record that an export does not have.
 *
 * @since 0.1.0
 * @category options
 */
export const listLeftOut = Options.boolean("list-left-out").pipe(
  Options.withDescription("Name every record that is left out, instead of counting them.")
)

/**
 * `--csv`: a query's rows as CSV.
 *
 * @since 0.1.0
 * @category options
 */
export const csv = Options.boolean("csv").pipe(Options.withDescription("Print the rows as CSV with a header line."))

/**
 * `--report`: the reconciliation as a document.
 *
 * @since 0.1.0
 * @category options
 */
export const report = Input.option({
  name: "report",
  placeholder: "FILE",
  description:
    "Write it to this file too, to sign and archive: Markdown (.md), a page to print (.html), or the lines (.csv).",
  expected: "a file's path",
  read: (text) => Option.liftPredicate(text, (path) => path !== "")
}).pipe(Options.optional)
