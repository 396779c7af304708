/**
 * The options with their defaults filled in.
 */
import { Duration, Redacted } from "effect"
import type { Permission, RateLimits, RetryAfter, SandboxKey, SandboxOptions } from "../SandboxOptions.ts"
import { usual } from "../Fault.ts"
import type { Faults } from "./faultPlan.ts"
import type { Behaviour } from "./historyStore.ts"
import { hex, random } from "./identifiers.ts"
import type { Times } from "./withdrawals.ts"

export interface Limits {
  readonly requestsPerSecond: number
  readonly forgives: Duration.Duration
  readonly blocks: "none" | "escalating"
  readonly retryAfter: RetryAfter
  readonly startsBlockedFor: Duration.Duration
}

export interface Settings {
  readonly port: number
  readonly seed: number
  readonly records: number
  readonly username: string
  readonly keys: readonly [SandboxKey, ...ReadonlyArray<SandboxKey>]
  readonly rateLimits: Limits
  readonly nonceWindow: Duration.Duration
  /** Milliseconds that the exchange's clock is ahead of the machine's. */
  readonly clockSkew: number
  readonly withdrawals: Times
  readonly history: Behaviour
  readonly dialect: "1.1.0" | "today"
  readonly orderIds: "string" | "number"
  readonly statuses: "integer" | "digits" | "name"
  readonly symbols: "new" | "as-asked"
  readonly faults: Faults
}

const everything: ReadonlyArray<Permission> = ["Read", "Wallet", "Transfer", "Withdraw"]

const seededKey = (seed: number): SandboxKey => {
  const source = random(seed, 0)
  return { apiKey: hex(source, 64), apiSecret: Redacted.make(hex(source, 64)), permissions: everything }
}

const limits = (options: RateLimits): Limits => ({
  requestsPerSecond: options.requestsPerSecond ?? 5,
  forgives: Duration.decode(options.forgives ?? "50 millis"),
  blocks: options.blocks ?? "none",
  retryAfter: options.retryAfter ?? "seconds",
  startsBlockedFor: Duration.decode(options.startsBlockedFor ?? Duration.zero)
})

export const resolve = (options: SandboxOptions): Settings => {
  const seed = options.seed ?? 1
  const [key = seededKey(seed), ...otherKeys] = options.keys ?? []
  return {
    port: options.port ?? 0,
    seed,
    records: options.records ?? 0,
    username: options.username ?? "btseUser",
    keys: [key, ...otherKeys],
    rateLimits: limits(options.rateLimits ?? {}),
    nonceWindow: Duration.decode(options.nonceWindow ?? "60 seconds"),
    clockSkew: options.clockSkew ?? 0,
    withdrawals: {
      processingAfter: Duration.decode(options.withdrawals?.processingAfter ?? "500 millis"),
      finalAfter: Duration.decode(options.withdrawals?.finalAfter ?? "1500 millis")
    },
    history: {
      cap: options.history?.cap ?? 500,
      overCap: options.history?.overCap ?? "clip",
      defaultCount: options.history?.defaultCount ?? 500,
      order: options.history?.order ?? "newest-first",
      keeps: options.history?.keeps ?? "newest",
      bounds: options.history?.bounds ?? "inclusive",
      reach: {
        back: Duration.decode(options.history?.reach?.back ?? Duration.infinity),
        beyond: options.history?.reach?.beyond ?? "clip"
      },
      late: {
        share: options.history?.late?.share ?? 0,
        by: Duration.decode(options.history?.late?.by ?? Duration.zero)
      }
    },
    dialect: options.dialect ?? "1.1.0",
    orderIds: options.orderIds ?? "string",
    statuses: options.statuses ?? (options.dialect === "today" ? "name" : "integer"),
    symbols: options.symbols ?? "new",
    faults: {
      rate: options.faults?.rate ?? 0,
      kinds: options.faults?.kinds ?? usual,
      latency: Duration.decode(options.faults?.latency ?? "1 seconds")
    }
  }
}
