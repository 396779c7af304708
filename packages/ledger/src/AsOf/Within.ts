/**
 * A transaction that shows the books of a moment, for as long as a call needs it.
 *
 * The overlay exists inside a transaction on a connection that nobody else uses meanwhile, and goes with its rollback: what
 * else uses the same client sees its own books before, and afterwards.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { type DateTime, Effect, Ref, type Scope, Stream } from "effect"
import type { Head } from "../internal/Events.ts"
import { LedgerTransaction } from "../internal/LedgerClient.ts"
import { translated } from "../internal/SqlFault.ts"
import type { LedgerBusy, LedgerUnavailable } from "../LedgerError.ts"
import { makeKnown } from "./Known.ts"
import * as Overlay from "./Overlay.ts"

type Unusable = LedgerUnavailable | LedgerBusy

export interface Within {
  readonly effect: <A, E, R>(call: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Unusable, R>
  /** Holds the connection until the stream ends. */
  readonly stream: <A, E, R>(call: Stream.Stream<A, E, R>) => Stream.Stream<A, E | Unusable, R>
}

type Open = typeof LedgerTransaction.Service

interface Prepared {
  readonly head: number
  readonly statements: ReturnType<typeof Overlay.statements>
}

export const makeWithin = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, at: DateTime.Utc) {
  const prepared = yield* Ref.make<Prepared | undefined>(undefined)

  /** Computed again only where events came since. */
  const statements = Effect.gen(function* () {
    const [head] = yield* sql<Head>`SELECT seq, at, hash FROM head`
    const before = yield* Ref.get(prepared)
    if (before !== undefined && before.head === head?.seq) return before.statements
    const known = yield* makeKnown(sql, at.epochMillis, Number.MAX_SAFE_INTEGER)
    const statements = Overlay.statements(at.epochMillis, known, yield* Overlay.readShape(sql))
    yield* Ref.set(prepared, { head: head?.seq ?? 0, statements })
    return statements
  })

  const overlay = Effect.gen(function* () {
    for (const { params, sql: text } of yield* statements) yield* sql.unsafe(text, params)
  })

  const overlaid: Effect.Effect<Open, Unusable, Scope.Scope> = Effect.gen(function* () {
    const connection = yield* sql.reserve
    const open: Open = [connection, 0]
    yield* Effect.acquireRelease(connection.executeUnprepared("BEGIN", [], undefined), () =>
      // Where SQLite has rolled back by itself, there is nothing left to undo.
      Effect.ignore(connection.executeUnprepared("ROLLBACK", [], undefined))
    )
    yield* Effect.provideService(overlay, LedgerTransaction, open)
    return open
  }).pipe(translated("as-of"))

  return {
    effect: (call) =>
      Effect.scoped(Effect.flatMap(overlaid, (open) => Effect.provideService(call, LedgerTransaction, open))),
    stream: (call) =>
      Stream.unwrapScoped(Effect.map(overlaid, (open) => Stream.provideService(call, LedgerTransaction, open)))
  } satisfies Within as Within
})
