/**
 * Instants for eyes: in the time zone of the person who reads them, or in UTC. What programs read is always UTC, and does
 * not come from here.
 *
 * @since 0.1.0
 */
import { DateTime, Option } from "effect"
import type { Style } from "./Style.ts"

const isUtc = /^(?:Etc\/)?(?:UTC|UCT|GMT(?:[+-]?0)?|Greenwich|Universal|Zulu)$/

/**
 * The machine's time zone, from TZ or the system's settings; `undefined` where that is UTC, or one that is not known.
 *
 * @since 0.1.0
 * @category constructors
 */
export const machineZone = (): DateTime.TimeZone | undefined =>
  // Asked by name: the runtime itself may name one that it does not know, as Etc/Unknown, or, where TZ is nonsense, none.
  Option.fromNullable<string | undefined>(new Intl.DateTimeFormat().resolvedOptions().timeZone).pipe(
    Option.flatMap(DateTime.zoneMakeNamed),
    Option.filter(({ id }) => !isUtc.test(id)),
    Option.getOrUndefined
  )

/**
 * An instant as ISO 8601 with milliseconds: `2026-11-22T19:25:39.361Z` in UTC, elsewhere with the zone's offset of that
 * moment, as `2026-11-22T20:25:39.361+01:00`. Both are what a `T` of the command line takes.
 *
 * @since 0.1.0
 * @category rendering
 */
export const text = (at: DateTime.Utc, { timeZone }: Style): string =>
  timeZone === undefined ? DateTime.formatIso(at) : DateTime.formatIsoOffset(DateTime.setZone(at, timeZone))

/**
 * A span, from its first instant to its last.
 *
 * @since 0.1.0
 * @category rendering
 */
export const span = ({ from, to }: { readonly from: DateTime.Utc; readonly to: DateTime.Utc }, style: Style): string =>
  `${text(from, style)} to ${text(to, style)}`
