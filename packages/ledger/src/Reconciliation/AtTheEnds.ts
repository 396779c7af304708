/**
 * Records on the other side of a snapshot than the movement of the balance: those that came into the books late, and those
 * that the balance moved by before or after they were COMPLETED.
 *
 * @internal
 */
import { DateTime } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import type { Evidence } from "./Evidence.ts"
import type { Hypothesis, Range } from "./Hypothesis.ts"
import { changeOf, named, rank } from "./Hypothesis.ts"
import type { RecordRow } from "./Inputs.ts"
import { openAt } from "./Intervals.ts"

const lateSays = ({ timestamp }: RecordRow, snapshot: string): string =>
  `is of ${DateTime.formatIso(DateTime.unsafeMake(timestamp))} and came into the books only after ${snapshot}, whose balance has it already`

/** Records that count outside of the two snapshots, and may have moved the balance between them. */
export const ofBeside = (policy: AccountingPolicy, { opening }: Range, { onTheirWay, standings }: Evidence) => {
  const everOpen = new Set(onTheirWay.map(([first]) => first.id))
  return (row: RecordRow): Hypothesis => {
    const common = {
      effect: changeOf(policy, row),
      record: row.id,
      orderId: row.orderId,
      name: named(row)
    }
    if (row.settledAfter !== null && row.settledAfter < opening) {
      const says = "was COMPLETED in history before the opening snapshot, whose balance had not moved by it yet"
      const likely = everOpen.has(row.id) ? rank.pending : rank.otherwise
      return { ...common, kind: "final_as_pending", rank: likely, after: opening, says }
    }
    const after = standings.findLast(({ at }) => at < row.timestamp)?.id ?? opening
    return { ...common, kind: "record_late", rank: rank.late, after, says: lateSays(row, "the closing snapshot") }
  }
}

/** What the opening balance had moved by already, before the books counted it. */
export const beforeOpening = (policy: AccountingPolicy, evidence: Evidence) => {
  const [opening] = evidence.standings
  const pending = new Map(
    opening === undefined || policy.pending === "deducted"
      ? []
      : openAt(evidence, opening.event).map(({ id, status }) => [id, status] as const)
  )
  return (row: RecordRow): Pick<Hypothesis, "kind" | "rank" | "says"> | undefined => {
    if (opening === undefined || opening.id === 0) return undefined
    const status = pending.get(row.id)
    if (status !== undefined) {
      const says = `was ${status} at the opening snapshot, whose balance had moved by it already`
      return { kind: "pending_as_final", rank: rank.pending, says }
    }
    return row.id > opening.event && row.timestamp <= opening.at
      ? { kind: "record_late", rank: rank.late, says: lateSays(row, "the opening snapshot") }
      : undefined
  }
}
