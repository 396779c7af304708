/**
 * Where the sandbox's money comes from and where it can go: its currencies on their networks.
 */
import type { Exchange } from "@btse-wallet/sandbox"
import { BigDecimal, Effect, Random } from "effect"

export interface Place {
  readonly currency: string
  readonly network: string
  /** The whole part of an amount that is over the network's minimum and fee. */
  readonly whole: string
}

export const places: readonly [Place, ...Array<Place>] = [
  { currency: "BTC", network: "Bitcoin", whole: "1" },
  { currency: "BTC", network: "Liquid", whole: "1" },
  { currency: "ETH", network: "Ethereum", whole: "1" },
  { currency: "USDT", network: "ERC20", whole: "25" },
  { currency: "USDT", network: "TRC20", whole: "25" },
  { currency: "XRP", network: "Ripple", whole: "40" },
  { currency: "1INCH", network: "Ethereum", whole: "12" }
]

/** The exchange behind a sandbox. */
export type Engine = Exchange.Operations & Exchange.Controls

const funds: ReadonlyArray<readonly [currency: string, amount: string]> = [
  ["BTC", "100.12345678"],
  ["ETH", "1000.000000000000000001"],
  ["USDT", "100000.5"],
  ["XRP", "100000"],
  ["1INCH", "10000.25"],
  ["USD", "1000000.01"]
]

/** How many transfers {@link fund} puts into the subaccount history: two of its pages. */
export const subaccountTransfers = 60

/** Gives the user enough for all that is drawn, save what is drawn to be too much. */
export const fund = Effect.fnUntraced(function* (engine: Engine) {
  for (const [currency, amount] of funds) {
    yield* engine.deposit({ currency, amount: BigDecimal.unsafeFromString(amount) })
  }
  for (let at = 0; at < subaccountTransfers; at++) {
    yield* engine.recordSubaccountTransfer({
      timestamp: 1_790_000_000_000 + at,
      fromUser: "main",
      receiver: `sub${at % 3}`,
      currency: "BTC",
      amount: BigDecimal.make(BigInt(1 + at), 18)
    })
  }
})

/** Draws one of these. */
export const pick = <const A extends readonly [unknown, ...ReadonlyArray<unknown>]>(
  choices: A
): Effect.Effect<A[number]> =>
  Effect.map(Random.nextIntBetween(0, choices.length), (index) => choices[index] ?? choices[0])
