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

/** What was closed: the days, the snapshots between which its records count, and the policy by which they did. */
export interface Closed extends Span {
  readonly opening: number
  readonly closing: number
  readonly policy: AccountingPolicy
}

/** A record as it was when the period was closed, if it was, and as it is. */
export interface Lived {
  readonly before: StoredRecord | undefined
  readonly now: StoredRecord
  /** When it last changed. */
  readonly at: number
}

/** What the books know since a close: records that may be of its period, and entries. */
export interface Since {
  readonly records: ReadonlyArray<Lived>
  readonly entries: ReadonlyArray<StoredEntry>
  /** When each snapshot was taken, in epoch milliseconds. */
  readonly takenAt: ReadonlyMap<number, number>
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

/** By its date it is of the period, whenever the books came to know of it. */
const isDatedIn = ({ from, to }: Closed, time: number): boolean => time >= from && time <= to

const countsIn = ({ closing, opening }: Closed, settledAfter: number | null): boolean =>
  settledAfter !== null && settledAfter >= opening && settledAfter < closing

const instantOf = ({ takenAt }: Since, settledAfter: number | null): DateTime.Utc | null => {
  const taken = settledAfter === null ? undefined : takenAt.get(settledAfter)
  return taken === undefined ? null : DateTime.unsafeMake(taken)
}

const plain = BigDecimal.normalize

/** What changed of a record, if anything that is of the period did. */
const ofRecord = (closed: Closed, since: Since, { at, before, now }: Lived): Option.Option<ChangeAfterClose> => {
  const counted = (record: StoredRecord): boolean => countsIn(closed, record.settled_after)
  const lives = before === undefined ? [now] : [before, now]
  const inside = lives.some(counted)
  if (!inside && !lives.some(({ timestamp }) => isDatedIn(closed, timestamp))) return Option.none()
  // What was pending then, and settles later, counts in the period in which it settles.
  if (before?.settled_after === null && !inside) return Option.none()
  // Where it is about what was counted, what counts elsewhere is nothing.
  const amount = (record: StoredRecord): BigDecimal.BigDecimal =>
    inside && !counted(record) ? Decimal.zero : changeOf(closed.policy, record)
  const [was, is] = [before === undefined ? Decimal.zero : amount(before), amount(now)]
  if (before !== undefined && BigDecimal.equals(was, is)) return Option.none()
  return Option.some({
    what:
      before === undefined
        ? "inserted"
        : now.vanished_at !== null
          ? "vanished"
          : before.vanished_at !== null
            ? "reappeared"
            : "changed",
    id: now.order_id,
    currency: now.currency,
    type: now.type,
    time: DateTime.unsafeMake(now.timestamp),
    at: DateTime.unsafeMake(at),
    inside,
    countsAfter: instantOf(since, now.settled_after),
    before: plain(was),
    after: plain(is)
  })
}

const ofEntry = (
  closed: Closed,
  since: Since,
  { content, recorded, seq, settled_after }: StoredEntry
): Option.Option<ChangeAfterClose> => {
  const inside = countsIn(closed, settled_after)
  return inside || isDatedIn(closed, content.at)
    ? Option.some({
        what: "entered",
        id: String(seq),
        currency: content.currency,
        type: content.type,
        time: DateTime.unsafeMake(content.at),
        at: DateTime.unsafeMake(recorded),
        inside,
        countsAfter: instantOf(since, settled_after),
        before: Decimal.zero,
        after: plain(BigDecimal.subtract(content.amount, content.fees))
      })
    : Option.none()
}

/** In the order in which the books learned of them. */
export const changesOf = (closed: Closed, since: Since): ReadonlyArray<ChangeAfterClose> =>
  [
    ...since.records.flatMap((record) => Option.toArray(ofRecord(closed, since, record))),
    ...since.entries.flatMap((entry) => Option.toArray(ofEntry(closed, since, entry)))
  ].sort(Order.mapInput(DateTime.Order, ({ at }: ChangeAfterClose) => at))

/**
 * The entries that changes call for, those of zero left out. What counts outside the closed snapshots calls for none: the
 * period in which it counts has it.
 */
export const calledFor = (changes: ReadonlyArray<ChangeAfterClose>): ReadonlyArray<typeof CalledFor.Type> => {
  const sums = new Map<string, BigDecimal.BigDecimal>()
  for (const { after, before, currency } of changes.filter(({ inside }) => inside)) {
    sums.set(currency, BigDecimal.sum(sums.get(currency) ?? Decimal.zero, BigDecimal.subtract(after, before)))
  }
  return [...sums]
    .filter(([, amount]) => !BigDecimal.isZero(amount))
    .sort(([one], [other]) => Order.string(one, other))
    .map(([currency, amount]) => ({ currency, amount: plain(amount) }))
}
