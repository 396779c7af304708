/**
 * `ledger`: a journal whose balances it asserts (ledger 3.3 manual, "Balance assertions"). Fees are a posting of their own.
 * Tags are declared, so that `--pedantic` has nothing to say.
 *
 * @internal
 */
import * as PlainText from "./PlainText.ts"

export const format = PlainText.format(["id", "time", "txid", "network"].map((tag) => `tag ${tag}\n`).join(""))
