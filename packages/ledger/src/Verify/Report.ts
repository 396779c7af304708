/**
 * What a verification says.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import { InstantSpan } from "../Span.ts"

/**
 * Something in the ledger that is not what the program wrote. `table` and `row` say where, `event` the number of the event
 * that it belongs to; `problem` is a sentence.
 *
 * @since 0.1.0
 * @category models
 */
export const Finding = Schema.Struct({
  table: Schema.String,
  row: Schema.String,
  event: Schema.NullOr(Schema.Int),
  problem: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Finding extends Schema.Schema.Type<typeof Finding> {}

/**
 * How much of an account's history is known to be complete. A gap or a row in quarantine is no sign of tampering: the next
 * sync closes it, or says why it cannot.
 *
 * @since 0.1.0
 * @category models
 */
export const VerifiedAccount = Schema.Struct({
  account: Schema.String,
  records: Schema.Int,
  coverage: Schema.Array(InstantSpan),
  gaps: Schema.Array(InstantSpan),
  quarantined: Schema.Int
})

/**
 * @since 0.1.0
 * @category models
 */
export interface VerifiedAccount extends Schema.Schema.Type<typeof VerifiedAccount> {}

/**
 * An event of the chain with its hash, which covers everything before it.
 *
 * @since 0.1.0
 * @category models
 */
export const ChainHead = Schema.Struct({ event: Schema.Int, hash: Schema.String })

/**
 * The last verification of a ledger: when it was, the head that it verified, and how many problems it found. `holds` is false
 * where the chain has another hash at that event now: the ledger was changed since, or the note of the verification was.
 *
 * @since 0.1.0
 * @category models
 */
export const LastVerification = Schema.Struct({
  at: Schema.DateTimeUtc,
  head: ChainHead,
  problems: Schema.Int,
  holds: Schema.Boolean
})

/**
 * @since 0.1.0
 * @category models
 */
export interface LastVerification extends Schema.Schema.Type<typeof LastVerification> {}

/**
 * The verification of a whole ledger file. Encodes to the JSON of `btse verify --json`. `empty` is a ledger without accounts and
 * events, which proves nothing. `firstTouched` is the number of the first event that is not what was written: changed, missing,
 * inserted, or not where it was. `head` is the last event with its hash: kept elsewhere, it proves later that nothing before it
 * was touched. `kept` is a head that was kept elsewhere, where one was given, with the number of its event; null where no event
 * has its hash, which is a finding. `findings` are at most {@link mostFindings}.
 *
 * @since 0.1.0
 * @category models
 */
export const VerifyReport = Schema.Struct({
  status: Schema.Literal("intact", "touched", "empty"),
  events: Schema.Int,
  records: Schema.Int,
  head: ChainHead,
  kept: Schema.NullOr(Schema.Struct({ event: Schema.NullOr(Schema.Int), hash: Schema.String })),
  firstTouched: Schema.NullOr(Schema.Int),
  problems: Schema.Int,
  findings: Schema.Array(Finding),
  accounts: Schema.Array(VerifiedAccount)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface VerifyReport extends Schema.Schema.Type<typeof VerifyReport> {}

/**
 * More findings than this are only counted.
 *
 * @since 0.1.0
 * @category constants
 */
export const mostFindings = 20
