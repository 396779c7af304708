/**
 * The checks before a withdrawal is sent, decided from what was read, without reading anything.
 *
 * @internal
 */
import type { WalletModel } from "@btse-wallet/core"
import { CryptoNetwork, Decimal } from "@btse-wallet/core"
import { BigDecimal } from "effect"
import type { WithdrawalCheck, WithdrawalPreview } from "../WithdrawalCheck.ts"
import * as Policy from "../WithdrawalPolicy.ts"
import type { NetworkTerms } from "./Terms.ts"

export interface Known {
  readonly request: WalletModel.WithdrawRequest
  /** `undefined` where the exchange serves no list of networks. */
  readonly networks: ReadonlyArray<NetworkTerms> | undefined
  /** `undefined` where the key may not read balances. */
  readonly available: BigDecimal.BigDecimal | undefined
  readonly policy: Policy.WithdrawalPolicy
  /** What the ledger's other withdrawals of the last 24 hours add up to. */
  readonly spent: BigDecimal.BigDecimal
}

type Name = WithdrawalCheck["check"]

const passed = (check: Name, detail: string): WithdrawalCheck => ({ check, outcome: "passed", detail })
const failed = (check: Name, detail: string): WithdrawalCheck => ({ check, outcome: "failed", detail })
const unchecked = (check: Name, detail: string): WithdrawalCheck => ({ check, outcome: "unchecked", detail })

const { toText } = Decimal

/** "Max decimal supported is `8` for all currencies", "Withdraw Funds", 1.1.0. */
export const maxDecimals = 8

/** Why an amount cannot be asked for at all. */
export const amountProblem = (amount: BigDecimal.BigDecimal): string | undefined => {
  const { scale } = BigDecimal.normalize(amount)
  if (scale > maxDecimals) return `the amount has ${scale} decimals, more than ${maxDecimals} decimals are not taken`
  return BigDecimal.isPositive(amount) ? undefined : "the amount is not above zero"
}

const amountCheck = ({ amount, currency }: WalletModel.WithdrawRequest): WithdrawalCheck => {
  const problem = amountProblem(amount)
  return problem === undefined ? passed("amount", `${toText(amount)} ${currency}`) : failed("amount", problem)
}

const networkCheck = ({ networks, request }: Known, on: NetworkTerms | undefined): WithdrawalCheck => {
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
): WithdrawalCheck => {
  if (on?.withdraw == null) return unchecked("minimum", "the exchange does not tell its minimum")
  const minimum = `the minimum is ${toText(on.withdraw.minimum)} ${currency}`
  return BigDecimal.lessThan(amount, on.withdraw.minimum)
    ? failed("minimum", `${toText(amount)} ${currency} is too little, ${minimum}`)
    : passed("minimum", minimum)
}

/** Whether a place needs a tag is its owner's to know, so that a missing one holds nothing up. */
const tagChecks = (
  { tag }: WalletModel.WithdrawRequest,
  on: NetworkTerms | undefined
): ReadonlyArray<WithdrawalCheck> =>
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

const feeCheck = ({ currency, feeOnTop }: WalletModel.WithdrawRequest, cost: Cost | undefined): WithdrawalCheck => {
  if (cost === undefined) return unchecked("fee", "the exchange does not tell its fee")
  const detail = `${toText(cost.fee)} ${currency} ${feeOnTop ? "on top of" : "out of"} the amount`
  return BigDecimal.isPositive(cost.received)
    ? passed("fee", detail)
    : failed("fee", `nothing is left of the amount after the fee, ${detail}`)
}

const balanceCheck = ({ available, request }: Known, cost: Cost | undefined): WithdrawalCheck => {
  if (available === undefined) return unchecked("balance", "the API key may not read balances")
  const needed = cost?.deducted ?? request.amount
  const detail = `${toText(available)} ${request.currency} available, ${toText(needed)} needed`
  return BigDecimal.lessThan(available, needed) ? failed("balance", detail) : passed("balance", detail)
}

export type Judged = Pick<Known, "policy" | "request" | "spent">

const addressChecks = ({ policy, request }: Judged): ReadonlyArray<WithdrawalCheck> => {
  if (policy.allow === undefined) return []
  const by = Policy.allowing(policy.allow, request)
  return [
    by === undefined
      ? failed("address", "the policy does not allow this address, with this tag, for this currency and network")
      : passed("address", by.label === undefined ? "allowed by the policy" : `allowed by the policy as ${by.label}`)
  ]
}

/** Limits are of what was asked for; a fee on top does not count. */
const limitChecks = ({ policy, request, spent }: Judged): ReadonlyArray<WithdrawalCheck> => {
  const { perDay, perWithdrawal } = Policy.limitOf(policy, request.currency)
  const checks: Array<WithdrawalCheck> = []
  if (perWithdrawal !== undefined) {
    const detail = `at most ${toText(perWithdrawal)} ${request.currency} in one withdrawal`
    checks.push((Policy.within(perWithdrawal, request.amount) ? passed : failed)("limit", detail))
  }
  if (perDay !== undefined) {
    const sum = BigDecimal.sum(spent, request.amount)
    const detail = `${toText(sum)} ${request.currency} with this in 24 hours, at most ${toText(perDay)}`
    checks.push((Policy.within(perDay, sum) ? passed : failed)("limit per day", detail))
  }
  return checks
}

/** The checks that the policy alone decides. */
export const ofPolicy = (judged: Judged): ReadonlyArray<WithdrawalCheck> => [
  ...addressChecks(judged),
  ...limitChecks(judged)
]

const networkOf = ({ networks, request }: Known): NetworkTerms | undefined =>
  // The document itself writes one network as `Bitcoin` and as `BITCOIN`.
  networks?.find(({ names }) => names.some((name) => name.toUpperCase() === request.network.toUpperCase()))

export const preview = (known: Known): WithdrawalPreview => {
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

export const problems = (checks: ReadonlyArray<WithdrawalCheck>): ReadonlyArray<string> =>
  checks.flatMap(({ check, detail, outcome }) => (outcome === "failed" ? [`${check}: ${detail}`] : []))

/** Whether newer terms could let pass what these do not. */
export const refusedByTerms = (checks: ReadonlyArray<WithdrawalCheck>): boolean =>
  checks.some(({ check, outcome }) => outcome === "failed" && /^(network|minimum|fee|balance)$/.test(check))
