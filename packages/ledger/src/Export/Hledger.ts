/**
 * `hledger`: a journal whose balances it asserts (hledger 1.25 manual, "journal format"). Fees are a posting of their own.
 *
 * @internal
 */
import * as PlainText from "./PlainText.ts"

export const format = PlainText.format({ directives: "decimal-mark .\n", longest: Number.POSITIVE_INFINITY })
