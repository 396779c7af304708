/**
 * A break as it is looked at, and what is found.
 *
 * @internal
 */
import type { BigDecimal } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import type { Evidence } from "./Evidence.ts"
import type { Differences } from "./FromEntries.ts"
import type { Hypothesis, Range } from "./Hypothesis.ts"
import type { Course } from "./Intervals.ts"
import type { Candidate } from "./Report.ts"

export interface Break {
  readonly policy: AccountingPolicy
  readonly range: Range
  readonly difference: BigDecimal.BigDecimal
  readonly evidence: Evidence
  readonly course: Course
  /** Of every line that breaks. */
  readonly differences: Differences
  readonly gaps: number
  readonly quarantined: number
}

export interface Ranked extends Candidate {
  readonly rank: number
}

export const nobody: Pick<Candidate, "orderIds" | "entries"> = { orderIds: [], entries: [] }

/** Whose records and entries they are. */
export const about = (parts: ReadonlyArray<Hypothesis>): Pick<Candidate, "orderIds" | "entries"> => ({
  orderIds: [...new Set(parts.flatMap(({ orderId }) => (orderId === null ? [] : [orderId])))],
  entries: [...new Set(parts.flatMap(({ orderId, record }) => (orderId === null ? [String(record)] : [])))]
})
