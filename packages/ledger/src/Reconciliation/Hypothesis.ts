/**
 * What could be wrong with one record, and by how much a line would then be off.
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
  twin: 3,
  pending: 4,
  policy: 5,
  single: 6,
  otherwise: 7,
  type: 8,
  pair: 9,
  triple: 10,
  gap: 11,
  unreadable: 12,
  unknown: 13,
  unrecorded: 14
} as const

export interface Hypothesis {
  readonly kind: CandidateKind
  readonly rank: number
  /** What the line would be off by; never zero. */
  readonly effect: BigDecimal.BigDecimal
  /** The snapshot after which it shows. */
  readonly after: number
  /** Whose it is: a record takes part in an explanation once. */
  readonly record: number
  readonly orderId: string
  readonly name: string
  /** What is wrong, as the second half of a sentence that begins with the record. */
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
