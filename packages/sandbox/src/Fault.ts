/**
 * What can go wrong between a client and the exchange, on request: drawn from the seed at a rate, or called for one by one.
 *
 * @since 0.1.0
 */
import type { Duration } from "effect"
import { Schema } from "effect"

const refusals = [401, 403, 404, 405, 429, 451] as const

const pages = [200, 400, 403, 429, 503] as const

/**
 * The faults that a rate draws from by default: those of a network and of a busy exchange.
 *
 * @since 0.1.0
 * @category constants
 */
export const usual = [
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
] as const

/**
 * The faults. The third column decides what a client may conclude; an {@link Injection} can turn it round with `done` where
 * it has an asterisk.
 *
 * | fault | what the client sees | was it done |
 * | --- | --- | --- |
 * | `latency` | the right answer, late | yes |
 * | `reset-before` | the connection is reset | no |
 * | `reset-after` | the connection is reset | yes |
 * | `truncated` | headers and half of the body, then a reset | yes |
 * | `malformed` | half of the body as if it were all | yes |
 * | `empty` | the right status, 200 as a rule, without a body | yes |
 * | `html-502` | HTML of the CDN in front | no* |
 * | `error-500` | the exchange's 500 | no* |
 * | `error-500-after` | the exchange's 500 | yes |
 * | `error-503` | 503 without a body | no* |
 * | `timeout-408` | the exchange's 408 | no* |
 * | `timeout-408-after` | the exchange's 408 | yes |
 * | `system-error` | 400 with code -11, a server fault | no* |
 * | `failure-in-200` | 200 with `success: false` inside | no* |
 * | `rate-limited` | 429, and a block of a second or more begins | no |
 * | `other-429` | a 429 that is not the rate limit | no* |
 * | `repeated-401`, `-403`, `-404`, `-405`, `-429`, `-451` | the exchange's refusal of a proxy's repetition, under its status | yes* |
 * | `repeated-401-bare` and so on | the same refusal without a body | yes* |
 * | `repeated-401-in-200` and so on | the same refusal in an envelope with status 200 | yes* |
 * | `refused-with-id` | 200 with `success: false` and the answer's own fields, a withdrawal's id among them | yes* |
 * | `system-busy` | 400 with code -1 | no* |
 * | `bare-400` | 400 without a body | no* |
 * | `html-200`, `-400`, `-403`, `-429`, `-503` | a CDN's page under that status | no* |
 * | `redirect-302`, `redirect-307` | a redirect to the injection's `location` | no* |
 * | `endless-body` | 200 and blanks without end | no* |
 * | `gzip-bomb` | 200 and a megabyte of gzip that holds a gigabyte of blanks | no* |
 * | `answer` | the injection's own `answer` | no* |
 *
 * @since 0.1.0
 * @category models
 */
export const FaultKind = Schema.Literal(
  ...usual,
  ...refusals.map((status) => `repeated-${status}` as const),
  ...refusals.map((status) => `repeated-${status}-bare` as const),
  ...refusals.map((status) => `repeated-${status}-in-200` as const),
  "refused-with-id",
  "system-busy",
  "bare-400",
  ...pages.map((status) => `html-${status}` as const),
  "redirect-302",
  "redirect-307",
  "endless-body",
  "gzip-bomb",
  "answer"
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
  /** Which. Default {@link usual}. */
  readonly kinds?: ReadonlyArray<FaultKind> | undefined
  /** The longest that `latency` takes. Default 1 second. */
  readonly latency?: Duration.DurationInput | undefined
}

/**
 * An answer given word for word.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly status: number
  readonly body?: string | undefined
  /** `content-type` is `application/json` where it is not among them. */
  readonly headers?: Readonly<Record<string, string>> | undefined
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
  /** Whether the exchange carries the request out before the fault's answer. Default: as {@link FaultKind} has it. */
  readonly done?: boolean | undefined
  /** Where a redirect points to. Default `https://elsewhere.invalid/`. */
  readonly location?: string | undefined
  /** What the fault `answer` answers with. */
  readonly answer?: Answer | undefined
}
