/**
 * The state of the books: how complete they are, and what is still open.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Effect } from "effect"
import { Context, Schema } from "effect"
import { AccountName } from "./Account.ts"
import type { LedgerError } from "./LedgerError.ts"
import { InstantSpan } from "./Span.ts"
import { Withdrawal } from "./Withdrawal.ts"

/**
 * Encodes to the JSON of `btse status --json`. `notFinal` are the records that will still change; `openBreaks` those of the
 * last reconciliation.
 *
 * @since 0.1.0
 * @category models
 */
export const StatusReport = Schema.Struct({
  account: AccountName,
  exchange: Schema.String,
  lastSync: Schema.NullOr(
    Schema.Struct({
      id: Schema.String,
      startedAt: Schema.DateTimeUtc,
      finishedAt: Schema.NullOr(Schema.DateTimeUtc),
      status: Schema.String
    })
  ),
  snapshot: Schema.NullOr(Schema.Struct({ id: Schema.String, at: Schema.DateTimeUtc })),
  coverage: Schema.Array(InstantSpan),
  gaps: Schema.Array(InstantSpan),
  records: Schema.Int,
  notFinal: Schema.Struct({ count: Schema.Int, since: Schema.NullOr(Schema.DateTimeUtc) }),
  quarantined: Schema.Int,
  vanished: Schema.Int,
  unknownTypes: Schema.Array(Schema.String),
  openBreaks: Schema.Array(Schema.Struct({ currency: Schema.String, difference: Decimal.FromText })),
  withdrawalsInFlight: Schema.Array(Withdrawal)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface StatusReport extends Schema.Schema.Type<typeof StatusReport> {}

/**
 * The status of one account's books.
 *
 * @since 0.1.0
 * @category services
 */
export class LedgerStatus extends Context.Tag("@btse-wallet/ledger/LedgerStatus")<
  LedgerStatus,
  { readonly get: Effect.Effect<StatusReport, LedgerError> }
>() {}
