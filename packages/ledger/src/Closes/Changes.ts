/**
 * What of a closed period is not as it was when it was closed, decided without reading anything.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, DateTime, Option, Order } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import type { StoredEntry } from "../Entries/Stored.ts"
import type { StoredRecord } from "../internal/Replay.ts"
import * as Movement from "../Movement.ts"
import type { Span } from "../Span.ts"
import type { CalledFor, ChangeAfterClose } from "./ClosedPeriod.ts"

/** What was closed: the days, and the snapshots between which its records count. */
export interface Closed extends Span {
  readonly opening: number
  readonly closing: number
}

/** A record as it was when the period was closed, if it was, and as it is. */
export interface Lived {
  readonly before: StoredRecord | undefined
  readonly now: StoredRecord
  /** When it last changed. */
  readonly at: number
}

const amountOf = (text: string | null): BigDecimal.BigDecimal =>
  Option.getOrElse(Option.flatMap(Option.fromNullable(text), Decimal.fromText), () => Decimal.zero)

/** By how much a record changes the wallet: not at all while it has not settled, or where it is shown no more. */
const changeOf = (policy: AccountingPolicy, record: StoredRecord): BigDecimal.BigDecimal =>
  record.settled_after === null || record.vanished_at !== null
    ? Decimal.zero
    : Movement.change(
        Movement.of(policy, {
          type: record.type,
          currency: record.currency,
          amount: amountOf(record.amount),
          fees: amountOf(record.fees),
          sourceCurrency: record.source_currency,
          targetCurrency: record.target_currency
        })
      )

const counts = ({ closing, opening }: Closed, settledAfter: number | null): boolean =>
  settledAfter !== null && settledAfter >= opening && settledAfter < closing

const plain = BigDecimal.normalize

/** What changed of a record, if anything that is of the period did. */
const ofRecord = (
  closed: Closed,
  policy: AccountingPolicy,
  { at, before, now }: Lived
): Option.Option<ChangeAfterClose> => {
  const change = {
    id: now.order_id,
    currency: now.currency,
    type: now.type,
    time: DateTime.unsafeMake(now.timestamp),
    at: DateTime.unsafeMake(at)
  }
  if (before === undefined) {
    // By its date it is of the period, whenever the books came to know of it.
    const dated = now.timestamp >= closed.from && now.timestamp <= closed.to
    return dated || counts(closed, now.settled_after)
      ? Option.some({ what: "inserted", ...change, before: Decimal.zero, after: plain(changeOf(policy, now)) })
      : Option.none()
  }
  // What was pending then, and settles later, counts in the period in which it settles.
  if (!counts(closed, before.settled_after)) return Option.none()
  const [was, is] = [changeOf(policy, before), changeOf(policy, now)]
  if (BigDecimal.equals(was, is)) return Option.none()
  const what =
    now.vanished_at !== null ? "vanished" : before.vanished_at !== null ? ("reappeared" as const) : ("changed" as const)
  return Option.some({ what, ...change, before: plain(was), after: plain(is) })
}

const ofEntry = (
  closed: Closed,
  { content, recorded, seq, settled_after }: StoredEntry
): Option.Option<ChangeAfterClose> =>
  counts(closed, settled_after)
    ? Option.some({
        what: "entered",
        id: String(seq),
        currency: content.currency,
        type: content.type,
        time: DateTime.unsafeMake(content.at),
        at: DateTime.unsafeMake(recorded),
        before: Decimal.zero,
        after: plain(BigDecimal.subtract(content.amount, content.fees))
      })
    : Option.none()

/** `entries` are those that were entered since. In the order in which the books learned of them. */
export const changesOf = (
  closed: Closed,
  policy: AccountingPolicy,
  records: ReadonlyArray<Lived>,
  entries: ReadonlyArray<StoredEntry>
): ReadonlyArray<ChangeAfterClose> =>
  [
    ...records.flatMap((record) => Option.toArray(ofRecord(closed, policy, record))),
    ...entries.flatMap((entry) => Option.toArray(ofEntry(closed, entry)))
  ].sort(Order.mapInput(DateTime.Order, ({ at }: ChangeAfterClose) => at))

/** The entries that changes call for, those of zero left out. */
export const calledFor = (changes: ReadonlyArray<ChangeAfterClose>): ReadonlyArray<typeof CalledFor.Type> => {
  const sums = new Map<string, BigDecimal.BigDecimal>()
  for (const { after, before, currency } of changes) {
    sums.set(currency, BigDecimal.sum(sums.get(currency) ?? Decimal.zero, BigDecimal.subtract(after, before)))
  }
  return [...sums]
    .filter(([, amount]) => !BigDecimal.isZero(amount))
    .sort(([one], [other]) => Order.string(one, other))
    .map(([currency, amount]) => ({ currency, amount: plain(amount) }))
}
