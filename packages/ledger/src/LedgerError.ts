/**
 * What can go wrong with the books themselves. Each message says what happened, whether anything was done, and what to do
 * next.
 *
 * @since 0.1.0
 */
import type { WalletError } from "@btse-wallet/core"
import { DateTime, Schema } from "effect"
import { PaymentCandidate } from "./Payment.ts"

type Done = WalletError.Done

/** The key of the payment that failed; null outside payments. */
const paymentKey = Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null })

const withKey = ({ key }: { readonly key: string | null }): string => (key === null ? "" : `, with key ${key}`)

/**
 * The ledger cannot be read or written: the file is a directory, not SQLite, of a newer version, locked, or full. What was
 * not committed was not done.
 *
 * @since 0.1.0
 * @category errors
 */
export class LedgerUnavailable extends Schema.TaggedError<LedgerUnavailable>()("LedgerUnavailable", {
  operation: Schema.String,
  reason: Schema.String,
  advice: Schema.String,
  cause: Schema.optional(Schema.Defect),
  key: paymentKey
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `The ledger cannot be used (${this.reason}); nothing was changed. ${this.advice}`
  }
}

/**
 * Another process holds the ledger for longer than anyone should wait. Nothing was changed.
 *
 * @since 0.1.0
 * @category errors
 */
export class LedgerBusy extends Schema.TaggedError<LedgerBusy>()("LedgerBusy", {
  operation: Schema.String,
  reason: Schema.optionalWith(Schema.String, {
    default: () => "another program is writing to it and did not finish in time"
  }),
  key: paymentKey
}) {
  readonly done: Done = "nothing"
  readonly retryable = true
  override get message(): string {
    return `The ledger is busy: ${this.reason}; nothing was changed by ${this.operation}. Try again when it is done${withKey(this)}.`
  }
}

/**
 * The ledger is not what the program wrote: a verification found problems, of which `first` is one in words. Nothing was done.
 *
 * @since 0.1.0
 * @category errors
 */
export class LedgerTouched extends Schema.TaggedError<LedgerTouched>()("LedgerTouched", {
  operation: Schema.String,
  problems: Schema.Int,
  first: Schema.String
}) {
  readonly retryable = false
  readonly done = "nothing"
  override get message(): string {
    const others = this.problems === 1 ? "" : `, and ${this.problems - 1} more`
    return `The ledger was changed behind the program's back (${this.first}${others}); nothing was done. Run \`btse verify\` to see all of it, keep the file for whoever looks into it, and restore it from a copy.`
  }
}

/**
 * Another process is syncing the same account. Nothing was done by this one.
 *
 * @since 0.1.0
 * @category errors
 */
export class SyncRunning extends Schema.TaggedError<SyncRunning>()("SyncRunning", {
  operation: Schema.String,
  account: Schema.String,
  holder: Schema.String,
  since: Schema.DateTimeUtc
}) {
  readonly done: Done = "nothing"
  readonly retryable = true
  override get message(): string {
    return `Account "${this.account}" is being synced already (by ${this.holder}, since ${DateTime.formatIso(this.since)}); what was committed stays. Wait for it to end; if it was killed, the ledger lets the next one in by itself within seconds.`
  }
}

/**
 * The account was first used with another exchange. Nothing was read or written.
 *
 * @since 0.1.0
 * @category errors
 */
export class AccountMismatch extends Schema.TaggedError<AccountMismatch>()("AccountMismatch", {
  operation: Schema.String,
  account: Schema.String,
  bound: Schema.String,
  asked: Schema.String
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `Account "${this.account}" of this ledger belongs to ${this.bound}, not to ${this.asked}; nothing was read or written. Choose another --ledger or --profile.`
  }
}

/**
 * The ledger holds no such account yet, and only what reads the exchange makes one. Nothing was written.
 *
 * @since 0.1.0
 * @category errors
 */
export class AccountUnknown extends Schema.TaggedError<AccountUnknown>()("AccountUnknown", {
  operation: Schema.String,
  account: Schema.String,
  known: Schema.Array(Schema.String)
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    const known = this.known.length === 0 ? "no account" : `only ${this.known.map((name) => `"${name}"`).join(", ")}`
    return `This ledger holds ${known}, and no account "${this.account}" yet. Run \`btse sync\` first, or choose another --ledger or --profile.`
  }
}

/**
 * There is no snapshot of balances to reconcile against.
 *
 * @since 0.1.0
 * @category errors
 */
