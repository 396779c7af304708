/**
 * Preflight: reads the facts for the checks before sending, and refuses a payment that fails one.
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
import { PaymentBlocked } from "../LedgerError.ts"
import type { PaymentRequest } from "../Payment.ts"
import type { PaymentCheck } from "../PaymentCheck.ts"
import * as Policy from "../PaymentPolicy.ts"
import { currencyOf, ofPolicy, preview, problems, refusedByTerms } from "./Checks.ts"
import { makeRows } from "./Rows.ts"
import { makeTerms } from "./Terms.ts"
import type { Terms } from "./Terms.ts"

/** A rolling day: limits by calendar would let two days' worth pass around midnight. */
const day = 86_400_000

export const makeGuards = Effect.fnUntraced(function* (
  policy: Policy.PaymentPolicy,
  termsLast: Duration.DurationInput,
  fingerprint: string | null
) {
  const sql = yield* SqlClient.SqlClient
  const wallet = yield* Wallet.WalletReader
  const account = yield* Account
  const rows = makeRows(sql, account.id, fingerprint)
  const terms = yield* makeTerms(termsLast)

  const spent = Effect.fnUntraced(function* (request: PaymentRequest, except: number) {
    const now = yield* Clock.currentTimeMillis
    return yield* rows.spent({ currency: currencyOf(request), since: now - day, except })
  })

  const refuse = (operation: string, checks: ReadonlyArray<PaymentCheck>) => {
    const [first, ...others] = problems(checks)
    return first === undefined ? Effect.void : new PaymentBlocked({ operation, problems: [first, ...others] })
  }

  /** Runs inside the transaction that claims the key, so that two payments cannot both fit the rest of a day. */
  const keepsPolicy = Effect.fnUntraced(function* (request: PaymentRequest, except: number) {
    yield* refuse(request.kind, ofPolicy({ policy, request, spent: yield* spent(request, except) }))
  })

  /** `undefined` where the key may not read balances: one that may only withdraw is a good key. */
  const available = (currency: WalletModel.Currency) =>
    wallet.balances.pipe(
      Effect.map((all) => all.find((balance) => balance.currency === currency)?.available ?? Decimal.zero),
      Effect.asSome,
      Effect.catchTag("Forbidden", () => Effect.succeedNone),
      Effect.map(Option.getOrUndefined)
    )

  const check = Effect.fnUntraced(function* (request: PaymentRequest, by: Policy.PaymentPolicy) {
    const currency = currencyOf(request)
    const balance = yield* available(currency)
    const before = yield* spent(request, 0).pipe(translated(request.kind))
    const look = (networks: Terms["networks"]) =>
      preview({ request, networks, available: balance, policy: by, spent: before })
    if (request.kind !== "withdraw") return look(undefined)
    const known = yield* terms.known(currency)
    const looked = look(known.networks)
    // Cached terms may be older than the request that they refuse.
    return known.cached && refusedByTerms(looked.checks) ? look((yield* terms.fresh(currency)).networks) : looked
  })

  return {
    keepsPolicy,
    /** The checks without the policy's; fails where the exchange would not take the payment, as far as that can be known. */
    takes: (request: PaymentRequest) =>
      Effect.tap(check(request, Policy.none), ({ checks }) => refuse(request.kind, checks)),
    preview: (request: PaymentRequest) => check(request, policy)
  }
})

export type Guards = Effect.Effect.Success<ReturnType<typeof makeGuards>>
