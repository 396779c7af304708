/**
 * The errors that are the program's own, beside those of the exchange and of the ledger. Each message is a sentence of
 * what happened and a sentence of what to do.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import * as ShellWord from "./ShellWord.ts"

/**
 * Something on the command line or in the environment that cannot be used as it stands. Nothing was sent or written.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  operation: Schema.String,
  problem: Schema.String,
  advice: Schema.String
}) {
  readonly retryable = false
  override get message(): string {
    return `${this.problem} ${this.advice}`
  }
}

/**
 * A variable of the environment is missing or cannot be used. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConfigurationInvalid extends Schema.TaggedError<ConfigurationInvalid>()("ConfigurationInvalid", {
  operation: Schema.String,
  variable: Schema.String,
  problem: Schema.String
}) {
  /** The problem of a variable that is not there. */
  static readonly missing = "is not set"
  readonly retryable = false
  override get message(): string {
    if (this.variable.startsWith("BTSE_API_") && this.problem === ConfigurationInvalid.missing) {
      return `There is half of an API key only: ${this.variable} is not set; nothing was sent. Set BTSE_API_KEY and BTSE_API_SECRET.`
    }
    return `${this.variable} ${this.problem}. Set ${this.variable} in the environment and run the command again.`
  }
}

/**
 * The secret of a profile could not be had from where it comes. What a command printed is not told. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class SecretUnavailable extends Schema.TaggedError<SecretUnavailable>()("SecretUnavailable", {
  operation: Schema.String,
  profile: Schema.String,
  source: Schema.String,
  problem: Schema.String
}) {
  readonly retryable = false
  override get message(): string {
    return `${this.source} that gives the secret of profile ${this.profile} ${this.problem}; nothing was sent. Try it by itself, or change where it comes from with \`btse profile set ${this.profile}\`.`
  }
}

/**
 * What moves money or creates something was not confirmed. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotConfirmed extends Schema.TaggedError<NotConfirmed>()("NotConfirmed", {
  operation: Schema.String,
  interactive: Schema.Boolean,
  did: Schema.Literal("sent", "entered", "decided")
}) {
  readonly retryable = false
  override get message(): string {
    return this.interactive
      ? `Nothing was ${this.did}: it was not confirmed. Run the command again and answer yes to do it.`
      : `Nothing was ${this.did}: ${this.operation} asks before it acts, and there is no terminal to ask on. Add --yes to act without being asked.`
  }
}

/**
 * The ledger's file cannot be opened as one. Nothing was written to it.
 *
 * @since 0.1.0
 * @category errors
 */
export class LedgerFileUnusable extends Schema.TaggedError<LedgerFileUnusable>()("LedgerFileUnusable", {
  operation: Schema.String,
  path: Schema.String,
  reason: Schema.Literal("directory", "no-file", "not-sqlite", "empty", "missing", "no-folder", "unopenable"),
  detail: Schema.optionalWith(Schema.String, { exact: true })
}) {
  readonly retryable = false
  override get message(): string {
    switch (this.reason) {
      case "directory":
        return `${this.path} is a directory, not a ledger file. Name a file with --ledger or BTSE_LEDGER.`
      case "no-file":
        return `${this.path} is a device or a pipe, not a ledger file. Name a file with --ledger or BTSE_LEDGER.`
      case "not-sqlite":
        return `${this.path} is not a SQLite file; it was left as it is. Name another file with --ledger or BTSE_LEDGER.`
      case "empty":
        return `${this.path} is empty: there is no ledger in it, and nothing to verify. Name the ledger's file with --ledger or BTSE_LEDGER.`
      case "no-folder":
        return `There is no folder for a ledger at ${this.path}; nothing was made. Correct --ledger, or make the folder first.`
      case "missing":
        return `There is no ledger at ${this.path} yet. Run \`btse sync\` first, or name another file with --ledger or BTSE_LEDGER.`
      case "unopenable":
        return `The ledger ${this.path} cannot be opened${this.detail === undefined ? "" : ` (${this.detail})`}. Check the path and its permissions, or name another file with --ledger or BTSE_LEDGER.`
    }
  }
}

