/**
 * What could be wrong with one record or entry, and by how much a line would then be off.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"
import type { RecordRow } from "./Inputs.ts"
import type { CandidateKind } from "./Report.ts"

/** Likelier first: what events prove, what is specific, what is simple. */
export const rank = {
  proven: 0,
  changed: 1,
  vanished: 2,
  late: 3,
  twin: 4,
  pending: 5,
  policy: 6,
  entry: 7,
  single: 8,
  otherwise: 9,
  type: 10,
  pair: 11,
  triple: 12,
  gap: 13,
  unreadable: 14,
  unknown: 15,
  unrecorded: 16
} as const

export interface Hypothesis {
  readonly kind: CandidateKind
  readonly rank: number
  /** What the line would be off by; never zero. */
  readonly effect: BigDecimal.BigDecimal
  /** The snapshot after which it shows; null where that is not known. */
  readonly after: number | null
  /** Whose it is: a record, or an entry, takes part in an explanation once. */
  readonly record: number
  /** The record's order; null where it is an entry. */
  readonly orderId: string | null
  readonly name: string
  /** What is wrong, as the second half of a sentence that begins with the record or the entry. */
  readonly says: string
  /** Alone too weak to be combined with others. */
  readonly alone?: boolean
}

export const text = (amount: BigDecimal.BigDecimal): string => {
  const normal = BigDecimal.normalize(amount)
  return Decimal.toText(normal.scale < 0 ? BigDecimal.scale(normal, 0) : normal)
}

export const named = (record: RecordRow): string => `${record.type} ${record.orderId}`

export const changeOf = (policy: AccountingPolicy, record: RecordRow): BigDecimal.BigDecimal =>
  Movement.change(Movement.of(policy, record))

export interface Range {
  readonly currency: string
  /** Snapshots; the opening is 0 at the account's first day. */
  readonly opening: number
  readonly closing: number
}
