/**
 * Which accounting policies fit the snapshots, and how sure that is.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import { AccountName } from "../Account.ts"
import { AccountingPolicy, Pending, Rule } from "../AccountingPolicy.ts"

/**
 * A rule tried for a type while all else is as the fitted policy says: in how many of the type's currencies every interval
 * between two snapshots comes out, and in which not.
 *
 * @since 0.1.0
 * @category models
 */
export const TriedRule = Schema.Struct({ ...Rule.fields, fits: Schema.Int, failsIn: Schema.Array(Schema.String) })

/**
 * @since 0.1.0
 * @category models
 */
export interface TriedRule extends Schema.Schema.Type<typeof TriedRule> {}

/**
 * A type that settled. `equal` are the rules that fit as well as `rule`; `decided` is false where one of them would count an
 * ordinary record, whose amount and fee are above zero, otherwise: then `rule` is what the policy said before, if that
 * fits. `tried` has every rule.
 *
 * @since 0.1.0
 * @category models
 */
export const TypeFit = Schema.Struct({
  type: Schema.String,
  currencies: Schema.Int,
  rule: Rule,
  before: Rule,
  changed: Schema.Boolean,
  decided: Schema.Boolean,
  equal: Schema.Array(Rule),
  tried: Schema.Array(TriedRule)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface TypeFit extends Schema.Schema.Type<typeof TypeFit> {}

/**
 * A currency: in how many of its intervals with a movement the fitted policy says what the balance did, and in how many the
 * policy before it.
 *
 * @since 0.1.0
 * @category models
 */
export const CurrencyFit = Schema.Struct({
  currency: Schema.String,
  intervals: Schema.Int,
  fitting: Schema.Int,
  fittingBefore: Schema.Int
})

/**
 * @since 0.1.0
 * @category models
 */
export interface CurrencyFit extends Schema.Schema.Type<typeof CurrencyFit> {}

/**
 * What a fit found: encodes to the JSON of `btse reconcile --fit --json`. `policy` fits `every` currency, `some` or `none`.
 * `complete` is false where the search was cut short, so that another policy may fit better.
 *
 * @since 0.1.0
 * @category models
 */
export const PolicyFit = Schema.Struct({
  account: AccountName,
  from: Schema.DateTimeUtc,
  to: Schema.DateTimeUtc,
  snapshots: Schema.Int,
  fits: Schema.Literal("every", "some", "none"),
  complete: Schema.Boolean,
  policy: AccountingPolicy,
  changed: Schema.Boolean,
  pending: Schema.Struct({ value: Pending, before: Pending, decided: Schema.Boolean }),
  types: Schema.Array(TypeFit),
  currencies: Schema.Array(CurrencyFit)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface PolicyFit extends Schema.Schema.Type<typeof PolicyFit> {}
