/**
 * Claims coverage, spans whose every row is in the books, and withdraws what was claimed without ground.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import type { Span } from "../Span.ts"
import * as Spans from "../Span.ts"
import type { Events, Place } from "./Events.ts"
import { bookEvent } from "./Events.ts"

export const makeCoverage = (sql: SqlClient.SqlClient, events: typeof Events.Service, accountId: number) => {
  /** Inside a transaction that writes. */
  const cover = Effect.fnUntraced(function* (span: Span, place: Place) {
    const touching = yield* sql<Span>`
      SELECT first AS "from", last AS "to" FROM covered
      WHERE account_id = ${accountId} AND first <= ${span.to + 1} AND last >= ${span.from - 1}`
    if (touching.some((one) => one.from <= span.from && one.to >= span.to)) return
    const first = Math.min(span.from, ...touching.map((one) => one.from))
    const last = Math.max(span.to, ...touching.map((one) => one.to))
    yield* sql`DELETE FROM covered WHERE account_id = ${accountId} AND first BETWEEN ${first} AND ${last}`
    yield* sql`INSERT INTO covered (account_id, first, last) VALUES (${accountId}, ${first}, ${last})`
    yield* events.append([bookEvent("covered", { from: span.from, to: span.to })], place)
  })

  /** Inside a transaction that writes. */
  const uncover = Effect.fnUntraced(function* (span: Span, place: Place) {
    const touching = yield* sql<Span>`
      SELECT first AS "from", last AS "to" FROM covered
      WHERE account_id = ${accountId} AND first <= ${span.to} AND last >= ${span.from}`
    for (const one of touching) {
      yield* sql`DELETE FROM covered WHERE account_id = ${accountId} AND first = ${one.from}`
      for (const { from, to } of Spans.gaps(one, [span])) {
        yield* sql`INSERT INTO covered (account_id, first, last) VALUES (${accountId}, ${from}, ${to})`
      }
    }
    if (touching.length > 0) {
      yield* events.append([bookEvent("uncovered", { from: span.from, to: span.to })], place)
    }
  })

  return { cover, uncover }
}
