/**
 * The exchange's own books, in double entry: balances are what the legs of all movements add up to.
 */
import { BigDecimal } from "effect"
import type { Account } from "../Exchange.ts"

export interface Leg {
  readonly account: Account
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
}

export interface Books {
  /** Books a movement: all of its legs, or none and a throw where they do not sum to zero or would overdraw the user. */
  readonly post: (legs: ReadonlyArray<Leg>) => void
  readonly balance: (account: Account, currency: string) => BigDecimal.BigDecimal
  /** Every currency that was ever booked, in the order of first booking. */
  readonly currencies: () => ReadonlyArray<string>
  /** The sum over all accounts per currency: zero, always. */
  readonly trialBalance: () => ReadonlyMap<string, BigDecimal.BigDecimal>
}

const zero = BigDecimal.make(0n, 0)

/** A movement that breaks double entry is a defect of the sandbox, never an answer to a client. */
class BrokenMovement extends Error {
  override readonly name = "BrokenMovement"
}

const sumsToZero = (legs: ReadonlyArray<Leg>): boolean => {
  const sums = new Map<string, BigDecimal.BigDecimal>()
  for (const { amount, currency } of legs) sums.set(currency, BigDecimal.sum(sums.get(currency) ?? zero, amount))
  for (const sum of sums.values()) if (sum.value !== 0n) return false
  return true
}

export const make = (): Books => {
  const accounts = new Map<string, Map<Account, BigDecimal.BigDecimal>>()

  const balance = (account: Account, currency: string) => accounts.get(currency)?.get(account) ?? zero

  const add = ({ account, amount, currency }: Leg): void => {
    let ofCurrency = accounts.get(currency)
    if (ofCurrency === undefined) accounts.set(currency, (ofCurrency = new Map()))
    ofCurrency.set(account, BigDecimal.sum(ofCurrency.get(account) ?? zero, amount))
  }

  return {
    post: (legs) => {
      if (!sumsToZero(legs)) throw new BrokenMovement("The legs of a movement do not sum to zero")
      for (const { account, amount, currency } of legs) {
        const users = account === "available" || account === "hold"
        if (users && amount.value < 0n && BigDecimal.sum(balance(account, currency), amount).value < 0n) {
          throw new BrokenMovement(`A movement would overdraw ${account} ${currency}`)
        }
      }
      for (const leg of legs) add(leg)
    },
    balance,
    currencies: () => Array.from(accounts.keys()),
    trialBalance: () =>
      new Map(
        Array.from(accounts, ([currency, balances]) => [
          currency,
          Array.from(balances.values()).reduce((sum, amount) => BigDecimal.sum(sum, amount), zero)
        ])
      )
  }
}

/** Moves an amount from one account to another. */
export const move = (
  currency: string,
  from: Account,
  to: Account,
  amount: BigDecimal.BigDecimal
): ReadonlyArray<Leg> => [
  { account: from, currency, amount: BigDecimal.negate(amount) },
  { account: to, currency, amount }
]
