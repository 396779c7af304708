/**
 * Beancount asserts what an account holds as a day begins. What a snapshot says at some hour is therefore asserted for the
 * beginning of the next day, together with what moved in the rest of its own.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { BigDecimal, Chunk, Order, Stream } from "effect"
import * as Movement from "../Movement.ts"
import { type Amounts, type Balances, type JournalItem } from "./JournalItem.ts"
import { grow } from "./JournalRows.ts"

const dayMillis = 86_400_000

/** The digits that beancount computes with: those of Python's decimals unless it is told otherwise. */
const digits = 28

const tooLong = `beyond the ${digits} digits that beancount computes with, it cannot tell the balance exactly`

const exceeds = (amount: BigDecimal.BigDecimal): boolean =>
  Decimal.toText(BigDecimal.normalize(amount)).replace(/[-.]/g, "").replace(/^0+/, "").length > digits

const makeDays = () => {
  const running = new Map<string, BigDecimal.BigDecimal>()
  const inexact = new Set<string>()
  const held = { day: 0, id: "", totals: new Map<string, BigDecimal.BigDecimal>() }

  const move = (currency: string, by: BigDecimal.BigDecimal): void => {
    grow(running, currency, by)
    if (exceeds(running.get(currency) ?? Decimal.zero)) inexact.add(currency)
    if (held.totals.has(currency)) grow(held.totals, currency, by)
  }

  const flush = (): ReadonlyArray<JournalItem> => {
    if (held.totals.size === 0) return []
    const all: Amounts = [...held.totals].sort(([one], [other]) => Order.string(one, other))
    const { day, id } = held
    held.totals.clear()
    const amounts = all.filter(([currency, amount]) => !inexact.has(currency) && !exceeds(amount))
    const balances: Balances = { _tag: "Balances", id, instant: (day + 1) * dayMillis, amounts }
    return [
      ...(amounts.length === 0 ? [] : [balances]),
      ...all
        .filter((one) => !amounts.includes(one))
        .map(([currency]): JournalItem => ({ _tag: "Unasserted", id: `${id} in ${currency}`, reason: tooLong }))
    ]
  }

  const next = (item: JournalItem): ReadonlyArray<JournalItem> => {
    if (item._tag === "Unasserted") return [item]
    const day = Math.floor(item.instant / dayMillis)
    const before = day > held.day ? flush() : []
    if (item._tag === "Balances") {
      held.day = day
      held.id = item.id
      for (const [currency, amount] of item.amounts) held.totals.set(currency, amount)
      return before
    }
    if (item._tag === "Entry") move(item.row.currency, Movement.change(item.movement))
    else for (const [currency, amount] of item.amounts) move(currency, amount)
    return [...before, item]
  }

  return { next, flush }
}

export const atDayEnds = <E>(items: Stream.Stream<JournalItem, E>): Stream.Stream<JournalItem, E> =>
  Stream.suspend(() => {
    const days = makeDays()
    return items.pipe(
      Stream.mapChunks((chunk) => Chunk.fromIterable(Chunk.toReadonlyArray(chunk).flatMap(days.next))),
      Stream.concat(Stream.suspend(() => Stream.fromIterable(days.flush())))
    )
  })
