/**
 * Finds the account's row in the ledger, or binds a new account to its exchange.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect, Layer } from "effect"
import type { AccountName } from "../Account.ts"
import { Account } from "../Account.ts"
import { AccountMismatch, AccountUnknown, LedgerUnavailable } from "../LedgerError.ts"
import { bookEvent, Events } from "./Events.ts"
import { migrate } from "./Migrations.ts"
import { makeSchemaGuard } from "./SchemaGuard.ts"
import { translated, writing } from "./SqlFault.ts"

interface Bound {
  readonly id: number
  readonly exchange: string
}

interface Binding {
  readonly name: AccountName
  readonly exchange: string
  /** Whether an account that is not there is made: looking at the books alone binds nothing. */
  readonly making: boolean
}

const make = Effect.fnUntraced(function* ({ exchange, making, name }: Binding) {
  const sql = yield* SqlClient.SqlClient
  const events = yield* Events
  yield* migrate
  if (making) yield* Effect.flatMap(makeSchemaGuard(sql), (guard) => guard("open"))
  const find = sql<Bound>`SELECT id, exchange FROM account WHERE name = ${name}`
  const found = yield* find
  if (found.length === 0 && !making) {
    const others = yield* sql<{ readonly name: string }>`SELECT name FROM account ORDER BY name`
    return yield* new AccountUnknown({ operation: "open", account: name, known: others.map((other) => other.name) })
  }
  const [bound] =
    found.length > 0
      ? found
      : yield* writing(sql)(
          Effect.gen(function* () {
            const [made] = yield* sql<Bound>`
              INSERT INTO account ${sql.insert({ name, exchange })} ON CONFLICT (name) DO NOTHING RETURNING id, exchange`
            if (made === undefined) return yield* find
            const place = { accountId: made.id, runId: null, at: yield* events.now }
            yield* events.append([bookEvent("account", { name, exchange })], place)
            return [made]
          })
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

export const layer = (binding: Binding) => Layer.effect(Account, make(binding))
