/**
 * Brings the ledger up to date with the exchange, and takes a snapshot of balances.
 *
 * @since 0.1.0
 */
import type { WalletError } from "@btse-wallet/core"
import type { DateTime, Effect } from "effect"
import { Context, Schema } from "effect"
import { AccountName } from "./Account.ts"
import type { LedgerError } from "./LedgerError.ts"
import { InstantSpan } from "./Span.ts"

/**
 * How many rows a sync saw, and what became of them. `seen` counts distinct rows; `vanished` those the exchange no longer
 * shows.
 *
 * @since 0.1.0
 * @category models
 */
export const RecordCounts = Schema.Struct({
  seen: Schema.Int,
  inserted: Schema.Int,
  updated: Schema.Int,
  unchanged: Schema.Int,
  vanished: Schema.Int
})

/**
 * @since 0.1.0
 * @category models
 */
export interface RecordCounts extends Schema.Schema.Type<typeof RecordCounts> {}

/**
 * What a sync did. Encodes to the JSON of `btse sync --json`.
 *
 * @since 0.1.0
 * @category models
 */
export const SyncReport = Schema.Struct({
  account: AccountName,
  requests: Schema.Int,
  records: RecordCounts,
  quarantined: Schema.Int,
  coverage: Schema.Array(InstantSpan),
  snapshot: Schema.String,
  durationMs: Schema.Int
})

/**
 * @since 0.1.0
 * @category models
 */
export interface SyncReport extends Schema.Schema.Type<typeof SyncReport> {}

/**
 * How far a sync is: told after each window that was committed.
 *
 * @since 0.1.0
 * @category models
 */
export interface SyncProgress {
  readonly requests: number
  readonly windows: number
  readonly rows: number
  readonly window: InstantSpan
}

/**
 * @since 0.1.0
 * @category models
 */
export interface SyncOptions {
  /** Where to start; by default at the beginning of history, or where earlier syncs left off. */
  readonly since?: DateTime.Utc | undefined
  /** Where to end; by default now. */
  readonly until?: DateTime.Utc | undefined
  /** Read everything again, so that rows the exchange no longer shows are found. */
  readonly full?: boolean | undefined
  readonly onProgress?: ((progress: SyncProgress) => Effect.Effect<void>) | undefined
}

/**
 * The synchronisation of one account.
 *
 * @since 0.1.0
 * @category services
 */
export class Sync extends Context.Tag("@btse-wallet/ledger/Sync")<
  Sync,
  {
    readonly run: (options?: SyncOptions) => Effect.Effect<SyncReport, WalletError.ReadError | LedgerError>
  }
>() {}
