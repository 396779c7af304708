/**
 * What may explain a break.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"
import type { RecordRow } from "./Inputs.ts"
import type { Candidate } from "./Report.ts"

export interface Break {
  readonly policy: AccountingPolicy
  readonly difference: BigDecimal.BigDecimal
  readonly settled: ReadonlyArray<RecordRow>
  readonly notFinal: ReadonlyArray<RecordRow>
  /** Records that the events tell of and the books no longer hold. */
  readonly lost: ReadonlyArray<RecordRow>
  readonly gaps: number
}

/** More than this helps nobody. */
const most = 5

const text = (amount: BigDecimal.BigDecimal): string => Decimal.toText(amount)

const named = (record: RecordRow): string => `${record.type} ${record.orderId}`

/** Each explanation with its arithmetic, the likelier first. */
export const candidatesFor = ({
  difference,
  gaps,
  lost,
  notFinal,
  policy,
  settled
}: Break): ReadonlyArray<Candidate> => {
  const found: Array<Candidate> = []
  const changeOf = (record: RecordRow) => Movement.change(Movement.of(policy, record))
  for (const record of lost) {
    const change = changeOf(record)
    if (BigDecimal.equals(change, difference)) {
      found.push({
        kind: "record_missing",
        explanation: `${named(record)} (${text(change)}) was once in the ledger and its row is gone; with it the line matches`,
        orderIds: [record.orderId]
      })
    }
  }
  for (const record of notFinal) {
    const change = changeOf(record)
    if (BigDecimal.equals(change, difference)) {
      found.push({
        kind: "pending_as_final",
        explanation: `${named(record)} is ${record.status}, but the balance has already moved by ${text(change)}`,
        orderIds: [record.orderId]
      })
    }
  }
  for (const record of settled) {
    const change = changeOf(record)
    if (BigDecimal.equals(BigDecimal.negate(change), difference)) {
      found.push({
        kind: "record_twice",
        explanation: `without ${named(record)} (${text(change)}) the line matches: it is counted and did not move the balance, or is counted twice`,
        orderIds: [record.orderId]
      })
    } else if (BigDecimal.equals(change, difference)) {
      found.push({
        kind: "record_missing",
        explanation: `another record like ${named(record)} (${text(change)}) would make the line match: its twin may be missing`,
        orderIds: [record.orderId]
      })
    }
  }
  for (const type of new Set(settled.map((record) => record.type))) {
    if (policy.types[type] === undefined) {
      found.push({
        kind: "unknown_type",
        explanation: `the policy has no rule for records of type "${type}", which were taken by the sign of their amount`,
        orderIds: []
      })
    }
  }
  if (gaps > 0) {
    found.push({
      kind: "coverage_gap",
      explanation: `history has ${gaps} gap${gaps === 1 ? "" : "s"} in which records may be missing`,
      orderIds: []
    })
  }
  return found.slice(0, most)
}
