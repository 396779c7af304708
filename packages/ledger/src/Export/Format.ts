/**
 * What a format is: how the books' items, in their order, are written as text. The items differ between formats; reading
 * them does not.
 *
 * @internal
 */
import type { LeftOut } from "./LeftOut.ts"

/** Whose books are written. */
export interface About {
  readonly account: string
  readonly exchange: string
  /** Every currency of the records, sorted. */
  readonly currencies: ReadonlyArray<string>
}

/** What can be told apart from its like, in every export alike. */
export interface Identified {
  readonly id: string
}

/** The text of an item, and the reasons for which something of the item is not in the text. */
export interface Written {
  readonly text: string
  readonly missing: ReadonlyArray<string>
}

export const whole = (text: string): Written => ({ text, missing: [] })

export const leftOut = (reason: string, text = ""): Written => ({ text, missing: [reason] })

export interface Format<in Item extends Identified> {
  readonly head: (about: About) => string
  readonly item: (item: Item, about: About) => Written
  /** What was left out, where the format has comments; else nothing. */
  readonly tail: (leftOut: ReadonlyArray<LeftOut>) => string
}

export const noTail = (): string => ""
