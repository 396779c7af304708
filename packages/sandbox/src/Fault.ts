/**
 * What can go wrong between a client and the exchange, on request: drawn from the seed at a rate, or called for one by one.
 *
 * @since 0.1.0
 */
import type { Duration } from "effect"
import { Schema } from "effect"

/**
 * The faults. Whether the exchange has done what was asked is what matters to who sent it:
 *
 * | fault | what the client sees | was it done |
 * | --- | --- | --- |
 * | `latency` | the right answer, late | yes |
 * | `reset-before` | the connection is reset | no |
 * | `reset-after` | the connection is reset | yes |
 * | `truncated` | headers and half of the body, then a reset | yes |
 * | `malformed` | half of the body as if it were all | yes |
 * | `empty` | the right status, 200 as a rule, without a body | yes |
 * | `html-502` | HTML of the CDN in front | no |
 * | `error-500` | the exchange's 500 | no |
 * | `error-500-after` | the exchange's 500 | yes |
 * | `error-503` | 503 without a body | no |
 * | `timeout-408` | the exchange's 408 | no |
 * | `timeout-408-after` | the exchange's 408 | yes |
 * | `system-error` | 400 with code -11, a server fault | no |
 * | `failure-in-200` | 200 with `success: false` inside | no |
 * | `rate-limited` | 429, and a block of a second or more begins | no |
 * | `other-429` | a 429 that is not the rate limit | no |
 *
 * @since 0.1.0
 * @category models
 */
export const FaultKind = Schema.Literal(
  "latency",
  "reset-before",
  "reset-after",
  "truncated",
  "malformed",
  "empty",
  "html-502",
  "error-500",
  "error-500-after",
  "error-503",
  "timeout-408",
  "timeout-408-after",
  "system-error",
  "failure-in-200",
  "rate-limited",
  "other-429"
)

/**
 * @since 0.1.0
 * @category models
 */
export type FaultKind = typeof FaultKind.Type

/**
 * Faults drawn from the sandbox's seed.
 *
 * @since 0.1.0
 * @category models
 */
export interface FaultOptions {
  /** How many of the requests meet a fault, from 0 to 1. Default 0. */
  readonly rate?: number | undefined
  /** Which. Default all. */
  readonly kinds?: ReadonlyArray<FaultKind> | undefined
  /** The longest that `latency` takes. Default 1 second. */
  readonly latency?: Duration.DurationInput | undefined
}

/**
 * A fault that is called for: it meets the next `times` requests (default 1) of that method and path, or any where they
 * are not given. The path is as it is signed, without `/spot`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Injection {
  readonly kind: FaultKind
  readonly times?: number | undefined
  readonly method?: string | undefined
  readonly path?: string | undefined
}
