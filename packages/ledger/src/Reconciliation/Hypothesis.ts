/**
 * What could be wrong with one record, and by how much a line would then be off.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import type { AccountingPolicy, Rule } from "../AccountingPolicy.ts"
import * as Movement from "../Movement.ts"
import type { Change, Discord, Evidence } from "./Evidence.ts"
import type { RecordRow } from "./Inputs.ts"
import { openAt } from "./Intervals.ts"
import type { CandidateKind } from "./Report.ts"
import type { State } from "./Story.ts"

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

const named = (record: RecordRow): string => `${record.type} ${record.orderId}`

const changeOf = (policy: AccountingPolicy, record: RecordRow): BigDecimal.BigDecimal =>
  Movement.change(Movement.of(policy, record))

export interface Range {
  readonly currency: string
  /** Snapshots; the opening is 0 at the account's first day. */
  readonly opening: number
  readonly closing: number
}

/** What a row adds to the line. */
const counted = (policy: AccountingPolicy, range: Range, row: RecordRow | undefined): BigDecimal.BigDecimal =>
  row !== undefined &&
  row.currency === range.currency &&
  row.settledAfter !== null &&
  row.settledAfter >= range.opening &&
  row.settledAfter < range.closing
    ? changeOf(policy, row)
    : Decimal.zero

const shown = (row: RecordRow): string =>
  `${row.status} ${text(row.amount)} ${row.currency}, fees ${text(row.fees)}${row.settledAfter === null ? "" : `, settled after snapshot ${row.settledAfter}`}`

const ofDiscord =
  (policy: AccountingPolicy, range: Range) =>
  ({ stored, told }: Discord): ReadonlyArray<Hypothesis> => {
    const row = told ?? stored
    if (row === undefined) return []
    const effect = BigDecimal.subtract(counted(policy, range, told), counted(policy, range, stored))
    const common = {
      rank: rank.proven,
      effect,
      after: row.settledAfter ?? stored?.settledAfter ?? range.opening,
      record: row.id,
      orderId: row.orderId,
      name: named(row)
    }
    if (stored === undefined) {
      const says = `(${text(effect)}) is in the chain of events, and its row is gone from the books`
      return [{ ...common, kind: "row_lost", says }]
    }
    if (told === undefined) {
      const says = `(${text(BigDecimal.negate(effect))}) is a row of the books that no event tells of: the exchange did not show it`
      return [{ ...common, kind: "row_unknown", says }]
    }
    const says = `was altered in the books by hand: its row is ${shown(stored)}, and its events say ${shown(told)}`
    return [{ ...common, kind: "row_altered", says }]
  }

const ofChange =
  (policy: AccountingPolicy, range: Range, closingEvent: number) =>
  ({ after, before }: Change): ReadonlyArray<Hypothesis> => {
    const settled = (state: State) => (state.settledAfter === null ? Decimal.zero : changeOf(policy, state))
    const delta = BigDecimal.subtract(settled(after), settled(before))
    const earlier = (before.settledAfter ?? 0) < range.opening
    const when = after.seq > closingEvent ? "after the closing snapshot" : "after it had settled"
    const why = earlier
      ? "it settled before the opening snapshot, so that the change is counted nowhere, and the balance followed it"
      : `the change came ${when}, and the balance of the closing snapshot does not have it`
    return [
      {
        kind: "record_changed",
        rank: rank.changed,
        effect: earlier ? delta : BigDecimal.negate(delta),
        after: before.settledAfter ?? range.opening,
        record: before.id,
        orderId: before.orderId,
        name: named(before),
        says: `was changed by the exchange from ${shown(before)} to ${shown(after)}: ${why}`
      }
    ]
  }

/** The records that the exchange shows twice: in everything the same, or a line each of one order. */
const twins = (settled: ReadonlyArray<RecordRow>): ReadonlySet<number> => {
  const seen = new Map<string, number>()
  const found = new Set<number>()
  for (const row of settled) {
    const base = `${row.type} ${text(row.amount)} ${text(row.fees)}`
    const keys = [`${base} order ${row.orderId}`, `${base} time ${row.timestamp}`]
    if (keys.some((key) => seen.has(key))) found.add(row.id)
    for (const key of keys) seen.set(key, row.id)
  }
  return found
}

const withRule = (policy: AccountingPolicy, type: string, rule: Rule): AccountingPolicy => ({
  ...policy,
  types: { ...policy.types, [type]: rule }
})

