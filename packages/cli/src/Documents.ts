/**
 * The document that `--json` makes of each command: the schemas that a program reads them with.
 *
 * @since 0.1.0
 */
import {
  Breaks,
  Closes,
  Entries,
  Export,
  LedgerStatus,
  Reconciliation,
  Sync,
  Verify,
  Payment
} from "@btse-wallet/ledger"
import { Schema } from "effect"
import * as Doctor from "./Doctor.ts"
import * as Document from "./Document.ts"
import { FailureDocument } from "./Failure/Document.ts"
import { Rows } from "./Query/Rows.ts"

/**
 * The schema of each command's document, by the command's words; with an option where that option changes it. `sync --watch`
 * and `withdrawals track` print one a line. `export` prints the books themselves to stdout, and its document to stderr unless
 * they go to a file.
 *
 * @example
 * ```ts
 * import { byCommand } from "@btse-wallet/cli/Documents"
 * import { Schema } from "effect"
 *
 * // What `btse reconcile --json` printed.
 * export const read = Schema.decode(Schema.parseJson(byCommand["reconcile"]))
 * ```
 *
 * @since 0.1.0
 * @category schemas
 */
export const byCommand = {
  balances: Document.Balances,
  history: Document.History,
  "address get": Document.Addresses,
  "address create": Document.Addresses,
  withdraw: Payment.Withdrawal,
  "withdraw --dry-run": Document.DryRun,
  convert: Payment.Conversion,
  "convert --dry-run": Document.ConversionDryRun,
  transfer: Payment.Transfer,
  "transfer --dry-run": Document.TransferDryRun,
  currencies: Document.Names,
  networks: Document.Names,
  rate: Document.Rate,
  sync: Sync.SyncReport,
  status: LedgerStatus.StatusReport,
  reconcile: Reconciliation.ReconciliationReport,
  "reconcile --fit": Reconciliation.PolicyFit,
  verify: Verify.VerifyReport,
  "withdrawals list": Schema.Array(Payment.Payment),
  "withdrawals show": Payment.PaymentWithCandidates,
  "withdrawals track": Payment.PaymentTransition,
  "withdrawals resolve": Schema.Array(Payment.Resolution),
  "withdrawals resolve --reason": Payment.Payment,
  "breaks list": Schema.Array(Breaks.Break),
  "breaks show": Breaks.Break,
  "breaks assign": Breaks.Break,
  "breaks note": Breaks.Break,
  "breaks resolve": Breaks.Break,
  "breaks reopen": Breaks.Break,
  close: Closes.ClosedPeriod,
  "closes list": Schema.Array(Closes.ClosedPeriod),
  "closes show": Closes.ClosedPeriod,
  adjust: Entries.LedgerEntry,
  import: Entries.ImportReport,
  "entries list": Schema.Array(Entries.LedgerEntry),
  "entries reverse": Entries.LedgerEntry,
  "ledger backup": Document.Backup,
  export: Export.ExportReport,
  query: Rows,
  demo: Document.Demo,
  sandbox: Document.SandboxStarted,
  doctor: Doctor.Report,
  "profile add": Document.Profile,
  "profile set": Document.Profile,
  "profile list": Document.Profiles,
  "profile show": Document.Profile,
  "profile remove": Document.Profile
} as const

/**
 * What any command prints instead where it failed.
 *
 * @since 0.1.0
 * @category schemas
 */
export const failure = FailureDocument
