/**
 * The status of a wallet history row: an integer in version 1.1.0, a name today, an open set always.
 *
 * @since 0.1.0
 */

const names: Readonly<Record<string, KnownStatus>> = {
  "1": "PENDING",
  "2": "PROCESSING",
  "10": "COMPLETED",
  "16": "CANCELLED",
  PENDING: "PENDING",
  PROCESSING: "PROCESSING",
  COMPLETED: "COMPLETED",
  CANCELLED: "CANCELLED",
  EXPIRED: "EXPIRED",
  FAILURE: "FAILURE"
}

/**
 * The statuses that are documented: four as integers in 1.1.0 ("Query Wallet History"), two more by name since.
 *
 * @since 0.1.0
 * @category models
 */
export type KnownStatus = "PENDING" | "PROCESSING" | "COMPLETED" | "CANCELLED" | "EXPIRED" | "FAILURE"

/**
 * A known status, or the exchange's own text where the status is unknown.
 *
 * @since 0.1.0
 * @category models
 */
export type RecordStatus = KnownStatus | (string & Record<never, never>)

const final: ReadonlySet<string> = new Set<KnownStatus>(["COMPLETED", "CANCELLED", "EXPIRED", "FAILURE"])

/**
 * Reads a status from its literal: `10`, `"10"`, `completed` and `COMPLETED` are one. An unknown one is kept as it is.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromWire = (literal: string): RecordStatus => names[literal.trim().toUpperCase()] ?? literal

/**
 * Whether a row with this status will change no more. An unknown status is not final.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isFinal = (status: RecordStatus): boolean => final.has(status)

/**
 * Whether a row with this status is known by name.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isKnown = (status: RecordStatus): status is KnownStatus => status in names && names[status] === status

/**
 * Whether a row with this status has moved money for good.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isSettled = (status: RecordStatus): boolean => status === "COMPLETED"
