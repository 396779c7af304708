/**
 * The withdrawals as they are, and how they get on: list, get, track, resolve, decide.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Clock, Duration, Effect, Option, Schedule } from "effect"
import { Account } from "../Account.ts"
import { Intake } from "../internal/Intake.ts"
import { translated, writing } from "../internal/SqlFault.ts"
import { PaymentNotFound } from "../LedgerError.ts"
import type { Resolution } from "../Payment.ts"
import { isInFlight } from "../Payment.ts"
import type { Decision, PaymentSettings } from "../Payments.ts"
import { makeClaims } from "./Claims.ts"
import { makeDecide } from "./Decide.ts"
import { makeHistory } from "./History.ts"
import { makePoller } from "./Poller.ts"
import type { Verdict } from "./Resolve.ts"
import { resolveAll, toCandidate } from "./Resolve.ts"
import type { StoredPayment } from "./Rows.ts"
import { makeRows, sentAt, toPayment } from "./Rows.ts"
import { claimLasts } from "./Submit.ts"
import { makeTrack } from "./Track.ts"

const isOpen = ({ status }: StoredPayment): boolean => status === "UNKNOWN" || status === "INTENDED"

export const makeBook = Effect.fnUntraced(function* (settings: PaymentSettings) {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const intake = yield* Intake
  const rows = makeRows(sql, account.id)
  const history = yield* makeHistory
  const claims = yield* makeClaims(settings.claimLasts ?? claimLasts)
  const pollEvery = settings.pollEvery ?? "1 second"
  const resolveFor = Duration.toMillis(settings.resolveFor ?? "30 seconds")
  const lag = Duration.toMillis(settings.historyLag ?? "15 minutes")
  const poller = yield* makePoller(history, pollEvery)
  const decideOn = yield* makeDecide(history, lag)

  const find = Effect.fnUntraced(function* (id: string) {
    const found = yield* rows.named(id).pipe(translated("payments"))
    return yield* Option.match(found, {
      onNone: () => new PaymentNotFound({ operation: "payments", id }),
      onSome: Effect.succeed
    })
  })

  const apply = ({ candidates, reason, verdict, withdrawal }: Verdict) => {
    const [only] = candidates
    return verdict === "found" && only !== undefined
      ? history.adopt(withdrawal.rowId, only.orderId, reason)
      : sql`UPDATE payment SET reason = ${reason} WHERE id = ${withdrawal.rowId} AND status = 'UNKNOWN'`
  }

  const judged = Effect.fnUntraced(function* () {
    const now = yield* Clock.currentTimeMillis
    const open = (yield* rows.all).filter(isOpen)
    const since = Math.min(now, ...open.map(sentAt))
    const verdicts = resolveAll({ open, rows: yield* history.unclaimed({ since }), now, lag })
    for (const verdict of verdicts) yield* apply(verdict)
    return verdicts
  })

  /** One look at history; `again` where another may tell more soon. */
  const look = Effect.fnUntraced(function* (ids: ReadonlySet<number>) {
    yield* claims.sweep()
    const now = yield* Clock.currentTimeMillis
    const before = (yield* rows.all).filter(({ status }) => isInFlight(status))
    // Those whose row is known move on with it: what has happened to them meanwhile is told as well.
    const starts = yield* Effect.forEach(before, (row) => history.startOf(row))
    if (starts.length > 0) {
      yield* Effect.flatMap(intake.open("resolve"), (run) => history.read(run, Math.min(...starts))).pipe(Effect.scoped)
    }
    const verdicts = before.some(isOpen) ? yield* writing(sql)(judged()) : []
    const all = yield* rows.all
    const unseen = all.filter((row) => row.status === "SUBMITTED" || row.status === "INTENDED")
    const waiting = verdicts.filter(({ verdict }) => verdict === "waiting").map(({ withdrawal }) => withdrawal)
    const again = [...unseen, ...waiting].some((row) => row.status === "INTENDED" || now - sentAt(row) < resolveFor)
    const resolutions = all.flatMap((row): ReadonlyArray<Resolution> => {
      if (!ids.has(row.rowId)) return []
      const said = verdicts.find(({ withdrawal }) => withdrawal.rowId === row.rowId)
      const verdict = said?.verdict ?? (row.status === "UNSENT" ? "unsent" : "found")
      return [{ ...toPayment(row), verdict, candidates: (said?.candidates ?? []).map(toCandidate) }]
    })
    return { again, resolutions }
  })

  const resolve = Effect.fn("PaymentBook.resolve")(function* () {
    const ids = new Set((yield* rows.all).filter(isOpen).map((row) => row.rowId))
    const whileLagging = Schedule.spaced(pollEvery).pipe(
      Schedule.whileInput((looked: Effect.Effect.Success<ReturnType<typeof look>>) => looked.again),
      Schedule.passthrough
    )
    const { resolutions } = yield* Effect.repeat(look(ids), whileLagging)
    return resolutions
  }, translated("payments"))

  return {
    list: rows.all.pipe(
      Effect.map((all) => all.map(toPayment)),
      translated("payments")
    ),
    get: Effect.fn("PaymentBook.get")(function* (id: string) {
      return toPayment(yield* find(id))
    }),
    track: makeTrack({ rows, history, poller, find }),
    resolve: Effect.suspend(resolve),
    decide: Effect.fn("PaymentBook.decide")(function* (id: string, decision: Decision) {
      yield* claims.sweep()
      yield* decideOn(find(id), decision)
      return toPayment(yield* find(id))
    })
  }
})
