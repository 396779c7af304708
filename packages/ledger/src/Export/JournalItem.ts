/**
 * What a journal is made of.
 *
 * @internal
 */
import type { BigDecimal } from "effect"
import type { Entry } from "./Entry.ts"
import type { Identified } from "./Format.ts"

/** Sorted by currency. */
export type Amounts = ReadonlyArray<readonly [currency: string, amount: BigDecimal.BigDecimal]>

/** What the wallet held before the journal's first record. */
export interface Opening extends Identified {
  readonly _tag: "Opening"
  readonly instant: number
  readonly amounts: Amounts
}

/** What a snapshot says that the wallet held, in the currencies that moved since the last one. */
export interface Balances extends Identified {
  readonly _tag: "Balances"
  readonly instant: number
  readonly amounts: Amounts
}

/** A balance that cannot be asserted, and why. */
export interface Unasserted extends Identified {
  readonly _tag: "Unasserted"
  readonly reason: string
}

export type JournalItem = Entry | Opening | Balances | Unasserted
