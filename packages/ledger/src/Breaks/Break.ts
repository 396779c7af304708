/**
 * A break as people work on it: a difference that a reconciliation found, and what was done about it.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Schema } from "effect"

/**
 * What can happen to a break. Reconciliations open it, see that its difference has changed, and that it is gone (`matched`);
 * people assign, note, resolve and reopen it; a reconciliation that finds it again reopens it too.
 *
 * @since 0.1.0
 * @category models
 */
export const StepKind = Schema.Literal("opened", "changed", "assigned", "noted", "resolved", "matched", "reopened")

/**
 * @since 0.1.0
 * @category models
 */
export type StepKind = typeof StepKind.Type

const nullable = Schema.NullOr(Schema.String)

/**
 * A step of the work on a break. `reconciliation` is the one that took it; `entry` the adjustment that resolves the break.
 *
 * @since 0.1.0
 * @category models
 */
export const BreakStep = Schema.Struct({
  step: StepKind,
  at: Schema.DateTimeUtc,
  reconciliation: nullable,
  difference: Schema.NullOr(Decimal.FromText),
  assignee: nullable,
  text: nullable,
  reference: nullable,
  entry: nullable
})

/**
 * @since 0.1.0
 * @category models
 */
export interface BreakStep extends Schema.Schema.Type<typeof BreakStep> {}

/**
 * A break. `difference` is actual - expected as last seen, between `from` and `to`, under `policy`; `born` is the interval in
 * which it first appeared, where that is known. `resolved` is what a person entered an adjustment for; `matched` what a
 * later reconciliation, under the same policy and of all the time in which the difference came about, found gone.
 *
 * @since 0.1.0
 * @category models
 */
export const Break = Schema.Struct({
  id: Schema.String,
  currency: Schema.String,
  difference: Decimal.FromText,
  status: Schema.Literal("open", "resolved", "matched"),
  assignee: nullable,
  openedAt: Schema.DateTimeUtc,
  from: Schema.DateTimeUtc,
  to: Schema.DateTimeUtc,
  opening: Schema.Literal("zero", "snapshot"),
  born: Schema.NullOr(Schema.Struct({ from: Schema.DateTimeUtc, to: Schema.DateTimeUtc })),
  policy: Schema.String,
  /** Null where an earlier version, which did not note it, saw the break last. */
  policyDigest: nullable,
  reconciliation: Schema.String,
  steps: Schema.Array(BreakStep)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Break extends Schema.Schema.Type<typeof Break> {}

/**
 * Whether a break was last seen under a reconciliation's policy: by the policy's digest, and by its name where an earlier
 * version has noted no digest.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isUnderPolicy = (
  one: Pick<Break, "policy" | "policyDigest">,
  { policy, policyDigest }: { readonly policy: string; readonly policyDigest: string }
): boolean => (one.policyDigest === null ? one.policy === policy : one.policyDigest === policyDigest)
