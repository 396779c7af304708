/**
 * "Rate Limits", 1.1.0: so many requests of a user in any sliding second, and what an offence brings.
 */
import { Duration } from "effect"
import { httpDate } from "./http/responses.ts"
import type { RetryAfter } from "../SandboxOptions.ts"
import type { Limits } from "./settings.ts"

export interface RateLimit {
  /** `null` where the request may pass, else when (epoch milliseconds) the user may come again. */
  readonly unlockOf: (user: string, now: number) => number | null
  /** Begins a block, or lengthens one, and answers its end. */
  readonly block: (user: string, now: number) => number
}

interface Bucket {
  /** When the requests that still count arrived, oldest first. */
  readonly passed: Array<number>
  offences: number
  lastOffence: number
  blockedUntil: number
}

const second = 1_000
const blocks: ReadonlyArray<number> = [second, 300 * second, 900 * second]
const forgotten = 3_600 * second
/** What was on the road when a block began is refused, but not held against the user. */
const onTheRoad = 250

export const make = (limits: Limits, start: number): RateLimit => {
  const window = second - Duration.toMillis(limits.forgives)
  const startsFree = start + Duration.toMillis(limits.startsBlockedFor)
  const buckets = new Map<string, Bucket>()

  const bucketOf = (user: string): Bucket => {
    const known = buckets.get(user)
    if (known !== undefined) return known
    const fresh: Bucket = {
      passed: [],
      offences: startsFree > start ? 1 : 0,
      lastOffence: start,
      blockedUntil: startsFree
    }
    buckets.set(user, fresh)
    return fresh
  }

  const block = (bucket: Bucket, now: number): number => {
    if (now - bucket.lastOffence >= forgotten) bucket.offences = 0
    const level = limits.blocks === "escalating" ? Math.min(bucket.offences, blocks.length - 1) : 0
    bucket.blockedUntil = Math.max(bucket.blockedUntil, now + (blocks[level] ?? second))
    bucket.offences += 1
    bucket.lastOffence = now
    return bucket.blockedUntil
  }

  return {
    unlockOf: (user, now) => {
      const bucket = bucketOf(user)
      if (now < bucket.blockedUntil) {
        const forgiven = limits.blocks === "none" || now - bucket.lastOffence <= onTheRoad
        return forgiven ? bucket.blockedUntil : block(bucket, now)
      }
      let oldest = bucket.passed[0]
      while (oldest !== undefined && now - oldest >= window) {
        bucket.passed.shift()
        oldest = bucket.passed[0]
      }
      if (oldest !== undefined && bucket.passed.length >= limits.requestsPerSecond) {
        return limits.blocks === "escalating" ? block(bucket, now) : oldest + second
      }
      bucket.passed.push(now)
      return null
    },
    block: (user, now) => block(bucketOf(user), now)
  }
}

/** The `Retry-After` of a 429 in the dialect; whole units, rounded up so that nobody comes too early. */
export const retryAfter = (dialect: RetryAfter, unlock: number, now: number): string | null => {
  switch (dialect) {
    case "none":
      return null
    case "epoch-millis":
      return `${unlock}`
    case "epoch-seconds":
      return `${Math.ceil(unlock / second)}`
    case "http-date":
      return httpDate(Math.ceil(unlock / second) * second)
    case "seconds":
      return `${Math.max(1, Math.ceil((unlock - now) / second))}`
  }
}