const ruleOf = (policy: AccountingPolicy, type: string): Rule => policy.types[type] ?? policy.unknown

export interface Otherwise {
  readonly kind: "fees" | "direction"
  readonly policy: AccountingPolicy
  readonly says: string
}

/** How records of a type could be counted otherwise. */
export const otherwiseOf = (policy: AccountingPolicy, type: string): ReadonlyArray<Otherwise> => {
  const rule = ruleOf(policy, type)
  const extra = rule.fees === "extra"
  const rules: ReadonlyArray<readonly [kind: Otherwise["kind"], rule: Rule, says: string]> = [
    [
      "fees",
      { ...rule, fees: extra ? "included" : "extra" },
      extra ? "fees inside the amount" : "fees beside the amount"
    ],
    ["direction", { ...rule, direction: "in" }, "counted as coming in"],
    ["direction", { ...rule, direction: "out" }, "counted as going out"],
    ["direction", { ...rule, direction: "signed" }, "counted by the sign of the amount"]
  ]
  return rules
    .filter(([, { direction, fees }]) => direction !== rule.direction || fees !== rule.fees)
    .map(([kind, other, says]) => ({ kind, says, policy: withRule(policy, type, other) }))
}

const ofSettled = (policy: AccountingPolicy, evidence: Evidence) => {
  const latestId = evidence.standings.at(-2)?.id
  const everOpen = new Set(evidence.onTheirWay.map(([first]) => first.id))
  const otherwise = new Map<string, ReadonlyArray<Otherwise>>()
  for (const { type } of evidence.settled) {
    if (!otherwise.has(type)) otherwise.set(type, otherwiseOf(policy, type))
  }
  return (row: RecordRow): ReadonlyArray<Hypothesis> => {
    const change = changeOf(policy, row)
    const after = row.settledAfter ?? 0
    const common = { after, record: row.id, orderId: row.orderId, name: named(row) }
    const away = BigDecimal.negate(change)
    const alone =
      row.vanishedAt !== null
        ? {
            kind: "record_vanished" as const,
            rank: rank.vanished,
            says: "is counted, and the exchange no longer shows it"
          }
        : latestId === after && everOpen.has(row.id)
          ? {
              kind: "final_as_pending" as const,
              rank: rank.pending,
              says: "is COMPLETED in history, and the closing balance has not moved by it yet"
            }
          : {
              kind: "record_twice" as const,
              rank: rank.single,
              says: "is counted and did not move the balance, or is counted twice"
            }
    const others = (otherwise.get(row.type) ?? []).map(({ kind, policy: other, says }): Hypothesis => ({
      ...common,
      kind,
      rank: rank.otherwise,
      effect: BigDecimal.subtract(changeOf(other, row), change),
      says,
      ...(kind === "direction" ? { alone: true } : {})
    }))
    return [
      { ...common, ...alone, effect: away },
      {
        ...common,
        kind: "record_missing",
        rank: rank.otherwise,
        effect: change,
        says: `(${text(change)}) may have a twin that is missing: another one like it would do`,
        alone: true
      },
      ...others
    ]
  }
}

export const hypotheses = (policy: AccountingPolicy, range: Range, evidence: Evidence): ReadonlyArray<Hypothesis> => {
  const closing = evidence.standings.at(-1)
  const doubled = twins(evidence.settled)
  const open = openAt(evidence, closing?.event ?? 0)
  const all = [
    ...evidence.discords.flatMap(ofDiscord(policy, range)),
    ...evidence.changes.flatMap(ofChange(policy, range, closing?.event ?? 0)),
    ...evidence.settled
      .flatMap(ofSettled(policy, evidence))
      .map((one) =>
        one.kind === "record_twice" && doubled.has(one.record)
          ? { ...one, rank: rank.twin, says: "stands in history twice with the same type, amount and fees" }
          : one
      ),
    ...(policy.pending === "deducted"
      ? []
      : open.map((row): Hypothesis => ({
          kind: "pending_as_final",
          rank: rank.pending,
          effect: changeOf(policy, row),
          after: evidence.standings.at(-2)?.id ?? range.opening,
          record: row.id,
          orderId: row.orderId,
          name: named(row),
          says: `is ${row.status}, but the balance has already moved by ${text(changeOf(policy, row))}`
        })))
  ]
  return all.filter(({ effect }) => !BigDecimal.isZero(effect))
}
