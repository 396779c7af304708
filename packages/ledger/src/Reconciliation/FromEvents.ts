/**
 * What the chain of events proves to be wrong with a record.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import type { Change, Discord } from "./Evidence.ts"
import type { Hypothesis, Range } from "./Hypothesis.ts"
import { changeOf, named, rank, text } from "./Hypothesis.ts"
import type { RecordRow } from "./Inputs.ts"
import type { State } from "./Story.ts"

/** What a row adds to the line. */
const counted = (policy: AccountingPolicy, range: Range, row: RecordRow | undefined): BigDecimal.BigDecimal =>
  row !== undefined &&
  row.currency === range.currency &&
  row.settledAfter !== null &&
  row.settledAfter >= range.opening &&
  row.settledAfter < range.closing
    ? changeOf(policy, row)
    : Decimal.zero

const fields: ReadonlyArray<readonly [name: string, of: (row: RecordRow) => string]> = [
  ["currency", ({ currency }) => currency],
  ["type", ({ type }) => type],
  ["status", ({ status }) => status],
  ["amount", ({ amount }) => text(amount)],
  ["fees", ({ fees }) => text(fees)],
  ["source currency", ({ sourceCurrency }) => sourceCurrency ?? "none"],
  ["target currency", ({ targetCurrency }) => targetCurrency ?? "none"],
  ["settled after snapshot", ({ settledAfter }) => (settledAfter === null ? "none" : String(settledAfter))]
]

/** In what the one row is not the other. */
const apart = (one: RecordRow, other: RecordRow, between: string): string =>
  fields
    .filter(([, of]) => of(one) !== of(other))
    .map(([name, of]) => `${name} ${of(one)} ${between} ${of(other)}`)
    .join(", ")

export const ofDiscord =
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
    const says = `was altered in the books by hand: ${apart(stored, told, "where its events say")}`
    return [{ ...common, kind: "row_altered", says }]
  }

export const ofChange =
  (policy: AccountingPolicy, range: Range, closingEvent: number) =>
  ({ after, before }: Change): ReadonlyArray<Hypothesis> => {
    const settled = (state: State) => (state.settledAfter === null ? Decimal.zero : changeOf(policy, state))
    if (before.settledAfter === null || before.settledAfter >= range.closing) return []
    const delta = BigDecimal.subtract(settled(after), settled(before))
    const earlier = before.settledAfter < range.opening
    const when = after.seq > closingEvent ? "after the closing snapshot" : "after it had settled"
    const why = earlier
      ? "it settled before the opening snapshot, so that the change is counted nowhere, and the balance followed it"
      : `the change came ${when}, and the balance of the closing snapshot does not have it`
    return [
      {
        kind: "record_changed",
        rank: rank.changed,
        effect: earlier ? delta : BigDecimal.negate(delta),
        after: before.settledAfter,
        record: before.id,
        orderId: before.orderId,
        name: named(before),
        says: `was changed by the exchange (${apart(before, after, "to")}): ${why}`
      }
    ]
  }
