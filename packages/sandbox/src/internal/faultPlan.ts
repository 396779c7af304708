/**
 * Which request meets which fault: those that were called for first, then those that the seed deals out.
 */
import type { Utils } from "effect"
import { Duration } from "effect"
import type { FaultKind, Injection } from "../Fault.ts"
import { below } from "./identifiers.ts"

export interface Faults {
  readonly rate: number
  readonly kinds: ReadonlyArray<FaultKind>
  readonly latency: Duration.Duration
}

export interface Fault extends Pick<Injection, "answer" | "done" | "kind" | "location"> {
  /** How long `latency` takes. */
  readonly delay: Duration.Duration
}

export interface FaultPlan {
  readonly inject: (injection: Injection) => void
  readonly next: (method: string, path: string) => Fault | null
}

export const make = (faults: Faults, random: Utils.PCGRandom): FaultPlan => {
  let injected: ReadonlyArray<Injection> = []

  const called = (method: string, path: string): Injection | null => {
    const injection = injected.find(
      (candidate) => (candidate.method ?? method) === method && (candidate.path ?? path) === path
    )
    if (injection === undefined) return null
    const left = (injection.times ?? 1) - 1
    injected = injected.flatMap((other) =>
      other === injection ? (left > 0 ? [{ ...injection, times: left }] : []) : [other]
    )
    return injection
  }

  // Every request draws the same number of times, so that the rate does not change what else the seed deals out.
  const dealt = (): FaultKind | null => {
    const meets = random.number() < faults.rate
    const kind = faults.kinds[below(random, Math.max(1, faults.kinds.length))]
    return meets ? (kind ?? null) : null
  }

  return {
    inject: (injection) => {
      injected = [...injected, injection]
    },
    next: (method, path) => {
      const drawn = dealt()
      const delay = Duration.millis(Math.round(random.number() * Duration.toMillis(faults.latency)))
      const injection = called(method, path) ?? (drawn === null ? null : { kind: drawn })
      return injection === null ? null : { ...injection, delay }
    }
  }
}
