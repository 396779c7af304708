/**
 * What a SQLite file is to the ledger, by reading alone: opening the books brings an older file to this version's tables, and
 * whoever only wants to know does not want that.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import { Data, Effect, Predicate } from "effect"
import { applicationId } from "./internal/FileIdentity.ts"
import { latest } from "./internal/Migrations.ts"
import { isDamage, translated } from "./internal/SqlFault.ts"
import type { LedgerBusy, LedgerUnavailable } from "./LedgerError.ts"
import type { PaymentAlarm } from "./Payment.ts"
import { makePaymentAlarms } from "./Payments/PaymentAlarms.ts"

/**
 * An account of a ledger, and the exchange that it is bound to.
 *
 * @since 0.1.0
 * @category models
 */
export interface AccountOfFile {
  readonly name: string
  readonly exchange: string
}

/**
 * What a file is: `Empty` (the next sync makes a ledger of it), `Foreign` (another program's), `Damaged` (with what SQLite says
 * of it), or `Kept`: a ledger with tables of `version`, where this program's are of `latest`.
 *
 * @since 0.1.0
 * @category models
 */
export type Inspection = Data.TaggedEnum<{
  Empty: {}
  Foreign: {}
  Damaged: { readonly said: string }
  Kept: {
    readonly version: number
    readonly latest: number
    readonly accounts: ReadonlyArray<AccountOfFile>
  }
}>

/**
 * @since 0.1.0
 * @category constructors
 */
export const Inspection = Data.taggedEnum<Inspection>()

const notTheirs = "the tables that every ledger has are not in it"

/**
 * Looks at a SQLite file, over a connection that need not be able to write. Fails with `LedgerUnavailable` where it cannot be
 * read, and with `LedgerBusy` where another program holds it.
 *
 * @since 0.1.0
 * @category getters
 */
export const inspect: Effect.Effect<Inspection, LedgerUnavailable | LedgerBusy, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const sql = yield* SqlClient.SqlClient
    const tables = yield* sql<{ readonly name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`
    const [id] = yield* sql<{ readonly application_id: number }>`PRAGMA application_id`
    if (id?.application_id !== applicationId) {
      return tables.length === 0 && id?.application_id === 0 ? Inspection.Empty() : Inspection.Foreign()
    }
    const [found] = yield* sql<{ readonly quick_check: string }>`PRAGMA quick_check(1)`
    if (found !== undefined && found.quick_check !== "ok") return Inspection.Damaged({ said: found.quick_check })
    const names = new Set(tables.map(({ name }) => name))
    if (!names.has("effect_sql_migrations") || !names.has("account")) return Inspection.Damaged({ said: notTheirs })
    const [made] = yield* sql<{ readonly version: number | null }>`
      SELECT max(migration_id) AS version FROM effect_sql_migrations`
    const accounts = yield* sql<AccountOfFile>`SELECT name, exchange FROM account ORDER BY name`
    return Inspection.Kept({ version: made?.version ?? 0, latest, accounts })
  }
).pipe(
  Effect.catchIf(
    ({ cause }) => isDamage(cause),
    ({ cause }) =>
      Effect.succeed(Inspection.Damaged({ said: Predicate.isError(cause) ? cause.message : "SQLite does not say how" }))
  ),
  translated("inspect")
)

/**
 * The open alarms of all accounts of a ledger with this version's tables: rows of history for payments that were not to have
 * one.
 *
 * @since 0.1.0
 * @category getters
 */
export const alarms: Effect.Effect<
  ReadonlyArray<PaymentAlarm>,
  LedgerUnavailable | LedgerBusy,
  SqlClient.SqlClient
> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const accounts = yield* sql<{ readonly id: number }>`SELECT id FROM account ORDER BY id`
  return (yield* Effect.forEach(accounts, ({ id }) => makePaymentAlarms(sql, id).list)).flat()
}).pipe(translated("inspect"))