export class NoSnapshot extends Schema.TaggedError<NoSnapshot>()("NoSnapshot", {
  operation: Schema.String,
  reason: Schema.String
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `There is nothing to reconcile against: ${this.reason}. Run a sync first, or choose a later time.`
  }
}

/**
 * Balances kept moving while a snapshot was taken. History was stored, the snapshot was not.
 *
 * @since 0.1.0
 * @category errors
 */
export class SnapshotUnsettled extends Schema.TaggedError<SnapshotUnsettled>()("SnapshotUnsettled", {
  operation: Schema.String,
  tries: Schema.Int
}) {
  readonly done: Done = "nothing"
  readonly retryable = true
  override get message(): string {
    return `The account kept moving during ${this.tries} tries to take a snapshot of its balances; history was stored, the snapshot was not. Run the sync again in a quieter moment.`
  }
}

/**
 * One millisecond holds more rows than the exchange will show, so history cannot be proven complete there. Everything else
 * that could be is kept. `others` is how many rows filled its page without being of it: of another time, or of none that can
 * be read.
 *
 * @since 0.1.0
 * @category errors
 */
export class SaturatedMillisecond extends Schema.TaggedError<SaturatedMillisecond>()("SaturatedMillisecond", {
  operation: Schema.String,
  at: Schema.DateTimeUtc,
  rows: Schema.Int,
  others: Schema.Int
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    if (this.others > 0) {
      return `Asked for ${DateTime.formatIso(this.at)} alone, the exchange fills its page with ${this.others} rows that are not of that time, or of none that can be read, so that others may be hidden; what could be read is stored, and coverage leaves out what could not. Look at the gaps and the rows in quarantine with btse status, and ask the exchange for them.`
    }
    return `The exchange shows ${this.rows} rows at ${DateTime.formatIso(this.at)} and perhaps holds more, which no request brings to light; everything else that was read is stored, and coverage leaves that millisecond out. Ask the exchange for that moment's rows.`
  }
}

/**
 * Many answers of the exchange in a row proved nothing: they contradict each other, so history cannot be proven complete.
 * What was closed before is kept.
 *
 * @since 0.1.0
 * @category errors
 */
export class HistoryUnproven extends Schema.TaggedError<HistoryUnproven>()("HistoryUnproven", {
  operation: Schema.String,
  from: Schema.DateTimeUtc,
  to: Schema.DateTimeUtc,
  answers: Schema.Int
}) {
  readonly done: Done = "nothing"
  readonly retryable = true
  override get message(): string {
    return `${this.answers} answers of the exchange in a row proved nothing of its history from ${DateTime.formatIso(this.from)} to ${DateTime.formatIso(this.to)}, for they contradict each other; what was read before is stored, and coverage leaves out what was not. Run the sync again later, and ask the exchange for that time's rows if it stays so.`
  }
}

/**
 * The ledger knows no payment by this id, key or exchange's id.
 *
 * @since 0.1.0
 * @category errors
 */
export class PaymentNotFound extends Schema.TaggedError<PaymentNotFound>()("PaymentNotFound", {
  operation: Schema.String,
  id: Schema.String
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `This ledger holds no payment "${this.id}"; nothing was done. List the payments to see their ids.`
  }
}

/**
 * The idempotency key already stands for another request. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class KeyConflict extends Schema.TaggedError<KeyConflict>()("KeyConflict", {
  operation: Schema.String,
  key: Schema.String
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `The idempotency key "${this.key}" was used before for a different payment; nothing was sent. Use the same request, or a new key.`
  }
}

/**
 * A check before sending failed: the exchange's terms, the balance, or the policy. Nothing was sent, and the key is free.
 *
 * @since 0.1.0
 * @category errors
 */
export class PaymentBlocked extends Schema.TaggedError<PaymentBlocked>()("PaymentBlocked", {
  operation: Schema.String,
  problems: Schema.NonEmptyArray(Schema.String),
  key: paymentKey
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `The payment was not sent: ${this.problems.join("; ")}. Correct the request, or the policy where it is too strict.`
  }
}

/**
 * The exchange carried the payment out, and the ledger could not store that. `orderId` is a withdrawal's id; the other
 * kinds have none. The key never sends again.
 *
 * @since 0.1.0
 * @category errors
 */
