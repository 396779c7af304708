/**
 * `ledger`: a journal whose balances it asserts (ledger 3.3 manual, "Balance assertions"). Fees are a posting of their own.
 * Tags are declared, so that `--pedantic` has nothing to say.
 *
 * @internal
 */
import * as PlainText from "./PlainText.ts"

const tags = ["id", "time", "txid", "network", "symbol"]

// Of a line ledger reads 4,095 bytes; the longest has two texts.
export const format = PlainText.format({ directives: tags.map((tag) => `tag ${tag}\n`).join(""), longest: 1_900 })
