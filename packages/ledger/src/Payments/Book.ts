/**
 * The payments as they are, and their way to a final state: list, get, track, resolve, decide.
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
import { makeHistory } from "./History.ts"
import { makeManualResolution } from "./ManualResolution.ts"
import { makePoller } from "./Poller.ts"
import type { StoredPayment } from "./Rows.ts"
import { makeRows, sentAt, toPayment } from "./Rows.ts"
import { type Finding, isOpen, makeSearches } from "./Searches.ts"
import { claimLasts } from "./Submit.ts"
import { makeTrack } from "./Track.ts"

export const makeBook = Effect.fnUntraced(function* (settings: PaymentSettings) {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const intake = yield* Intake
  const rows = makeRows(sql, account.id)
  const history = yield* makeHistory
  const searches = makeSearches(sql, account.id, settings)
  const claims = yield* makeClaims(settings.claimLasts ?? claimLasts)
  const pollEvery = settings.pollEvery ?? "1 second"
  const resolveFor = Duration.toMillis(settings.resolveFor ?? "30 seconds")
  const poller = yield* makePoller(history, pollEvery)
  const decideOn = makeManualResolution(sql, account.id, history, searches)
  const startOf = (payment: StoredPayment) => translated("payments")(searches.startOf(payment))

  const find = Effect.fnUntraced(function* (id: string) {
    const found = yield* rows.named(id).pipe(translated("payments"))
    return yield* Option.match(found, {
      onNone: () => new PaymentNotFound({ operation: "payments", id }),
      onSome: Effect.succeed
    })
  })

  /** Reads history into the books from the earliest time that a row of these payments can have. */
  const readFor = Effect.fnUntraced(function* (payments: ReadonlyArray<StoredPayment>) {
    const starts = yield* Effect.forEach(payments, startOf)
    if (starts.length === 0) return
    yield* Effect.flatMap(intake.open("resolve"), (run) => history.read(run, Math.min(...starts))).pipe(Effect.scoped)
  })

  const apply = ({ candidates, payment, reason, verdict }: Finding) => {
    const [only] = candidates
    return verdict === "found" && only !== undefined
      ? history.adopt(payment.rowId, only.orderId, reason)
      : sql`UPDATE payment SET reason = ${reason} WHERE id = ${payment.rowId} AND status = 'UNKNOWN'`
  }

  const judged = Effect.gen(function* () {
    const findings = yield* searches.all((yield* rows.all).filter(isOpen))
    for (const finding of findings) yield* apply(finding)
    return findings
  })

  /** A verdict for a caller. A submitted payment is worth one where rows could be it, though history does not use its id. */
  const resolutionOf = (row: StoredPayment, finding: Finding | undefined): ReadonlyArray<Resolution> => {
    const verdict = finding?.verdict ?? (row.status === "UNSENT" ? "unsent" : "found")
    return [{ ...toPayment(row), verdict, candidates: finding?.candidates ?? [] }]
  }

  /** One look at history; `again` where another may tell more soon. */
  const look = Effect.fnUntraced(function* (ids: ReadonlySet<number>) {
    yield* claims.sweep()
    const now = yield* Clock.currentTimeMillis
    // Those whose row is known move on with it: what has happened to them meanwhile is told as well.
    const before = (yield* rows.all).filter(({ status }) => isInFlight(status))
    yield* readFor(before)
    const findings = before.some(isOpen) ? yield* writing(sql)(judged) : []
    const verdictOf = new Map(findings.map((finding) => [finding.payment.rowId, finding]))
    const all = yield* rows.all
    const mayTell = (row: StoredPayment): boolean =>
      row.status === "SUBMITTED" || verdictOf.get(row.rowId)?.verdict === "waiting"
    const again = all.some(
      (row) => row.status === "INTENDED" || (isOpen(row) && mayTell(row) && now - sentAt(row) < resolveFor)
    )
    const unseen = (row: StoredPayment): boolean => {
      const finding = verdictOf.get(row.rowId)
      return row.status === "SUBMITTED" && finding?.verdict === "ambiguous" && finding.readAt >= finding.lagsUntil
    }
    const resolutions = all.flatMap((row) =>
      ids.has(row.rowId) || unseen(row) ? resolutionOf(row, verdictOf.get(row.rowId)) : []
    )
    return { again, resolutions }
  })

  const resolve = Effect.fn("PaymentBook.resolve")(function* () {
    const unknown = (yield* rows.all).filter((row) => isOpen(row) && row.status !== "SUBMITTED")
    const ids = new Set(unknown.map((row) => row.rowId))
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
    candidates: Effect.fn("PaymentBook.candidates")(function* (id: string) {
      const payment = yield* find(id)
      return isOpen(payment) ? (yield* searches.about(payment)).candidates : []
    }, translated("payments")),
    track: makeTrack({ rows, poller, find, startOf }),
    resolve: Effect.suspend(resolve),
    decide: Effect.fn("PaymentBook.decide")(function* (id: string, decision: Decision) {
      yield* claims.sweep()
      // What a person saw on the exchange may not be in the books yet.
      yield* readFor([yield* find(id)])
      yield* writing(sql)(Effect.flatMap(find(id), (payment) => decideOn(payment, decision)))
      return toPayment(yield* find(id))
    }, translated("payments"))
  }
})
