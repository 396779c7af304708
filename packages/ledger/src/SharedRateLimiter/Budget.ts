/**
 * The rows of a shared budget, and the statements on them.
 *
 * A permit is a row for as long as it is out, or nobody has yet found that it came back. Rows hold durations, which mean the
 * same to every process; the few instants in them are judged, never trusted (see docs/decisions, 11).
 *
 * @since 0.1.0
 */
import { RateLimiter, StoredInstant } from "@btse-wallet/core"
import type { SqlClient, SqlError } from "@effect/sql"
import { Effect, Option } from "effect"

/**
 * A permit that is out, or may be. `life` is how long it can be out from when it was taken, `rest` from when its answer came;
 * both in milliseconds. `returnsAt` is by the uptime of the machine in its boot, where the holder knew them.
 *
 * @since 0.1.0
 * @category models
 */
export interface PermitRow {
  readonly id: number
  readonly nonce: number
  readonly life: number
  readonly rest: number | null
  readonly boot: string | null
  readonly returnsAt: number | null
}

/**
 * A write that waits. Its holder raises `beats` for as long as it does.
 *
 * @since 0.1.0
 * @category models
 */
export interface NoteRow {
  readonly id: string
  readonly beats: number
}

/**
 * A key's gate. `generation` rises with each closing; the instants are those of whoever closed it last, `opensAt` by the
 * uptime of the machine in its boot.
 *
 * @since 0.1.0
 * @category models
 */
export interface GateRow extends RateLimiter.Gate {
  readonly generation: number
  readonly boot: string | null
  readonly opensAt: number | null
}

/**
 * A key's gate, last nonce and road.
 *
 * @since 0.1.0
 * @category models
 */
export interface KeyRow extends GateRow, RateLimiter.Road {
  readonly lastNonce: number
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
  yield* sql`CREATE TABLE IF NOT EXISTS key_budget (
    key TEXT PRIMARY KEY,
    generation INTEGER NOT NULL DEFAULT 0,
    closed_at INTEGER NOT NULL DEFAULT 0,
    closed_until INTEGER NOT NULL DEFAULT 0,
    offences INTEGER NOT NULL DEFAULT 0,
    boot TEXT,
    opens_at INTEGER,
    last_nonce INTEGER NOT NULL DEFAULT 0,
    answered_at INTEGER NOT NULL DEFAULT 0,
    quickest INTEGER NOT NULL DEFAULT 0,
    slowest INTEGER NOT NULL DEFAULT 0,
    answers INTEGER NOT NULL DEFAULT 0
  ) STRICT`
  // AUTOINCREMENT: whoever watches a permit must not take another for it.
  yield* sql`CREATE TABLE IF NOT EXISTS permit_out (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    nonce INTEGER NOT NULL,
    life INTEGER NOT NULL,
    rest INTEGER,
    boot TEXT,
    returns_at REAL
  ) STRICT`
  yield* sql`CREATE TABLE IF NOT EXISTS write_waiting (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    beats INTEGER NOT NULL
  ) STRICT`
  yield* sql`CREATE TRIGGER IF NOT EXISTS nonce_given AFTER INSERT ON permit_out BEGIN
    UPDATE key_budget SET last_nonce = NEW.nonce WHERE key = NEW.key;
  END`
})

/** What is known of the road is forgotten after a minute without an answer: it may be another road by now. */
const roadLasts = 60_000

/**
 * The statements for one key.
 *
 * @since 0.1.0
 * @category statements
 */
