/**
 * The books as they were known at a moment, from the events.
 *
 * A ledger's tables and views are overlaid on one connection by temporary ones of the same names, which hold what the events
 * up to that moment add up to. A query on that connection sees the books of that moment.
 *
 * The overlay is made when its statements are run. What is learned later of a record that was there already shows through, so
 * a program that keeps one open makes it anew for each question, or holds a transaction that reads for as long. The services of
 * `Ledger.layerBooks` make it inside a transaction for each of their calls, and leave nothing of it on the client.
 *
 * Of a withdrawal that has changed since, its transitions tell; no event does.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import { Context, DateTime, Effect } from "effect"
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
