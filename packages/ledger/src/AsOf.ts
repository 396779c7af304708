/**
 * The books as they were known at a moment, from the events.
 *
 * A ledger's tables and views are overlaid on one connection by temporary ones of the same names, which hold what the events
 * up to that moment add up to. Whatever then reads them, a query or a service of this package, sees the books of that moment.
 *
 * The overlay is made when the connection is opened. What is learned later of a record that was there already shows through,
 * so a service that keeps one open opens it anew for each question, or holds a transaction that reads for as long.
 *
 * Of a withdrawal that has changed since, its transitions tell; no event does.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import { Context, DateTime, Effect, Layer } from "effect"
import { makeKnown } from "./AsOf/Known.ts"
import * as Overlay from "./AsOf/Overlay.ts"
import { translated } from "./internal/SqlFault.ts"
import type { LedgerBusy, LedgerUnavailable } from "./LedgerError.ts"

/**
 * A statement that overlays something, with its parameters: all text.
 *
 * @since 0.1.0
 * @category models
 */
export interface Statement {
  readonly sql: string
  readonly params: ReadonlyArray<string>
}

/**
 * The moment as of which a ledger's services tell; `undefined` for now.
 *
 * @since 0.1.0
 * @category services
 */
export class AsOf extends Context.Reference<AsOf>()("@btse-wallet/ledger/AsOf", {
  defaultValue: (): DateTime.Utc | undefined => undefined
}) {}

/**
 * What overlays the books as they were known at a moment, to be run in this order on a connection of its own to the same
 * SQLite file, which may be one that only reads. A connection that already holds the file still names the last event that it
 * sees, and is told of none after that.
 *
 * @since 0.1.0
 * @category constructors
 */
export const statements: (
  at: DateTime.Utc,
  lastEvent?: number
) => Effect.Effect<ReadonlyArray<Statement>, LedgerUnavailable | LedgerBusy, SqlClient.SqlClient> = Effect.fn(
  "AsOf.statements"
)(function* (at: DateTime.Utc, lastEvent = Number.MAX_SAFE_INTEGER) {
  const sql = yield* SqlClient.SqlClient
  const moment = DateTime.toEpochMillis(at)
  // One transaction, so that the events are read as of one moment of the file.
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      const known = yield* makeKnown(sql, moment, lastEvent)
      return Overlay.statements(moment, known, yield* Overlay.readShape(sql))
    })
  )
}, translated("as-of"))

/**
 * Overlays the client's connection, before any service reads from it.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (at: DateTime.Utc | undefined) =>
  at === undefined
    ? Layer.empty
    : Layer.merge(
        Layer.succeed(AsOf, at),
        Layer.effectDiscard(
          Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            for (const { params, sql: text } of yield* statements(at)) yield* sql.unsafe(text, params)
          }).pipe(translated("as-of"))
        )
      )
