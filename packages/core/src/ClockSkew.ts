/**
 * The skew of this machine's clock, measured by the `Date` header of the exchange's answers.
 *
 * It is kept for the process, under the running clock, so that whoever reads history or writes events can ask for the
 * exchange's time without a request of its own.
 *
 * @since 0.1.0
 */
import { Clock, Duration, Effect, Option } from "effect"
import { globalValue } from "effect/GlobalValue"
import * as ExchangeOrigin from "./ExchangeOrigin.ts"

/**
 * How far this machine's clock is ahead of the exchange's, between two bounds in milliseconds; negative where it is behind.
 *
 * @since 0.1.0
 * @category models
 */
export interface Skew {
  readonly low: number
  readonly high: number
}

interface Measured {
  readonly byExchange: Map<string, Skew>
  last: Skew | undefined
}

const measurements = globalValue(Symbol.for("@btse-wallet/core/ClockSkew"), () => new WeakMap<Clock.Clock, Measured>())

/** A clock that is not further off needs no word, and no correction. */
const tolerated = 3_000

/** A `Date` is cut to the second. */
const resolution = 1_000

/** 2025-01-01: an exchange that names an earlier time has no clock worth following. */
const earliest = 1_735_689_600_000

/** The skew that an answer shows: it was made between its request's sending and its arrival. */
const shown = (date: number, sentAt: number, receivedAt: number): Skew => ({
  low: sentAt - date - resolution,
  high: receivedAt - date
})

/** What two measurements allow; the newer alone where they contradict each other, because a clock was set. */
const narrowed = (before: Skew | undefined, now: Skew): Skew => {
  if (before === undefined || before.low > now.high || before.high < now.low) return now
  return { low: Math.max(before.low, now.low), high: Math.min(before.high, now.high) }
}

/**
 * Takes in the `Date` header of an answer, and when its request was sent and it arrived, in epoch milliseconds. A header that
 * is no date, or that a cache has kept, says nothing.
 *
 * @since 0.1.0
 * @category measuring
 */
export const observe = (
  exchange: URL,
  headers: { readonly [name: string]: string | undefined },
  sentAt: number,
  receivedAt: number
): Effect.Effect<void> =>
  Effect.clockWith((clock) =>
    Effect.sync(() => {
      const date = Date.parse(headers["date"] ?? "")
      if (!(date >= earliest) || (headers["age"] ?? "0") !== "0" || receivedAt < sentAt) return
      const measured = measurements.get(clock) ?? { byExchange: new Map<string, Skew>(), last: undefined }
      measurements.set(clock, measured)
      const origin = ExchangeOrigin.of(exchange)
      measured.last = narrowed(measured.byExchange.get(origin), shown(date, sentAt, receivedAt))
      measured.byExchange.set(origin, measured.last)
    })
  )

/**
 * The skew against an exchange, by its base URL or origin; without one, against the exchange that answered last. None before
 * an answer has shown it.
 *
 * @since 0.1.0
 * @category getters
 */
export const get = (exchange?: string): Effect.Effect<Option.Option<Skew>> =>
  Effect.clockWith((clock) =>
    Effect.sync(() => {
      const measured = measurements.get(clock)
      return Option.fromNullable(
        exchange === undefined ? measured?.last : measured?.byExchange.get(ExchangeOrigin.fromText(exchange))
      )
    })
  )

/**
 * The middle of a skew that is certainly more than a few seconds, in milliseconds; 0 for any other.
 *
 * @since 0.1.0
 * @category getters
 */
export const certain = ({ high, low }: Skew): number =>
  low > tolerated || high < -tolerated ? Math.round((low + high) / 2) : 0

/**
 * The exchange's time in epoch milliseconds, as far as it is known: this machine's, corrected where that is certainly off by
 * more than a few seconds.
 *
 * @since 0.1.0
 * @category getters
 */
export const now = (exchange?: string): Effect.Effect<number> =>
  Effect.zipWith(Clock.currentTimeMillis, get(exchange), (wall, skew) =>
    Option.match(skew, { onNone: () => wall, onSome: (skew) => wall - certain(skew) })
  )

/**
 * A duration in words, by its two largest units.
 *
 * @since 0.1.0
 * @category conversions
 */
export const inWords = (millis: number): string =>
  Duration.format(Duration.seconds(Math.round(Math.abs(millis) / 1_000)))
    .split(" ")
    .slice(0, 2)
    .join(" ")

/**
 * The size and direction of a skew that is certain, as in `1h ahead of the exchange's`; none for any other.
 *
 * @since 0.1.0
 * @category conversions
 */
export const describe = (skew: Skew): Option.Option<string> => {
  const off = certain(skew)
  if (off === 0) return Option.none()
  return Option.some(`${inWords(off)} ${off > 0 ? "ahead of" : "behind"} the exchange's`)
}
