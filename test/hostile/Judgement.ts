/**
 * What is wrong with what a caller was told, judged by the exchange's own books. Each judgement is a list of complaints.
 */
import { WalletError } from "@btse-wallet/core"
import type { Exchange, Refused } from "@btse-wallet/sandbox"
import { BigDecimal, Cause, Effect, Either, Exit, Schema } from "effect"
import type { Engine } from "./Place.ts"
import type { Movement, Posting } from "./Writing.ts"

export type Complaints = ReadonlyArray<string>

/** What the caller was told. */
export type Heard =
  | { readonly _tag: "Value"; readonly told: string }
  | { readonly _tag: "Error"; readonly error: WalletError.WalletError }
  | { readonly _tag: "Nothing"; readonly why: string }

/** A defect and an interruption tell a caller nothing. */
export const heard: (exit: Exit.Exit<string, WalletError.WalletError>) => Heard = Exit.match({
  onSuccess: (told): Heard => ({ _tag: "Value", told }),
  onFailure: (cause): Heard =>
    cause._tag === "Fail"
      ? { _tag: "Error", error: cause.error }
      : { _tag: "Nothing", why: `no typed error: ${Cause.pretty(cause)}` }
})

const isReadError = Schema.is(WalletError.ReadError)
const isWriteError = Schema.is(WalletError.WriteError)

/** A read: the exact answer or a typed error. `truth` is what the exchange itself would have answered. */
export const ofRead = (heard: Heard, truth: Either.Either<string, Refused.Refused>): Complaints => {
  switch (heard._tag) {
    case "Nothing":
      return [heard.why]
    case "Error":
      return isReadError(heard.error) ? [] : [`failed with ${heard.error._tag}, which is not for reads`]
    case "Value": {
      const expected = Either.getOrElse(truth, ({ message }) => message)
      return heard.told === expected ? [] : [`answered\n${heard.told}\ninstead of\n${expected}`]
    }
  }
}

/** A write: done once where it is said to be, not at all where it is said not to be, and never twice. */
export const ofWrite = (heard: Heard, found: ReadonlyArray<Movement>): Complaints => {
  const held = found.length
  if (held > 1) return [`the books hold it ${held} times`]
  switch (heard._tag) {
    case "Nothing":
      return [heard.why]
    case "Value":
      if (held === 0) return ["said to be done, and the books do not hold it"]
      return heard.told === found[0]?.told ? [] : [`answered ${heard.told} instead of ${found[0]?.told}`]
    case "Error": {
      const { error } = heard
      if (!isWriteError(error)) return [`failed with ${error._tag}, which is not for writes`]
      if (error.done === "nothing")
        return held === 0 ? [] : [`said not to be done (${error._tag}), and the books hold it`]
      return error.retryable ? [`left open by ${error._tag}, which may be sent again`] : []
    }
  }
}

/** The books before anything was asked for. */
export interface Before {
  readonly balances: ReadonlyArray<Exchange.Balance>
  readonly rows: number
}

export const before = (engine: Engine): Effect.Effect<Before> =>
  Effect.all({ balances: engine.balances, rows: engine.count })

const sum = (postings: ReadonlyArray<Posting>, currency: string, of: "total" | "available") =>
  BigDecimal.sumAll(postings.filter((one) => one.currency === currency).map((one) => one[of]))

/** Balances and rows have moved by the movements that were found, and by nothing else. */
export const ofBooks = Effect.fnUntraced(function* (engine: Engine, before: Before, found: ReadonlyArray<Movement>) {
  const complaints: Array<string> = []
  const rows = (yield* engine.count) - before.rows
  const known = found.reduce((all, one) => all + one.rows, 0)
  if (rows !== known) complaints.push(`${rows} new rows, of which ${known} are known`)
  const postings = found.flatMap((one) => one.postings)
  const zero = { total: BigDecimal.make(0n, 0), available: BigDecimal.make(0n, 0) }
  for (const after of yield* engine.balances) {
    const { currency } = after
    const earlier = before.balances.find((one) => one.currency === currency) ?? zero
    for (const of of ["total", "available"] as const) {
      const expected = BigDecimal.sum(earlier[of], sum(postings, currency, of))
      if (!BigDecimal.equals(after[of], expected)) {
        complaints.push(`${of} ${currency} is ${BigDecimal.format(after[of])}, not ${BigDecimal.format(expected)}`)
      }
    }
  }
  for (const [currency, sum] of yield* engine.trialBalance) {
    if (sum.value !== 0n) complaints.push(`the books of ${currency} do not sum to zero`)
  }
  return complaints
})
