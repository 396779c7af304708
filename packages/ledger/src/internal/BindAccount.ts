/**
 * Account of a ledger: found in it, or bound to its exchange.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect, Layer } from "effect"
import { Account, AccountName } from "../Account.ts"
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
}

interface Finding {
  readonly name: AccountName
  /** Undefined where whichever it is bound to will do. */
  readonly exchange: string | undefined
  /** Takes the ledger's only account where it holds none of that name. */
  readonly orOnly: boolean
}

const mismatch = (account: AccountName, bound: string, asked: string) =>
  new AccountMismatch({ operation: "open", account, bound, asked })

/** Binds an account that is not there to its exchange. */
const bind = Effect.fnUntraced(function* ({ exchange, name }: Binding) {
  const sql = yield* SqlClient.SqlClient
  const events = yield* Events
  yield* migrate
  yield* Effect.flatMap(makeSchemaGuard(sql), (guard) => guard("open"))
  const find = sql<Bound>`SELECT id, exchange FROM account WHERE name = ${name}`
  const found = yield* find
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
  if (bound.exchange !== exchange) return yield* mismatch(name, bound.exchange, exchange)
  return { id: bound.id, name, exchange }
}, translated("open"))

/** Finds an account: looking at the books alone binds nothing. */
const find = Effect.fnUntraced(function* ({ exchange, name, orOnly }: Finding) {
  const sql = yield* SqlClient.SqlClient
  yield* migrate
  const all = yield* sql<Bound & { readonly name: string }>`SELECT id, name, exchange FROM account ORDER BY name`
  const account = all.find((one) => one.name === name) ?? (orOnly && all.length === 1 ? all[0] : undefined)
  if (account === undefined) {
    return yield* new AccountUnknown({ operation: "open", account: name, known: all.map((other) => other.name) })
  }
  if (exchange !== undefined && account.exchange !== exchange) {
    return yield* mismatch(name, account.exchange, exchange)
  }
  return { id: account.id, name: AccountName.make(account.name), exchange: account.exchange }
}, translated("open"))

/** The account, bound to its exchange now where it was not before. */
export const layer = (binding: Binding) => Layer.effect(Account, bind(binding))

/** The account, where the ledger holds it. */
export const layerFound = (finding: Finding) => Layer.effect(Account, find(finding))
