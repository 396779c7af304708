/**
 * The books as a journal: every settled record where it counts among the snapshots of balances, and what each snapshot
 * says. A record counts after the last snapshot before it was COMPLETED, as a reconciliation has it; so it stands at its
 * timestamp, but no earlier than a snapshot that it is not in, and no later than one that it is in.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, Chunk, Effect, Option, Order, Stream } from "effect"
import type { AccountingPolicy } from "../AccountingPolicy.ts"
import { translated } from "../internal/SqlFault.ts"
import type { LedgerError } from "../LedgerError.ts"
import * as Movement from "../Movement.ts"
import { someAddUp } from "../Reconciliation/Combinations.ts"
import * as Entry from "./Entry.ts"
import type { Range } from "./InTime.ts"
import type { Amounts, JournalItem } from "./JournalItem.ts"
import { type Counted, grow, type JournalRows, type Snapshot } from "./JournalRows.ts"

type Totals = Map<string, BigDecimal.BigDecimal>

const zeroAt = (totals: Totals, currency: string): BigDecimal.BigDecimal => totals.get(currency) ?? Decimal.zero

const amountsOf = (totals: Totals): Amounts =>
  [...totals].filter(([, amount]) => !BigDecimal.isZero(amount)).sort(([one], [other]) => Order.string(one, other))

const entryOf = (policy: AccountingPolicy, row: Counted, instant: number): Entry.Entry =>
  row.entered === undefined ? Entry.make(policy, row, instant) : Entry.ofEntered(row.entered, instant)

const withheld =
  "the exchange no longer counted a withdrawal that was on its way, and the journal does until it is completed"

const showedLater = "it has what history showed only later, and the journal does from then on"

/** Why a snapshot's balance is ahead of the journal, where what is known tells. */
const aheadBy = Effect.fnUntraced(function* (rows: JournalRows, policy: AccountingPolicy) {
  const all = yield* Effect.cached(rows.late())
  return Effect.fnUntraced(function* (snapshot: Snapshot, currency: string, difference: BigDecimal.BigDecimal) {
    if (BigDecimal.isZero(difference)) return undefined
    const out = yield* rows.inFlight(snapshot, currency)
    if (BigDecimal.equals(difference, out)) return withheld
    const { event_seq, id, taken_at } = snapshot
    const late = (yield* all).filter(
      (row) => row.currency === currency && row.id > event_seq && row.settled_after >= id && row.timestamp <= taken_at
    )
    const came = late.map((row) => Movement.change(Entry.movementOf(policy, row)))
    const rest = [difference, BigDecimal.subtract(difference, out)]
    return rest.some((target) => someAddUp(came, target)) ? showedLater : undefined
  })
})

const makeJournal = Effect.fnUntraced(function* (
  rows: JournalRows,
  policy: AccountingPolicy,
  range: Range,
  opening: Totals
) {
  const ahead = yield* aheadBy(rows, policy)
  /** What the records so far add up to, and what the last snapshot said of each currency. */
  const running: Totals = new Map(opening)
  const said: Totals = new Map(opening)
  const moved = new Set<string>()
  const at = { segment: 0, instant: 0, opened: false, ended: false }

  const open = (instant: number): ReadonlyArray<JournalItem> => {
    if (at.opened) return []
    at.opened = true
    const amounts = amountsOf(running)
    return amounts.length === 0 ? [] : [{ _tag: "Opening", id: "opening balances", instant, amounts }]
  }

  /** What a snapshot says, once every record that counts before it has come. */
  const reach = Effect.fnUntraced(function* (id: number) {
    at.segment = id
    if (id === 0 || at.ended) return []
    const snapshot = yield* rows.snapshotOf(id)
    const instant = Math.max(at.instant, snapshot.taken_at)
    if (instant > range.until) return []
    at.instant = instant
    if (instant < range.since) return []
    const totals: Totals = new Map((yield* rows.totals(id)).map(({ currency, total }) => [currency, total]))
    const items: Array<JournalItem> = [...open(instant)]
    const amounts: Array<readonly [string, BigDecimal.BigDecimal]> = []
    for (const currency of [...new Set([...totals.keys(), ...running.keys()])].sort(Order.string)) {
      const total = zeroAt(totals, currency)
      if (!moved.has(currency) && BigDecimal.equals(total, zeroAt(said, currency))) continue
      said.set(currency, total)
      const reason = yield* ahead(snapshot, currency, BigDecimal.subtract(total, zeroAt(running, currency)))
      if (reason === undefined) amounts.push([currency, total])
      else items.push({ _tag: "Unasserted", id: `snapshot ${id} in ${currency}`, reason })
    }
    moved.clear()
    if (amounts.length > 0) items.push({ _tag: "Balances", id: `snapshot ${id}`, instant, amounts })
    return items
  })

  const stands = (row: Counted): number =>
    Math.max(at.instant, row.taken_at ?? 0, Math.min(row.timestamp, row.next_taken_at ?? row.timestamp))

  const items = Effect.fnUntraced(function* (page: ReadonlyArray<Counted>) {
    const found: Array<JournalItem> = []
    for (const row of page) {
      if (row.settled_after > at.segment) found.push(...(yield* reach(row.settled_after)))
      const instant = stands(row)
      if (instant > range.until) {
        at.ended = true
        break
      }
      at.instant = instant
      const entry = entryOf(policy, row, instant)
      if (instant >= range.since) found.push(...open(instant), entry)
      grow(running, row.currency, Movement.change(entry.movement))
      moved.add(row.currency)
    }
    return found
  })

  return { items, reach, open, at }
})

/** What the wallet held before the books begin, where they do not begin with the account: the first snapshot tells. */
const openingOf = Effect.fnUntraced(function* (
  rows: JournalRows,
  policy: AccountingPolicy,
  queue: Effect.Effect.Success<ReturnType<JournalRows["sorted"]>>,
  first: number
) {
  const opening: Totals = new Map()
  if (first === 0 || (yield* rows.fromTheFirstDay())) return opening
  for (const { currency, total } of yield* rows.totals(first)) grow(opening, currency, total)
  for (let from: number | undefined = 0; from !== undefined;) {
    const page: { readonly rows: ReadonlyArray<Counted>; readonly next: number | undefined } = yield* queue.page(from)
    const before = page.rows.filter((row) => row.settled_after < first)
    for (const row of before) {
      grow(opening, row.currency, BigDecimal.negate(Movement.change(entryOf(policy, row, row.timestamp).movement)))
    }
    from = before.length < page.rows.length ? undefined : page.next
  }
  return opening
})

/** The range is one of the instants at which the records stand. */
export const inCountingOrder = (
  rows: JournalRows,
  policy: AccountingPolicy,
  range: Range,
  table: string
): Stream.Stream<JournalItem, LedgerError> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const queue = yield* rows.sorted(table)
      const { first, last } = yield* rows.snapshots()
      const journal = yield* makeJournal(rows, policy, range, yield* openingOf(rows, policy, queue, first))
      const page = Effect.fnUntraced(function* (from: number) {
        const { next, rows: counted } = yield* queue.page(from)
        const items = yield* journal.items(counted)
        if (next !== undefined && !journal.at.ended) return [Chunk.fromIterable(items), Option.some(next)] as const
        if (last > journal.at.segment) items.push(...(yield* journal.reach(last)))
        items.push(...journal.open(Math.max(journal.at.instant, range.since)))
        return [Chunk.fromIterable(items), Option.none()] as const
      }, translated("export"))
      return Stream.paginateChunkEffect(0, page)
    }).pipe(translated("export"))
  )
