/**
 * The checks before a payment is sent, decided without reading anything.
 *
 * @internal
 */
import type { WalletModel } from "@btse-wallet/core"
import { CryptoNetwork, Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import type { PaymentRequest } from "../Payment.ts"
import type { PaymentCheck, PaymentPreview } from "../PaymentCheck.ts"
import * as Policy from "../PaymentPolicy.ts"
import type { NetworkTerms } from "./Terms.ts"

export interface Known<Request extends PaymentRequest = PaymentRequest> {
  readonly request: Request
  /** `undefined` where the exchange serves no list of networks, or the payment needs none. */
  readonly networks: ReadonlyArray<NetworkTerms> | undefined
  /** `undefined` where the key may not read balances. */
  readonly available: BigDecimal.BigDecimal | undefined
  readonly policy: Policy.PaymentPolicy
  /** Sum of the ledger's other payments of the last 24 hours in this currency. */
  readonly spent: BigDecimal.BigDecimal
}

type KnownWithdrawal = Known<Extract<PaymentRequest, { kind: "withdraw" }>>

type Name = PaymentCheck["check"]

const passed = (check: Name, detail: string): PaymentCheck => ({ check, outcome: "passed", detail })
const failed = (check: Name, detail: string): PaymentCheck => ({ check, outcome: "failed", detail })
const unchecked = (check: Name, detail: string): PaymentCheck => ({ check, outcome: "unchecked", detail })

const { toText } = Decimal

/** "Max decimal supported is `8` for all currencies", "Withdraw Funds", 1.1.0. */
export const maxDecimals = 8

/** The currency that leaves the wallet. */
export const currencyOf = (request: PaymentRequest): WalletModel.Currency => {
  switch (request.kind) {
    case "withdraw":
      return request.currency
    case "transfer":
      return request.asset
    case "convert":
      return request.from
  }
}

/** The reason for which an amount cannot be asked for at all. */
export const amountProblem = ({ amount, kind }: Pick<PaymentRequest, "amount" | "kind">): string | undefined => {
  const { scale } = BigDecimal.normalize(amount)
  if (kind === "withdraw" && scale > maxDecimals) {
    return `the amount has ${scale} decimals, more than ${maxDecimals} decimals are not taken`
  }
  return BigDecimal.isPositive(amount) ? undefined : "the amount is not above zero"
}

const amountCheck = (request: PaymentRequest): PaymentCheck => {
  const problem = amountProblem(request)
  return problem === undefined
    ? passed("amount", `${toText(request.amount)} ${currencyOf(request)}`)
    : failed("amount", problem)
}

const networkCheck = ({ networks, request }: KnownWithdrawal, on: NetworkTerms | undefined): PaymentCheck => {
  const pair = `${request.currency} on ${request.network}`
  if (networks === undefined) return unchecked("network", "the exchange lists no networks")
  if (on === undefined) {
    const names = networks.flatMap(({ names }) => names.slice(-1))
    const instead = names.length === 0 ? "" : `; it has ${names.join(", ")}`
    return failed("network", `the exchange does not know ${pair}${instead}`)
  }
  return on.withdraw?.enabled === false
    ? failed("network", `the exchange has stopped withdrawals of ${pair}`)
    : passed("network", pair)
}

const minimumCheck = (
  { amount, currency }: WalletModel.WithdrawRequest,
  on: NetworkTerms | undefined
): PaymentCheck => {
  if (on?.withdraw == null) return unchecked("minimum", "the exchange does not tell its minimum")
  const minimum = `the minimum is ${toText(on.withdraw.minimum)} ${currency}`
  return BigDecimal.lessThan(amount, on.withdraw.minimum)
    ? failed("minimum", `${toText(amount)} ${currency} is too little, ${minimum}`)
    : passed("minimum", minimum)
}

/** Whether a place needs a tag is its owner's to know, so that a missing one holds nothing up. */
const tagChecks = ({ tag }: WalletModel.WithdrawRequest, on: NetworkTerms | undefined): ReadonlyArray<PaymentCheck> =>
  on?.tagName == null || (tag ?? "") !== ""
    ? []
    : [unchecked("tag", `addresses of this network may need a ${on.tagName}, and none is given`)]

interface Cost {
  readonly fee: BigDecimal.BigDecimal
  readonly deducted: BigDecimal.BigDecimal
  readonly received: BigDecimal.BigDecimal
}

const costOf = ({ amount, feeOnTop }: WalletModel.WithdrawRequest, on: NetworkTerms | undefined): Cost | undefined => {
  if (on?.withdraw == null) return undefined
  const fee = CryptoNetwork.fee(on.withdraw, amount)
  return feeOnTop
    ? { fee, deducted: BigDecimal.sum(amount, fee), received: amount }
    : { fee, deducted: amount, received: BigDecimal.subtract(amount, fee) }
}

const feeCheck = ({ currency, feeOnTop }: WalletModel.WithdrawRequest, cost: Cost | undefined): PaymentCheck => {
  if (cost === undefined) return unchecked("fee", "the exchange does not tell its fee")
  const detail = `${toText(cost.fee)} ${currency} ${feeOnTop ? "on top of" : "out of"} the amount`
  return BigDecimal.isPositive(cost.received)
    ? passed("fee", detail)
    : failed("fee", `nothing is left of the amount after the fee, ${detail}`)
}

const balanceCheck = ({ available, request }: Known, cost: Cost | undefined): PaymentCheck => {
  if (available === undefined) return unchecked("balance", "the API key may not read balances")
  const needed = cost?.deducted ?? request.amount
  const detail = `${toText(available)} ${currencyOf(request)} available, ${toText(needed)} needed`
  return BigDecimal.lessThan(available, needed) ? failed("balance", detail) : passed("balance", detail)
}

export type Judged = Pick<Known, "policy" | "request" | "spent">

const allowed = (label: string | undefined): string =>
  label === undefined ? "allowed by the policy" : `allowed by the policy as ${label}`

const receiverChecks = ({ policy, request }: Judged): ReadonlyArray<PaymentCheck> => {
  if (request.kind === "withdraw" && policy.allow !== undefined) {
    const by = Policy.allowing(policy.allow, request)
    const detail = "the policy does not allow this address, with this tag, for this currency and network"
    return [by === undefined ? failed("address", detail) : passed("address", allowed(by.label))]
  }
  if (request.kind === "transfer" && policy.receivers !== undefined) {
    const by = Policy.allowingReceiver(policy.receivers, request)
    const detail = "the policy does not allow this user, with this mail, for this currency"
    return [by === undefined ? failed("receiver", detail) : passed("receiver", allowed(by.label))]
  }
  return []
}

/** Limits are of the amount asked for; a fee on top does not count. */
const limitChecks = ({ policy, request, spent }: Judged): ReadonlyArray<PaymentCheck> => {
  const currency = currencyOf(request)
  const { perDay, perPayment, perWithdrawal } = Policy.limitOf(policy, currency)
  const checks: Array<PaymentCheck> = []
  const each = (limit: BigDecimal.BigDecimal | undefined, one: string) => {
    if (limit === undefined) return
    const detail = `at most ${toText(limit)} ${currency} in one ${one}`
    checks.push((Policy.within(limit, request.amount) ? passed : failed)("limit", detail))
  }
  each(perPayment, "payment")
  if (request.kind === "withdraw") each(perWithdrawal, "withdrawal")
  if (perDay !== undefined) {
    const sum = BigDecimal.sum(spent, request.amount)
    const detail = `${toText(sum)} ${currency} with this in 24 hours, at most ${toText(perDay)}`
    checks.push((Policy.within(perDay, sum) ? passed : failed)("limit per day", detail))
  }
  return checks
}

/** The checks that the policy alone decides. */
export const ofPolicy = (judged: Judged): ReadonlyArray<PaymentCheck> => [
  ...receiverChecks(judged),
  ...limitChecks(judged)
]

const networkOf = ({ networks, request }: KnownWithdrawal): NetworkTerms | undefined =>
  // The document itself writes one network as `Bitcoin` and as `BITCOIN`.
  networks?.find(({ names }) => names.some((name) => name.toUpperCase() === request.network.toUpperCase()))

const ofWithdrawal = (known: KnownWithdrawal): PaymentPreview => {
  const { request } = known
  const on = networkOf(known)
  const cost = costOf(request, on)
  return {
    checks: [
      amountCheck(request),
      networkCheck(known, on),
      minimumCheck(request, on),
      ...tagChecks(request, on),
      feeCheck(request, cost),
      balanceCheck(known, cost),
      ...ofPolicy(known)
    ],
    fee: cost?.fee ?? null,
    deducted: cost?.deducted ?? null,
    received: cost?.received ?? null
  }
}

export const preview = (known: Known): PaymentPreview => {
  const { request } = known
  return request.kind === "withdraw"
    ? ofWithdrawal({ ...known, request })
    : {
        checks: [amountCheck(request), balanceCheck(known, undefined), ...ofPolicy(known)],
        fee: null,
        deducted: null,
        received: null
      }
}

export const problems = (checks: ReadonlyArray<PaymentCheck>): ReadonlyArray<string> =>
  checks.flatMap(({ check, detail, outcome }) => (outcome === "failed" ? [`${check}: ${detail}`] : []))

/** Whether newer terms could pass a request that these do not. */
export const refusedByTerms = (checks: ReadonlyArray<PaymentCheck>): boolean =>
  checks.some(({ check, outcome }) => outcome === "failed" && /^(network|minimum|fee|balance)$/.test(check))
