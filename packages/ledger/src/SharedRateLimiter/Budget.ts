/**
 * The rows of a shared budget, and the statements on them.
 *
 * @since 0.1.0
 */
import { RateLimiter } from "@btse-wallet/core"
import type { SqlClient, SqlError } from "@effect/sql"
import { Effect, Option } from "effect"

/** How far ahead a permit can end. One that ends later was taken before the clock was put back, and no longer counts. */
const horizon = 4 * RateLimiter.window

/** How long a waiting write's note holds, in milliseconds, unless it is renewed. */
export const noteLife = 2_000

/**
 * A permit that was granted.
 *
 * @since 0.1.0
 * @category models
 */
export interface Permit {
  readonly id: number
  readonly nonce: number
}

/**
 * What stands between a request and its permit.
 *
 * @since 0.1.0
 * @category models
 */
export interface Obstacle {
  readonly closedUntil: number
  /** When the next permit ends; 0 where none is out. */
  readonly nextReturn: number
}

/**
 * How many permits are out, and until when the gate is closed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Standing {
  readonly taken: number
  readonly closedUntil: number
}

/**
 * Makes the tables, each statement on its own so that processes that start at once do not meet in a transaction.
 *
 * @since 0.1.0
 * @category statements
 */
export const prepare = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  // The driver would wait with the whole process: the limiter waits itself, between tries.
  yield* sql`PRAGMA busy_timeout = 5`
  // A budget that a power cut loses is a budget that starts anew: no need to wait for the disk at every permit.
  yield* sql`PRAGMA synchronous = NORMAL`
  // One row a key: the gate, and what any process has seen of the road to the exchange.
  yield* sql`CREATE TABLE IF NOT EXISTS budget (
    key TEXT PRIMARY KEY,
    closed_until INTEGER NOT NULL DEFAULT 0,
    offences INTEGER NOT NULL DEFAULT 0,
    quickest INTEGER NOT NULL DEFAULT 0,
    answers INTEGER NOT NULL DEFAULT 0
  ) STRICT`
  // One row a permit that is out, until returns_at.
  yield* sql`CREATE TABLE IF NOT EXISTS permit (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    nonce INTEGER NOT NULL,
    returns_at INTEGER NOT NULL
  ) STRICT`
  // One row a write that waits, until expires_at.
  yield* sql`CREATE TABLE IF NOT EXISTS waiting_write (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT`
})

/**
 * The statements for one key; instants are epoch milliseconds.
 *
 * @since 0.1.0
 * @category statements
 */
export const make = (sql: SqlClient.SqlClient, key: string, limit: number) => {
  /** What is known of the road is forgotten after a minute without a request: it may be another road by now. */
  const open = Effect.fnUntraced(function* (now: number) {
    yield* sql`INSERT INTO budget (key) VALUES (${key}) ON CONFLICT DO NOTHING`
    yield* sql`UPDATE budget SET quickest = 0, answers = 0 WHERE key = ${key}
      AND NOT EXISTS (SELECT 1 FROM permit WHERE key = ${key} AND returns_at > ${now - 60_000})`
  })

  const road = Effect.map(
    sql<RateLimiter.Road>`SELECT quickest, answers FROM budget WHERE key = ${key}`,
    (rows) => rows[0] ?? { quickest: 0, answers: 0 }
  )

  /** Takes a permit that ends at `returnsAt` unless it is settled before; none where something stands before it. */
  const take = Effect.fnUntraced(function* (priority: RateLimiter.Priority, now: number, returnsAt: number) {
    const write = priority === "write" ? 1 : 0
    // The permit with the last nonce is never swept, so the next nonce is found in the same statement.
    const rows = yield* sql<Permit>`
      INSERT INTO permit (key, nonce, returns_at)
      SELECT ${key}, max(${now}, 1 + (SELECT coalesce(max(nonce), 0) FROM permit WHERE key = ${key})), ${returnsAt}
      WHERE (
        SELECT count(*) FROM permit WHERE key = ${key} AND returns_at > ${now} AND returns_at <= ${now + horizon}
      ) < ${limit}
      AND NOT EXISTS (SELECT 1 FROM budget WHERE key = ${key} AND closed_until > ${now} AND closed_until <= ${now + RateLimiter.memory})
      AND (
        ${write} = 1
        OR NOT EXISTS (SELECT 1 FROM waiting_write WHERE key = ${key} AND expires_at > ${now})
      )
      RETURNING id, nonce`
    return Option.fromNullable(rows[0])
  })

  const obstacle = (now: number): Effect.Effect<Obstacle, SqlError.SqlError> =>
    Effect.map(
      sql<Obstacle>`SELECT
        coalesce((SELECT closed_until FROM budget WHERE key = ${key}), 0) AS closedUntil,
        coalesce((SELECT min(returns_at) FROM permit WHERE key = ${key} AND returns_at > ${now}), 0) AS nextReturn`,
      (rows) => rows[0] ?? { closedUntil: 0, nextReturn: 0 }
    )

  /** The answer came: the permit ends at `returnsAt`; those that ended are swept, but for the one with the last nonce. */
  const settle = Effect.fnUntraced(function* (id: number, returnsAt: number, now: number, took: Option.Option<number>) {
    yield* sql`UPDATE permit SET returns_at = ${returnsAt} WHERE id = ${id}`
    yield* sql`DELETE FROM permit WHERE key = ${key} AND returns_at < ${now - RateLimiter.window}
      AND nonce < (SELECT max(nonce) FROM permit WHERE key = ${key})`
    if (Option.isSome(took)) {
      yield* sql`UPDATE budget SET answers = answers + 1,
        quickest = CASE WHEN answers = 0 THEN ${took.value} ELSE min(quickest, ${took.value}) END
        WHERE key = ${key}`
    }
  })

  const standing = (now: number): Effect.Effect<Standing, SqlError.SqlError> =>
    Effect.map(
      sql<Standing>`SELECT
        (SELECT count(*) FROM permit
          WHERE key = ${key} AND returns_at > ${now} AND returns_at <= ${now + horizon}) AS taken,
        coalesce((SELECT closed_until FROM budget WHERE key = ${key}), 0) AS closedUntil`,
      (rows) => rows[0] ?? { taken: 0, closedUntil: 0 }
    )

  const note = (id: string, now: number) =>
    sql`INSERT INTO waiting_write (id, key, expires_at) VALUES (${id}, ${key}, ${now + noteLife})
      ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at`

  const unnote = (id: string) => sql`DELETE FROM waiting_write WHERE id = ${id}`

  const gate = Effect.map(
    sql<RateLimiter.Gate>`SELECT closed_until AS closedUntil, offences FROM budget WHERE key = ${key}`,
    (rows) => rows[0] ?? { closedUntil: 0, offences: 0 }
  )

  /** Closes the gate unless another process has changed it since it was read; whether it did. */
  const close = (from: RateLimiter.Gate, to: RateLimiter.Gate) =>
    Effect.map(
      sql`UPDATE budget SET closed_until = ${to.closedUntil}, offences = ${to.offences}
        WHERE key = ${key} AND closed_until = ${from.closedUntil} AND offences = ${from.offences} RETURNING key`,
      (rows) => rows.length > 0
    )

  return { open, road, take, obstacle, standing, settle, note, unnote, gate, close }
}
