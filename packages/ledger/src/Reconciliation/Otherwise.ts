/**
 * How records of a type could be counted otherwise than the policy has it.
 *
 * @internal
 */
import type { AccountingPolicy, Rule } from "../AccountingPolicy.ts"

const withRule = (policy: AccountingPolicy, type: string, rule: Rule): AccountingPolicy => ({
  ...policy,
  types: { ...policy.types, [type]: rule }
})

const ruleOf = (policy: AccountingPolicy, type: string): Rule => policy.types[type] ?? policy.unknown

export interface Otherwise {
  readonly kind: "fees" | "direction"
  readonly policy: AccountingPolicy
  readonly says: string
}

export const otherwiseOf = (policy: AccountingPolicy, type: string): ReadonlyArray<Otherwise> => {
  const rule = ruleOf(policy, type)
  const extra = rule.fees === "extra"
  const rules: ReadonlyArray<readonly [kind: Otherwise["kind"], rule: Rule, says: string]> = [
    [
      "fees",
      { ...rule, fees: extra ? "included" : "extra" },
      extra ? "fees inside the amount" : "fees beside the amount"
    ],
    ["direction", { ...rule, direction: "in" }, "counted as coming in"],
    ["direction", { ...rule, direction: "out" }, "counted as going out"],
    ["direction", { ...rule, direction: "signed" }, "counted by the sign of the amount"]
  ]
  return rules
    .filter(([, { direction, fees }]) => direction !== rule.direction || fees !== rule.fees)
    .map(([kind, other, says]) => ({ kind, says, policy: withRule(policy, type, other) }))
}
