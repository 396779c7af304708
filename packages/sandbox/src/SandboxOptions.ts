/**
 * How a sandbox behaves. Every option has a default; the defaults are an exchange that keeps to version 1.1.0 of the
 * document.
 *
 * @since 0.1.0
 */
import type { Duration, Redacted } from "effect"
import type { FaultOptions } from "./Fault.ts"

/**
 * What an API key may do. `transfer` takes `Wallet` (1.1.0) or `Transfer` (today).
 *
 * @since 0.1.0
 * @category models
 */
export type Permission = "Read" | "Wallet" | "Transfer" | "Withdraw"

/**
 * An API key that the sandbox accepts. All keys belong to one user and share one rate limit, as on the exchange.
 *
 * @since 0.1.0
 * @category models
 */
export interface SandboxKey {
  readonly apiKey: string
  readonly apiSecret: Redacted.Redacted
  readonly permissions: ReadonlyArray<Permission>
}

/**
 * How "Query Wallet History" answers. Nothing of it is documented, so a client must work with all of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface HistoryBehaviour {
  /** The most rows in one answer, whatever `count` says. Default 500. */
  readonly cap?: number | undefined
  /** What a `count` over the cap gets: the cap's rows, or a 400. Default `clip`. */
  readonly overCap?: "clip" | "refuse" | undefined
  /** The rows in an answer to a request without `count`. Default 500. */
  readonly defaultCount?: number | undefined
  /** Default `newest-first`. */
  readonly order?: "newest-first" | "oldest-first" | "shuffled" | undefined
  /** Which rows stay where there are more than fit; `changing` draws it for each answer. Default `newest`. */
  readonly keeps?: "newest" | "oldest" | "changing" | undefined
  /**
   * How many of the rows that are made while the sandbox runs show up late, from 0 to 1, and how late at most; they keep
   * their creation's timestamp, and balances do not wait for them. Default none.
   */
  readonly late?: { readonly share: number; readonly by: Duration.DurationInput } | undefined
  /**
   * How far back from now the history can be asked for, and what a request beyond that gets: a 400, or only what is in
   * reach. Default: all of it.
   */
  readonly reach?: { readonly back: Duration.DurationInput; readonly beyond: "refuse" | "clip" } | undefined
  /** Whether `startTime` and `endTime` belong to the range; `half-open` leaves out `endTime`. Default `inclusive`. */
  readonly bounds?: "inclusive" | "exclusive" | "half-open" | undefined
}

/**
 * When a withdrawal moves on, counted from its request.
 *
 * @since 0.1.0
 * @category models
 */
export interface WithdrawalTimes {
  /** From PENDING to PROCESSING. Default 500 milliseconds. */
  readonly processingAfter?: Duration.DurationInput | undefined
  /** From PROCESSING to COMPLETED or CANCELLED. Default 1.5 seconds. */
  readonly finalAfter?: Duration.DurationInput | undefined
}

/**
 * How the limit of "Rate Limits", 1.1.0, is enforced.
 *
 * @since 0.1.0
 * @category models
 */
export interface RateLimits {
  /** Requests of a user in any sliding second. Default 5. */
  readonly requestsPerSecond?: number | undefined
  /**
   * How much shorter than a second the enforced window is: requests sent a second apart arrive a little less than a
   * second apart when the second has the shorter road. Default 50 milliseconds.
   */
  readonly forgives?: Duration.DurationInput | undefined
  /**
   * What an offence brings. `none`: only the request over the limit is refused. `escalating`: a block of 1 second, then
   * 5 minutes, then 15 minutes, until an hour passes without an offence. Default `none`.
   */
  readonly blocks?: "none" | "escalating" | undefined
  /** A block that is there from the start, as after an offence of an earlier process. Default none. */
  readonly startsBlockedFor?: Duration.DurationInput | undefined
  /** How `Retry-After` is written: both documented dialects exist on the exchange. Default `seconds`. */
  readonly retryAfter?: RetryAfter | undefined
}

/**
 * The dialects of `Retry-After`: seconds to wait, the unlock time as epoch seconds or milliseconds or as an HTTP date, or
 * no header.
 *
 * @since 0.1.0
 * @category models
 */
export type RetryAfter = "seconds" | "epoch-seconds" | "epoch-millis" | "http-date" | "none"

/**
 * The options of a sandbox.
 *
 * @since 0.1.0
 * @category models
 */
export interface SandboxOptions {
  /** The port to listen on, at 127.0.0.1. Default 0: any free one. */
  readonly port?: number | undefined
  /** What the history, the default key, ids and faults are derived from. Default 1. */
  readonly seed?: number | undefined
  /** How many rows the history holds at the start. Default 0. */
  readonly records?: number | undefined
  /** The user's name, as history rows give it. Default `btseUser`. */
  readonly username?: string | undefined
  /** The keys that are accepted. Default: one with every permission, derived from the seed. */
  readonly keys?: ReadonlyArray<SandboxKey> | undefined
  readonly rateLimits?: RateLimits | undefined
  /** How far a nonce may be from the exchange's clock, either way. Default 60 seconds. */
  readonly nonceWindow?: Duration.DurationInput | undefined
  /**
   * How many milliseconds the exchange's clock is ahead of this machine's, negative where it is behind: in the `Date` header, in
   * rows and in the server time. Nonces and the rate limit stay on the machine's clock. Default 0.
   */
  readonly clockSkew?: number | undefined
  readonly withdrawals?: WithdrawalTimes | undefined
  readonly history?: HistoryBehaviour | undefined
  /** The spelling of responses: the document's, or the live exchange's. Default `1.1.0`. */
  readonly dialect?: "1.1.0" | "today" | undefined
  /** Whether history rows write `orderId` as a string or as a bare number (over 2^53). Default `string`. */
  readonly orderIds?: "string" | "number" | undefined
  /** How a history row writes its status. Default: integers in 1.1.0, names today. */
  readonly statuses?: "integer" | "digits" | "name" | undefined
  /**
   * How futures markets are named in the history: always as today (`BTC-PERP`), or so only for `useNewSymbolNaming=true`
   * and otherwise as before December 2022 (`BTCPFC`), as 1.1.0 has it. Default `new`.
   */
  readonly symbols?: "new" | "as-asked" | undefined
  /** What goes wrong, drawn from the seed. Default: nothing. */
  readonly faults?: FaultOptions | undefined
}
