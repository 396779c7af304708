/**
 * The books for another program.
 *
 * @since 0.1.0
 */
import type { DateTime, Stream } from "effect"
import { Context } from "effect"
import type { LedgerError } from "./LedgerError.ts"

/**
 * @since 0.1.0
 * @category models
 */
export interface ExportOptions {
  /** Records at or after it, by the exchange's timestamp. */
  readonly since?: DateTime.Utc | undefined
  /** Records at or before it. */
  readonly until?: DateTime.Utc | undefined
}

/**
 * The exports of one account, in an order that depends on the records alone.
 *
 * @since 0.1.0
 * @category services
 */
export class Export extends Context.Tag("@btse-wallet/ledger/Export")<
  Export,
  {
    /** `wallet_history` as RFC 4180 text, a header row first, in pieces of whole rows. */
    readonly csv: (options?: ExportOptions) => Stream.Stream<string, LedgerError>
  }
>() {}