export class PaymentUnrecorded extends Schema.TaggedError<PaymentUnrecorded>()("PaymentUnrecorded", {
  operation: Schema.String,
  key: Schema.String,
  orderId: Schema.NullOr(Schema.String),
  cause: Schema.optional(Schema.Defect)
}) {
  readonly done: Done = "carried out"
  readonly retryable = false
  override get message(): string {
    const id = this.orderId === null ? "" : ` as ${this.orderId}`
    return `The exchange carried out ${this.operation}${id}, and the ledger could not store that; the money has moved. Do not send it again; make the ledger writable and run \`btse withdrawals resolve\` (key ${this.key}).`
  }
}

/**
 * A person's decision about a payment that the ledger does not take. Nothing was changed. `candidates` are the rows that
 * could be the payment and were not acknowledged.
 *
 * @since 0.1.0
 * @category errors
 */
export class DecisionRefused extends Schema.TaggedError<DecisionRefused>()("DecisionRefused", {
  operation: Schema.String,
  id: Schema.String,
  problem: Schema.String,
  advice: Schema.String,
  candidates: Schema.Array(PaymentCandidate)
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `Nothing was decided about payment ${this.id}: ${this.problem}. ${this.advice}`
  }
}

/**
 * An adjustment or a reversal that the books do not take. Nothing was written.
 *
 * @since 0.1.0
 * @category errors
 */
export class EntryRefused extends Schema.TaggedError<EntryRefused>()("EntryRefused", {
  operation: Schema.String,
  problem: Schema.String,
  advice: Schema.String
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `Nothing was entered: ${this.problem}. ${this.advice}`
  }
}

/**
 * Rows of an import that the books do not take; `problems` names each with its line. Nothing was imported.
 *
 * @since 0.1.0
 * @category errors
 */
export class ImportRefused extends Schema.TaggedError<ImportRefused>()("ImportRefused", {
  operation: Schema.String,
  problems: Schema.NonEmptyArray(Schema.String)
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    const [first, ...others] = this.problems
    const shown = [first, ...others.slice(0, 4)].join("; ")
    const more = others.length > 4 ? `; and ${others.length - 4} more` : ""
    return `Nothing was imported: ${shown}${more}. Correct the file and import it again.`
  }
}

/**
 * A period that cannot be closed, or was not. Nothing was closed.
 *
 * @since 0.1.0
 * @category errors
 */
export class CloseRefused extends Schema.TaggedError<CloseRefused>()("CloseRefused", {
  operation: Schema.String,
  problem: Schema.String,
  advice: Schema.String
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    const done = this.operation === "close" ? "Nothing was closed: " : ""
    return `${done}${this.problem}. ${this.advice}`
  }
}

/**
 * The reconciliation of a period does not match, and nobody has said why it is to be closed all the same. It was stored, and
 * nothing was closed.
 *
 * @since 0.1.0
 * @category errors
 */
export class PeriodBroken extends Schema.TaggedError<PeriodBroken>()("PeriodBroken", {
  operation: Schema.String,
  period: Schema.String,
  status: Schema.Literal("broken", "incomplete"),
  currencies: Schema.Array(Schema.String)
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    const what = this.status === "broken" ? `breaks in ${this.currencies.join(", ")}` : "is incomplete"
    return `Nothing was closed: the reconciliation of ${this.period} ${what}. Work on it (\`btse breaks list\`, \`btse status\`), or close it with --with-breaks and a reason.`
  }
}

/**
 * A file that no backup is written to. Nothing was written.
 *
 * @since 0.1.0
 * @category errors
 */
export class BackupRefused extends Schema.TaggedError<BackupRefused>()("BackupRefused", {
  operation: Schema.String,
  path: Schema.String,
  problem: Schema.String,
  advice: Schema.String
}) {
  readonly done: Done = "nothing"
  readonly retryable = false
  override get message(): string {
    return `No backup was written to ${this.path}: ${this.problem}; the ledger is as it was. ${this.advice}`
  }
}

/**
 * Everything that the books themselves can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export const LedgerError = Schema.Union(
  LedgerUnavailable,
  LedgerBusy,
  LedgerTouched,
  SyncRunning,
  AccountMismatch,
  AccountUnknown,
  NoSnapshot,
  SnapshotUnsettled,
  SaturatedMillisecond,
  HistoryUnproven,
  PaymentNotFound,
  KeyConflict,
  PaymentBlocked,
  PaymentUnrecorded,
  BackupRefused,
  DecisionRefused,
  EntryRefused,
  ImportRefused,
  CloseRefused,
  PeriodBroken
)

/**
 * @since 0.1.0
 * @category errors
 */
export type LedgerError = typeof LedgerError.Type
