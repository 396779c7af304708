/**
 * How the program ends: one number for each thing a script would decide on.
 *
 * | code | meaning |
 * | --- | --- |
 * | 0 | done |
 * | 1 | unexpected; or a withdrawal that was followed ended without being completed |
 * | 2 | bad input: an option, a variable, a file, one that another process is using, a request the exchange refuses as it stands |
 * | 3 | the reconciliation found breaks, or could not be completed, and a period that breaks was not closed; the history cannot be listed whole; the verification found that the ledger was touched |
 * | 4 | not authorized or forbidden, or this address is blocked before the exchange |
 * | 5 | the exchange is unavailable, limits the rate, does not hold still for a snapshot, or contradicts itself: run it again later |
 * | 6 | the outcome is unknown |
 * | 130 | interrupted, as by ctrl-C; what runs until it is interrupted (`sync --watch`, `sandbox`) ends with 0 |
 *
 * @since 0.1.0
 */
import type { WalletError } from "@btse-wallet/core"
import type { LedgerError } from "@btse-wallet/ledger"
import { Option, Record } from "effect"
import type * as CliError from "./CliError.ts"

/**
 * What a run of `btse` ends with.
 *
 * @since 0.1.0
 * @category models
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130

/**
 * The code of a program that was interrupted: 128 and the signal's number, as a shell reports it.
 *
 * @since 0.1.0
 * @category constants
 */
export const interrupted: ExitCode = 130

/** The tags of every error that this program, the ledger and the wallet have: one without a code here does not compile. */
type Tag =
  // What doctor found says itself how it ends.
  | Exclude<InstanceType<(typeof CliError)[keyof typeof CliError]>["_tag"], "NotWell">
  | LedgerError.LedgerError["_tag"]
  | WalletError.WalletError["_tag"]
  | "ConfigurationInvalid"
  | "PortInUse"
  | "PortNotAllowed"

const codes: Readonly<Record<Tag, ExitCode>> = {
  InvalidInput: 2,
  NotConfirmed: 2,
  LedgerFileUnusable: 2,
  QueryRefused: 2,
  AddressUnused: 2,
  ConfigurationInvalid: 2,
  SecretUnavailable: 2,
  BadRequest: 2,
  InvalidRequest: 2,
  InvalidWithdrawAmount: 2,
  UnusedAddressExists: 2,
  InsufficientBalance: 2,
  MissingCredentials: 2,
  NotFound: 2,
  MethodNotAllowed: 2,
  LedgerUnavailable: 2,
  LedgerBusy: 2,
  SyncRunning: 2,
  AccountMismatch: 2,
  AccountUnknown: 2,
  NoSnapshot: 2,
  KeyConflict: 2,
  PaymentNotFound: 2,
  PortInUse: 2,
  PortNotAllowed: 2,
  WithdrawalRefused: 2,
  WithdrawalNotSent: 2,
  PaymentBlocked: 2,
  DecisionRefused: 2,
  BackupRefused: 2,
  EntryRefused: 2,
  ImportRefused: 2,
  CloseRefused: 2,
  UnexpectedResponse: 1,
  WithdrawalNotCompleted: 1,
  NotReconciled: 3,
  BalancesUnexplained: 3,
  PeriodBroken: 3,
  SaturatedMillisecond: 3,
  PolicyDoesNotFit: 3,
  NotVerified: 3,
  LedgerTouched: 3,
  Unauthorized: 4,
  Forbidden: 4,
  AddressBlocked: 4,
  Unreachable: 5,
  UnderMaintenance: 5,
  BadGateway: 5,
  ExchangeUnavailable: 5,
  ExchangeTimeout: 5,
  RateLimited: 5,
  SnapshotUnsettled: 5,
  HistoryUnproven: 5,
  OutcomeUnknown: 6,
  PaymentUnrecorded: 6,
  WithdrawalUnknown: 6,
  WithdrawalUndecided: 6
}

/**
 * The exit code of an error, by its tag. A tag that is not listed is unexpected: 1.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromTag = (tag: string): ExitCode => Option.getOrElse(Record.get<string, ExitCode>(codes, tag), () => 1)
