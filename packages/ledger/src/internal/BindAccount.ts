/**
 * Finds the account's row in the ledger, or binds a new account to its exchange.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect, Layer } from "effect"
import type { AccountName } from "../Account.ts"
import { Account } from "../Account.ts"
import { AccountMismatch, LedgerUnavailable } from "../LedgerError.ts"
import { migrate } from "./Migrations.ts"
import { translated, writing } from "./SqlFault.ts"

interface Bound {
  readonly id: number
  readonly exchange: string
}

const make = Effect.fnUntraced(function* (name: AccountName, exchange: string) {
  const sql = yield* SqlClient.SqlClient
  yield* migrate
  const find = sql<Bound>`SELECT id, exchange FROM account WHERE name = ${name}`
  const found = yield* find
  const [bound] =
    found.length > 0
      ? found
      : yield* writing(sql)(
          Effect.zipRight(
            sql`INSERT INTO account ${sql.insert({ name, exchange })} ON CONFLICT (name) DO NOTHING`,
            find
          )
        )
  if (bound === undefined) {
    return yield* new LedgerUnavailable({
      operation: "open",
      reason: `account "${name}" could not be written`,
      advice: "Check that the file is not being changed by another program."
    })
  }
  if (bound.exchange !== exchange) {
    return yield* new AccountMismatch({ operation: "open", account: name, bound: bound.exchange, asked: exchange })
  }
  return { id: bound.id, name, exchange }
}, translated("open"))

export const layer = (name: AccountName, exchange: string) => Layer.effect(Account, make(name, exchange))
