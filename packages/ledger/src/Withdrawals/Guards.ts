/**
 * Reads what the checks before sending want to know, and lets pass what passes them.
 *
 * @internal
 */
import type { WalletModel } from "@btse-wallet/core"
import { Decimal, Wallet } from "@btse-wallet/core"
import { SqlClient } from "@effect/sql"
import type { Duration } from "effect"
import { Clock, Effect, Option } from "effect"
import { Account } from "../Account.ts"
import { translated } from "../internal/SqlFault.ts"
import { WithdrawalBlocked } from "../LedgerError.ts"
import type { WithdrawalCheck } from "../WithdrawalCheck.ts"
import * as Policy from "../WithdrawalPolicy.ts"
import { ofPolicy, preview, problems, refusedByTerms } from "./Checks.ts"
import { makeRows } from "./Rows.ts"
import { makeTerms } from "./Terms.ts"
import type { Terms } from "./Terms.ts"

/** A rolling day: limits by calendar would let two days' worth pass around midnight. */
const day = 86_400_000

export const makeGuards = Effect.fnUntraced(function* (
  policy: Policy.WithdrawalPolicy,
  termsLast: Duration.DurationInput
) {
  const sql = yield* SqlClient.SqlClient
  const wallet = yield* Wallet.WalletReader
  const account = yield* Account
  const rows = makeRows(sql, account.id)
  const terms = yield* makeTerms(termsLast)

  const spent = Effect.fnUntraced(function* (request: WalletModel.WithdrawRequest, except: number) {
    const now = yield* Clock.currentTimeMillis
    return yield* rows.spent({ currency: request.currency, since: now - day, except })
  })

  const refuse = (checks: ReadonlyArray<WithdrawalCheck>) => {
    const [first, ...others] = problems(checks)
    return first === undefined
      ? Effect.void
      : new WithdrawalBlocked({ operation: "withdraw", problems: [first, ...others] })
  }

  /** Runs inside the transaction that claims the key, so that two withdrawals cannot both fit what is left of a day. */
  const keepsPolicy = Effect.fnUntraced(function* (request: WalletModel.WithdrawRequest, except: number) {
    yield* refuse(ofPolicy({ policy, request, spent: yield* spent(request, except) }))
  })

  /** `undefined` where the key may not read balances: one that may only withdraw is a good key. */
  const available = (currency: WalletModel.Currency) =>
    wallet.balances.pipe(
      Effect.map((all) => all.find((balance) => balance.currency === currency)?.available ?? Decimal.zero),
      Effect.asSome,
      Effect.catchTag("Forbidden", () => Effect.succeedNone),
      Effect.map(Option.getOrUndefined)
    )

  const check = Effect.fnUntraced(function* (request: WalletModel.WithdrawRequest, by: Policy.WithdrawalPolicy) {
    const balance = yield* available(request.currency)
    const before = yield* spent(request, 0).pipe(translated("withdraw"))
    const look = ({ networks }: Terms) => preview({ request, networks, available: balance, policy: by, spent: before })
    const known = yield* terms.known(request.currency)
    const looked = look(known)
    // What is kept may be older than what it refuses.
    return known.cached && refusedByTerms(looked.checks) ? look(yield* terms.fresh(request.currency)) : looked
  })

  return {
    keepsPolicy,
    /** Fails where the exchange would not take it, as far as that can be known before. */
    takes: (request: WalletModel.WithdrawRequest) =>
      Effect.flatMap(check(request, Policy.none), ({ checks }) => refuse(checks)),
    preview: (request: WalletModel.WithdrawRequest) => check(request, policy)
  }
})

export type Guards = Effect.Effect.Success<ReturnType<typeof makeGuards>>
