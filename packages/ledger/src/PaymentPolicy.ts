/**
 * Rules that a payment must keep before it is sent, as data: allowed addresses and receivers, and limits.
 *
 * @since 0.1.0
 */
import { Decimal, type WalletModel } from "@btse-wallet/core"
import type { Effect, ParseResult } from "effect"
import { BigDecimal, Schema } from "effect"

const text = Schema.optionalWith(Schema.NonEmptyTrimmedString, { exact: true })
const amount = Schema.optionalWith(Decimal.FromText, { exact: true })

/**
 * A place that may be withdrawn to. Without `currency` or `network` it is allowed for any; without `tag` only where the
 * withdrawal has none. An address is compared letter by letter. `label` is for people.
 *
 * @since 0.1.0
 * @category models
 */
export const AllowedAddress = Schema.Struct({
  address: Schema.NonEmptyTrimmedString,
  currency: text,
  network: text,
  tag: text,
  label: text
})

/**
 * @since 0.1.0
 * @category models
 */
export interface AllowedAddress extends Schema.Schema.Type<typeof AllowedAddress> {}

/**
 * A user of the exchange who may be transferred to. Without `currency` a receiver is allowed for any. User and mail are
 * compared letter by letter. `label` is for people.
 *
 * @since 0.1.0
 * @category models
 */
export const AllowedReceiver = Schema.Struct({
  user: Schema.NonEmptyTrimmedString,
  mail: Schema.NonEmptyTrimmedString,
  currency: text,
  label: text
})

/**
 * @since 0.1.0
 * @category models
 */
export interface AllowedReceiver extends Schema.Schema.Type<typeof AllowedReceiver> {}

/**
 * The most of a currency, in its units: in one payment of any kind, in one withdrawal, and in all payments of this ledger in
 * any 24 hours.
 *
 * @since 0.1.0
 * @category models
 */
export const PaymentLimit = Schema.Struct({ perPayment: amount, perWithdrawal: amount, perDay: amount })

/**
 * @since 0.1.0
 * @category models
 */
export interface PaymentLimit extends Schema.Schema.Type<typeof PaymentLimit> {}

/**
 * A policy. Without `allow` every address is allowed, with an empty one none; likewise `receivers` for transfers. A currency
 * without an entry in `limits` has no limit.
 *
 * @since 0.1.0
 * @category models
 */
export const PaymentPolicy = Schema.Struct({
  allow: Schema.optionalWith(Schema.Array(AllowedAddress), { exact: true }),
  receivers: Schema.optionalWith(Schema.Array(AllowedReceiver), { exact: true }),
  limits: Schema.optionalWith(Schema.Record({ key: Schema.NonEmptyTrimmedString, value: PaymentLimit }), {
    exact: true
  })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface PaymentPolicy extends Schema.Schema.Type<typeof PaymentPolicy> {}

/**
 * Everything is allowed.
 *
 * @since 0.1.0
 * @category policies
 */
export const none: PaymentPolicy = {}

/**
 * Reads a policy from the text of a JSON file. A field that is not known is an error: a limit that is misspelt would be
 * none.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromJson: (json: string) => Effect.Effect<PaymentPolicy, ParseResult.ParseError> = Schema.decode(
  Schema.parseJson(PaymentPolicy),
  { onExcessProperty: "error" }
)

const same = (allowed: string | undefined, asked: string): boolean =>
  allowed === undefined || allowed.toUpperCase() === asked.toUpperCase()

/**
 * The entry that allows where a withdrawal goes; `undefined` where none does.
 *
 * @since 0.1.0
 * @category predicates
 */
export const allowing = (
  allow: ReadonlyArray<AllowedAddress>,
  request: WalletModel.WithdrawRequest
): AllowedAddress | undefined =>
  allow.find(
    ({ address, currency, network, tag }) =>
      address === request.address &&
      (tag ?? "") === (request.tag ?? "") &&
      same(currency, request.currency) &&
      same(network, request.network)
  )

/**
 * The entry that allows a transfer's receiver; `undefined` where none does.
 *
 * @since 0.1.0
 * @category predicates
 */
export const allowingReceiver = (
  receivers: ReadonlyArray<AllowedReceiver>,
  request: WalletModel.TransferRequest
): AllowedReceiver | undefined =>
  receivers.find(
    ({ currency, mail, user }) =>
      user === request.toUser && mail === request.toUserMail && same(currency, request.asset)
  )

/**
 * The limits of a currency; none where the policy does not name it.
 *
 * @since 0.1.0
 * @category getters
 */
export const limitOf = ({ limits }: PaymentPolicy, currency: string): PaymentLimit =>
  Object.entries(limits ?? {}).find(([name]) => same(name, currency))?.[1] ?? {}

/**
 * Whether an amount, or a sum of amounts, keeps to a limit.
 *
 * @since 0.1.0
 * @category predicates
 */
export const within = (limit: BigDecimal.BigDecimal | undefined, amount: BigDecimal.BigDecimal): boolean =>
  limit === undefined || BigDecimal.lessThanOrEqualTo(amount, limit)
