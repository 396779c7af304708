/**
 * Notes on a machine's clock that is off, where it matters to the books.
 *
 * @since 0.1.0
 */
import { ClockSkew } from "@btse-wallet/core"
import { Effect, Option } from "effect"
import * as Output from "./Output.ts"

const advice =
  "Times in the books follow the exchange's clock. Set this machine's by NTP: requests are signed with its time."

/**
 * Prints a note where the exchange's answers have shown that this machine's clock is off by more than a few seconds.
 *
 * @since 0.1.0
 * @category notes
 */
export const current = Effect.flatMap(ClockSkew.get(), (skew) =>
  Option.match(Option.flatMap(skew, ClockSkew.describe), {
    onNone: () => Effect.void,
    onSome: (skew) => Output.note(`This machine's clock is ${skew}. ${advice}`)
  })
)

/**
 * Prints a note where the clock was off by so many milliseconds when the last snapshot was taken.
 *
 * @since 0.1.0
 * @category notes
 */
export const atSnapshot = (ahead: Option.Option<number>) =>
  Option.match(ahead, {
    onNone: () => Effect.void,
    onSome: (millis) =>
      Output.note(
        `When the last snapshot was taken this machine's clock was at least ${ClockSkew.inWords(millis)} ${millis > 0 ? "ahead of" : "behind"} the exchange's. ${advice}`
      )
  })
