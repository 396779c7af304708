/**
 * Database client of the ledger, with transactions of its own.
 *
 * `@effect/sql` keeps the open transaction of every client under one tag, so that a statement of one database that runs inside
 * a transaction of another is sent to that other. This client keeps its transactions under a tag of the ledger: its statements
 * reach the ledger's database wherever they are called. Inside a transaction on the ledger's own connection, where nothing
 * that the ledger commits would be committed, it refuses.
 *
 * @internal
 */
import { SqlClient, type SqlConnection, SqlError, Statement } from "@effect/sql"
import { Context, Effect, Exit, Layer, Option, Scope } from "effect"
import { InsideTransaction, translated } from "./SqlFault.ts"

/** Open transaction of the ledger: its connection, and its depth. */
export class LedgerTransaction extends Context.Tag("@btse-wallet/ledger/internal/LedgerClient/LedgerTransaction")<
  LedgerTransaction,
  readonly [connection: SqlConnection.Connection, depth: number]
>() {}

const attributes = [["db.system.name", "sqlite"]] as const

const run = (connection: SqlConnection.Connection, text: string) => connection.executeUnprepared(text, [], undefined)

/**
 * Transactions whose every failure is an error: SQLite refuses a commit where the disk is full, and rolls some transactions back
 * by itself, so that there is nothing left to roll back.
 */
const makeTransactions = (acquire: SqlConnection.Connection.Acquirer): SqlClient.SqlClient["withTransaction"] => {
  const rollback = (open: SqlConnection.Connection) => Effect.ignore(run(open, "ROLLBACK"))
  const transaction = SqlClient.makeWithTransaction({
    transactionTag: LedgerTransaction,
    spanAttributes: attributes,
    acquireConnection: Effect.flatMap(Scope.make(), (scope) =>
      Scope.extend(acquire, scope).pipe(
        Effect.map((open) => [scope, open] as const),
        Effect.onError(() => Scope.close(scope, Exit.void))
      )
    ),
    begin: (open) => run(open, "BEGIN"),
    savepoint: (open, depth) => run(open, `SAVEPOINT ledger_${depth}`),
    commit: (open) => Effect.tapError(run(open, "COMMIT"), () => rollback(open)),
    rollback,
    rollbackSavepoint: (open, depth) => run(open, `ROLLBACK TO SAVEPOINT ledger_${depth}`)
  })
  // The library takes a failure of these statements for a defect.
  return (effect) =>
    Effect.catchSomeDefect(transaction(effect), (defect) =>
      defect instanceof SqlError.SqlError ? Option.some(Effect.fail(defect)) : Option.none()
    )
}

/** A client that takes its connections from `acquire`, without any transformation of names. */
const clientOn = (sql: SqlClient.SqlClient, acquire: SqlConnection.Connection.Acquirer): SqlClient.SqlClient => {
  const connection = Effect.flatMap(
    Effect.serviceOption(LedgerTransaction),
    Option.match({ onNone: () => acquire, onSome: ([open]) => Effect.succeed(open) })
  )
  const mark: Pick<SqlClient.SqlClient, SqlClient.TypeId> = { [SqlClient.TypeId]: SqlClient.TypeId }
  const client: SqlClient.SqlClient = Object.assign(
    Statement.make(connection, Statement.makeCompilerSqlite(), attributes, undefined),
    mark,
    {
      reserve: acquire,
      reactive: sql.reactive,
      reactiveMailbox: sql.reactiveMailbox,
      withTransaction: makeTransactions(acquire),
      withoutTransforms: () => client,
      safe: sql
    }
  )
  return Object.assign(client, { safe: client })
}

const refusal = new SqlError.SqlError({ cause: new InsideTransaction(), message: "Inside a transaction" })

const openTransaction = Effect.serviceOption(SqlClient.TransactionConnection)

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // Its connection would be waited for without end.
  if (Option.isSome(yield* openTransaction)) return yield* refusal
  const own = yield* Effect.scoped(sql.reserve)
  return clientOn(
    sql,
    Effect.flatMap(openTransaction, (open) =>
      Option.exists(open, ([connection]) => connection === own) ? refusal : sql.reserve
    )
  )
})

/** The client for what is provided with it; databases other than SQLite keep theirs. Of two ledgers each has its own. */
export const layer = Layer.fresh(
  Layer.effect(
    SqlClient.SqlClient,
    Effect.flatMap(SqlClient.SqlClient, (sql) =>
      sql.onDialectOrElse({ sqlite: () => make, orElse: () => Effect.succeed(sql) })
    ).pipe(translated("open"))
  )
)