/**
 * The database did not take a query: it is not SQL, it would write, or a value in it is not a decimal.
 *
 * @since 0.1.0
 * @category errors
 */
export class QueryRefused extends Schema.TaggedError<QueryRefused>()("QueryRefused", {
  operation: Schema.String,
  problem: Schema.String,
  advice: Schema.String
}) {
  readonly retryable = false
  override get message(): string {
    return `${this.problem} ${this.advice}`
  }
}

/**
 * A deposit address that was created earlier has not been used, so that the exchange creates no other. It is named: it
 * is the caller's own.
 *
 * @since 0.1.0
 * @category errors
 */
export class AddressUnused extends Schema.TaggedError<AddressUnused>()("AddressUnused", {
  operation: Schema.String,
  address: Schema.String,
  tag: Schema.NullOr(Schema.String)
}) {
  readonly retryable = false
  override get message(): string {
    const tag = this.tag === null ? "" : ` with the tag ${this.tag}`
    return `No address was created: an earlier one has not been used yet. Use ${this.address}${tag}`
  }
}

/**
 * The books do not agree with the exchange, or it cannot be told whether they do. The report has been printed.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotReconciled extends Schema.TaggedError<NotReconciled>()("NotReconciled", {
  operation: Schema.String,
  status: Schema.Literal("broken", "incomplete"),
  currencies: Schema.Array(Schema.String)
}) {
  readonly retryable = false
  override get message(): string {
    return this.status === "broken"
      ? `The books do not agree with the exchange in ${this.currencies.join(", ")}. Look at the candidates of each break; \`btse sync --full\` walks the whole history again.`
      : "The reconciliation is incomplete: the history has gaps, undecoded rows, or no opening. Run `btse status` to see where, and `btse sync` to close it."
  }
}

/**
 * The records do not explain the balances of some currencies, so the books are not complete. The report has been printed.
 *
 * @since 0.1.0
 * @category errors
 */
export class BalancesUnexplained extends Schema.TaggedError<BalancesUnexplained>()("BalancesUnexplained", {
  operation: Schema.String,
  currencies: Schema.Array(Schema.String)
}) {
  readonly retryable = false
  override get message(): string {
    return `The records do not explain the balances of ${this.currencies.join(", ")}; what was read is kept, and the books are not complete. Run \`btse sync\` again, which reads further back each time, then \`btse reconcile\` to see what is missing.`
  }
}

/**
 * No accounting policy explains what the balances of some currencies did. What was found has been printed.
 *
 * @since 0.1.0
 * @category errors
 */
export class PolicyDoesNotFit extends Schema.TaggedError<PolicyDoesNotFit>()("PolicyDoesNotFit", {
  operation: Schema.String,
  currencies: Schema.Array(Schema.String)
}) {
  readonly retryable = false
  override get message(): string {
    return `No policy explains every interval in ${this.currencies.join(", ")}. Run \`btse reconcile\` with the policy that fits best, and look at the candidates of each break.`
  }
}

/**
 * The ledger is not what the program wrote. The report has been printed.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotVerified extends Schema.TaggedError<NotVerified>()("NotVerified", {
  operation: Schema.String,
  event: Schema.NullOr(Schema.Int),
  problems: Schema.Int
}) {
  readonly retryable = false
  override get message(): string {
    const first = this.event === null ? "its events are as they were written" : `event ${this.event} is the first`
    return `The ledger was changed behind the program's back (${this.problems} found; ${first}). Keep the file for whoever looks into it, and restore it from a copy or sync into a new --ledger.`
  }
}

/**
 * A check of `btse doctor` failed. The report has been printed; the exit code is that of the first check that failed.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotWell extends Schema.TaggedError<NotWell>()("NotWell", {
  operation: Schema.String,
  checks: Schema.Array(Schema.String),
  exitCode: Schema.Literal(2, 3, 4, 5)
}) {
  readonly retryable = false
  override get message(): string {
    return `Not everything is well: ${this.checks.join(", ")}. Do what each of these lines says, and run \`btse doctor\` again.`
  }
}

/** The kind of a payment, and its noun. */
const kind = Schema.optionalWith(Schema.Literal("withdraw", "transfer", "convert"), {
  default: () => "withdraw" as const
})
const nouns = { withdraw: "withdrawal", transfer: "transfer", convert: "conversion" } as const

