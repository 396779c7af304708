/**
 * What a close seals: its verdict, its statement, and the event that holds both.
 *
 * @internal
 */
import { DateTime, Effect, Schema } from "effect"
import { type AccountingPolicy, standard } from "../AccountingPolicy.ts"
import type { Account } from "../Account.ts"
import { bookEvent, type Head } from "../internal/Events.ts"
import type { ReconciliationReport } from "../Reconciliation.ts"
import { Statement } from "./ClosedPeriod.ts"
import type { CutOff } from "./CutOff.ts"
import type { Period } from "./Period.ts"
import { Closing } from "./Stored.ts"

/** How far before a period's end its last snapshot may be, in milliseconds. */
export const tolerance = 86_400_000

export interface Verdict {
  readonly status: ReconciliationReport["status"]
  /** Those that break. */
  readonly currencies: ReadonlyArray<string>
}

export const isStale = (period: Period, { to }: ReconciliationReport): boolean => period.to - to.epochMillis > tolerance

/** The worse of what was reconciled and what proves the rest of the period. */
export const judge = (period: Period, report: ReconciliationReport, cutOff: CutOff | undefined): Verdict => {
  const reports = cutOff === undefined ? [report] : [report, cutOff.report]
  const has = (status: Verdict["status"]) => reports.some((one) => one.status === status)
  const broken = reports.flatMap(({ lines }) => lines.filter(({ status }) => status === "break"))
  return {
    status: isStale(period, report) || has("incomplete") ? "incomplete" : has("broken") ? "broken" : "matched",
    currencies: [...new Set(broken.map(({ currency }) => currency))]
  }
}

export interface Signing {
  readonly account: typeof Account.Service
  readonly period: Period
  readonly policy: AccountingPolicy | undefined
  readonly reason: string | undefined
  readonly report: ReconciliationReport
  readonly cutOff: CutOff | undefined
  readonly verdict: Verdict
  readonly head: Head
  readonly verified: Statement["verified"]
}

const encodeStatement = Schema.encode(Schema.parseJson(Statement))

const encodeClosing = Schema.encode(Closing)

// Only a reconciliation as of an earlier moment is not stored, and such books are not closed.
const idOf = ({ id }: ReconciliationReport) => Effect.orDie(Effect.fromNullable(id))

export const draftOf = Effect.fnUntraced(function* (signing: Signing, sha256: (text: string) => string) {
  const { account, cutOff, head, period, report, verdict, verified } = signing
  const { closingSnapshot, gaps, lines, openingSnapshot, policy, policyDigest, quarantined, unknownTypes } = report
  const reason = verdict.status === "matched" ? null : (signing.reason ?? null)
  const id = yield* idOf(report)
  const statement = yield* encodeStatement({
    format: 1,
    account: account.name,
    exchange: account.exchange,
    period: period.name,
    from: DateTime.unsafeMake(period.from),
    to: DateTime.unsafeMake(period.to),
    opening: { snapshot: openingSnapshot, at: report.from },
    closing: { snapshot: closingSnapshot, at: report.to },
    cutOff:
      cutOff === undefined
        ? null
        : {
            snapshot: cutOff.report.closingSnapshot,
            at: cutOff.report.to,
            reconciliation: yield* idOf(cutOff.report),
            status: cutOff.report.status,
            sums: cutOff.sums
          },
    reconciliation: id,
    status: verdict.status,
    reason,
    policy,
    policyDigest,
    lines,
    unknownTypes,
    gaps,
    quarantined,
    head: { event: head.seq, hash: head.hash },
    verified
  })
  const content = yield* encodeClosing({
    period: period.name,
    from: period.from,
    to: period.to,
    opening: openingSnapshot === null ? 0 : Number(openingSnapshot),
    closing: Number(closingSnapshot),
    reconciliation: Number(id),
    status: verdict.status,
    reason,
    policy: signing.policy ?? standard,
    digest: sha256(statement)
  })
  return bookEvent("closed", content, statement)
})
