/**
 * One sync of an account at a time: a lease in the ledger that its holder renews, and that ends by itself where it no longer
 * can. Its instants are the holder's own, whose clock may be another: whoever waits watches whether it is renewed, and for how
 * long by its own monotonic clock, so that no clock keeps a dead holder's lease or ends a live one's.
 *
 * @internal
 */
import { Monotonic, WaitNotice } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import { Clock, Data, DateTime, Effect, Fiber, Schedule } from "effect"
import { Account } from "../Account.ts"
import type { LedgerBusy, LedgerUnavailable } from "../LedgerError.ts"
import { SyncRunning } from "../LedgerError.ts"
import { LeaseHolder } from "../LeaseHolder.ts"
import { translated, writing } from "./SqlFault.ts"

/** How long a lease lasts unless it is renewed, in milliseconds. */
const lasts = 10_000

const renewed = Schedule.spaced("2 seconds")

/** A lease that has ended by the clock of whoever looks is watched for this long: its holder's clock may be another. */
const watched = 2_500

/** How often the next in line looks whether the lease has ended or is being renewed. */
const looked = Schedule.spaced("200 millis")

interface LeaseRow {
  readonly token: string
  readonly holder: string
  readonly since: number
  readonly until: number
}

/** The longest that a lease which nobody renews is respected, in milliseconds from when it was first seen at `now`. */
const respected = ({ until }: LeaseRow, now: number): number => (until <= now ? watched : Math.min(until - now, lasts))

/** Somebody holds the lease, and may or may not be alive. */
class Held extends Data.TaggedError("Held")<{ readonly row: LeaseRow }> {}

const isSame = (row: LeaseRow, other: LeaseRow | undefined): boolean =>
  row.token === other?.token && row.until === other.until

export const makeLease = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const { isGone, name } = yield* LeaseHolder

  /** Takes the lease where it is free, where its holder is gone, or where it is still as `ended` was. */
  const take = (token: string, ended?: LeaseRow) =>
    writing(sql)(
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const [row] = yield* sql<LeaseRow>`
          SELECT token, holder, since, until FROM lease WHERE account_id = ${account.id}`
        const over = row === undefined || isGone(row.holder) || isSame(row, ended)
        if (!over) return yield* new Held({ row })
        yield* sql`DELETE FROM lease WHERE account_id = ${account.id}`
        yield* sql`INSERT INTO lease ${sql.insert({
          account_id: account.id,
          token,
          holder: name,
          since: now,
          until: now + lasts
        })}`
      })
    )

  const running = (row: LeaseRow) =>
    new SyncRunning({
      operation: "sync",
      account: account.name,
      holder: row.holder,
      since: DateTime.unsafeMake(row.since)
    })

  /** Waits for a lease that nobody renews to end; one that is renewed, or passes to another, is somebody at work. */
  const outwait = Effect.fnUntraced(function* (token: string, held: LeaseRow) {
    const respect = respected(held, yield* Clock.currentTimeMillis)
    const begun = yield* Monotonic.millis
    const attempt = Effect.flatMap(Monotonic.millis, (now) => take(token, now - begun < respect ? undefined : held))
    yield* attempt.pipe(
      Effect.retry({ schedule: looked, while: (error) => error._tag === "Held" && isSame(error.row, held) }),
      WaitNotice.noticed({
        kind: "lease",
        reason: `Waiting for ${held.holder}, which was syncing account "${account.name}": its lease is taken over in at most ${Math.ceil(respect / 1_000)} seconds unless it is renewed.`
      }),
      Effect.catchTag("Held", ({ row }) => running(row))
    )
  })

  const acquire = (token: string) =>
    Effect.catchTag(take(token), "Held", ({ row }) => outwait(token, row)).pipe(translated("sync"))

  const renew = Effect.fnUntraced(function* (token: string) {
    const now = yield* Clock.currentTimeMillis
    const rows = yield* writing(sql)(
      sql`UPDATE lease SET until = ${now + lasts} WHERE account_id = ${account.id} AND token = ${token} RETURNING token`
    )
    if (rows.length > 0) return
    const [row] = yield* sql<LeaseRow>`SELECT token, holder, since, until FROM lease WHERE account_id = ${account.id}`
    return yield* running(row ?? { token, holder: name, since: now, until: now })
  }, translated("sync"))

  const release = (token: string) =>
    writing(sql)(sql`DELETE FROM lease WHERE account_id = ${account.id} AND token = ${token}`).pipe(
      Effect.catchAll((error) =>
        Effect.logDebug("The lease of a sync could not be given back; it ends by itself", error)
      )
    )

  /**
   * Ends with the effect, or where the lease is lost. Whichever way it ends, interrupted too, the effect has come to its end by
   * then: a race that is interrupted would not wait for those who run in it.
   */
  const whileRenewed = <A, E, R>(effect: Effect.Effect<A, E, R>, token: string) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const working = yield* Effect.fork(Effect.interruptible(effect))
        const renewing = yield* Effect.fork(
          Effect.interruptible(Effect.zipRight(Effect.repeat(renew(token), renewed), Effect.never))
        )
        return yield* restore(Effect.raceFirst(Fiber.join(working), Fiber.join(renewing))).pipe(
          Effect.ensuring(Fiber.interruptAll([working, renewing]))
        )
      })
    )

  /** Runs an effect that no other process runs on this account at the same time. */
  return <A, E, R>(
    effect: Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | SyncRunning | LedgerUnavailable | LedgerBusy, R> =>
    Effect.acquireUseRelease(
      Effect.suspend(() => {
        const token = crypto.randomUUID()
        return Effect.as(Effect.interruptible(acquire(token)), token)
      }),
      (token) => whileRenewed(effect, token),
      release
    )
})