export const make = (sql: SqlClient.SqlClient, key: string, limit: number) => {
  const open = Effect.fnUntraced(function* (now: number) {
    yield* sql`INSERT INTO key_budget (key) VALUES (${key}) ON CONFLICT DO NOTHING`
    yield* sql`UPDATE key_budget SET quickest = 0, slowest = 0, answers = 0
      WHERE key = ${key} AND abs(${now} - answered_at) > ${roadLasts}`
  })

  const keyRow = Effect.map(
    sql<KeyRow>`SELECT generation, closed_at AS closedAt, closed_until AS closedUntil, offences, boot, opens_at AS opensAt,
      last_nonce AS lastNonce, quickest, slowest, answers FROM key_budget WHERE key = ${key}`,
    (rows): KeyRow =>
      rows[0] ?? {
        ...RateLimiter.unknownRoad,
        generation: 0,
        closedAt: 0,
        closedUntil: 0,
        offences: 0,
        boot: null,
        opensAt: null,
        lastNonce: 0
      }
  )

  const permits = sql<PermitRow>`SELECT id, nonce, life, rest, boot, returns_at AS returnsAt FROM permit_out
    WHERE key = ${key} ORDER BY id`

  const notes = sql<NoteRow>`SELECT id, beats FROM write_waiting WHERE key = ${key}`

  /** Takes a permit; none where as many are out as may be, where a gate was closed since `generation`, or writes wait. */
  const take = Effect.fnUntraced(function* (options: {
    readonly priority: RateLimiter.Priority
    readonly now: number
    readonly generation: number
    readonly life: number
    readonly boot: string | null
    readonly returnsAt: number | null
  }) {
    const { boot, generation, life, now, priority, returnsAt } = options
    const rows = yield* sql<{ readonly id: number; readonly nonce: number }>`
      INSERT INTO permit_out (key, nonce, life, boot, returns_at)
      SELECT ${key}, max(${now}, 1 + coalesce((
        SELECT max(nonce) FROM (
          SELECT nonce FROM permit_out WHERE key = ${key} UNION ALL SELECT last_nonce FROM key_budget WHERE key = ${key}
        ) WHERE nonce <= ${now + StoredInstant.horizons.nonce}), 0)), ${life}, ${boot}, ${returnsAt}
      WHERE (SELECT count(*) FROM permit_out WHERE key = ${key}) < ${limit}
      AND EXISTS (SELECT 1 FROM key_budget WHERE key = ${key} AND generation = ${generation})
      AND (${priority === "write" ? 1 : 0} = 1 OR NOT EXISTS (SELECT 1 FROM write_waiting WHERE key = ${key}))
      RETURNING id, nonce`
    return Option.fromNullable(rows[0])
  })

  /** The answer came: the permit is out for `rest` more. */
  const settle = (id: number, rest: number, returnsAt: number | null) =>
    sql`UPDATE permit_out SET rest = ${rest}, returns_at = ${returnsAt} WHERE id = ${id}`

  const learn = (road: RateLimiter.Road, now: number) =>
    sql`UPDATE key_budget SET ${sql.update({ ...road, answered_at: now })} WHERE key = ${key}`

  const removePermits = (ids: ReadonlyArray<number>) =>
    ids.length === 0 ? Effect.void : Effect.asVoid(sql`DELETE FROM permit_out WHERE ${sql.in("id", ids)}`)

  const note = (id: string) =>
    sql`INSERT INTO write_waiting (id, key, beats) VALUES (${id}, ${key}, 1)
      ON CONFLICT (id) DO UPDATE SET beats = beats + 1`

  const removeNotes = (ids: ReadonlyArray<string>) =>
    ids.length === 0 ? Effect.void : Effect.asVoid(sql`DELETE FROM write_waiting WHERE ${sql.in("id", ids)}`)

  /** Closes the gate unless another process has changed it since it was read; true where it did. */
  const close = (from: GateRow, to: Omit<GateRow, "generation">): Effect.Effect<boolean, SqlError.SqlError> =>
    Effect.map(
      sql`UPDATE key_budget SET ${sql.update({
        generation: from.generation + 1,
        closed_at: to.closedAt,
        closed_until: to.closedUntil,
        offences: to.offences,
        boot: to.boot,
        opens_at: to.opensAt
      })} WHERE key = ${key} AND generation = ${from.generation} RETURNING key`,
      (rows) => rows.length > 0
    )

  return { open, keyRow, permits, notes, take, settle, learn, removePermits, note, removeNotes, close }
}