/**
 * A withdrawal that was followed ended without being completed.
 *
 * @since 0.1.0
 * @category errors
 */
export class WithdrawalNotCompleted extends Schema.TaggedError<WithdrawalNotCompleted>()("WithdrawalNotCompleted", {
  operation: Schema.String,
  withdrawId: Schema.String,
  status: Schema.String
}) {
  readonly retryable = false
  override get message(): string {
    return `Withdrawal ${this.withdrawId} ended ${this.status}, not COMPLETED. Run \`btse withdrawals show ${this.withdrawId}\` to see what happened.`
  }
}

/**
 * A payment may have been sent, and nobody can tell yet.
 *
 * @since 0.1.0
 * @category errors
 */
export class WithdrawalUnknown extends Schema.TaggedError<WithdrawalUnknown>()("WithdrawalUnknown", {
  operation: Schema.String,
  kind,
  key: Schema.String
}) {
  readonly retryable = false
  override get message(): string {
    return `It is not known whether the ${nouns[this.kind]} with key ${this.key} was carried out. Do not send it again: run \`btse withdrawals resolve ${ShellWord.of(this.key)}\`, which looks for it in the history.`
  }
}

/**
 * History did not tell what became of a payment. Where rows fit it, they are named in `candidates`.
 *
 * @since 0.1.0
 * @category errors
 */
export class WithdrawalUndecided extends Schema.TaggedError<WithdrawalUndecided>()("WithdrawalUndecided", {
  operation: Schema.String,
  kind,
  key: Schema.String,
  verdict: Schema.Literal("waiting", "ambiguous", "missing"),
  candidates: Schema.Array(Schema.String)
}) {
  get retryable(): boolean {
    return this.verdict === "waiting"
  }
  override get message(): string {
    const command = `btse withdrawals resolve ${ShellWord.of(this.key)}`
    const payment = `${nouns[this.kind]} with key ${this.key}`
    switch (this.verdict) {
      case "waiting":
        return `It is not known yet whether the ${payment} was carried out: history may still lag. Do not send it again: run \`${command}\` in a while.`
      case "ambiguous":
        return `No row of history is certainly the ${payment}; it may be ${this.candidates.join(" or ")}. Do not send it again: find out whose each row is, and decide with \`${command} --as ORDER_ID --reason TEXT\`, with --is-not where a row is another's, or with --not-sent where it is none.`
      case "missing":
        return `History shows no row for the ${payment} and had time enough. Make sure with the exchange, and tell with \`${command} --not-sent --reason TEXT\`.`
    }
  }
}

/**
 * A payment was not sent, for a reason that passes, and its key is free to send it.
 *
 * @since 0.1.0
 * @category errors
 */
export class WithdrawalNotSent extends Schema.TaggedError<WithdrawalNotSent>()("WithdrawalNotSent", {
  operation: Schema.String,
  kind,
  key: Schema.String,
  reason: Schema.String
}) {
  readonly retryable = true
  override get message(): string {
    return `The ${nouns[this.kind]} with key ${this.key} was not sent (${this.reason.replace(/\.$/, "")}); nothing was done. Run \`btse ${this.kind}\` with the same key to send it.`
  }
}

/**
 * The exchange refused a payment when it was first sent, and its key keeps that outcome. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class WithdrawalRefused extends Schema.TaggedError<WithdrawalRefused>()("WithdrawalRefused", {
  operation: Schema.String,
  kind,
  key: Schema.String,
  reason: Schema.String
}) {
  readonly retryable = false
  override get message(): string {
    return `The ${nouns[this.kind]} with key ${this.key} was refused (${this.reason}); nothing was done. Correct it and send it with a new key.`
  }
}
