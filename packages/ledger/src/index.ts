/**
 * The books of a BTSE wallet: history, balances and withdrawals in SQL, and their reconciliation.
 *
 * @since 0.1.0
 */
export * as Account from "./Account.ts"
export * as AccountingPolicy from "./AccountingPolicy.ts"
export * as AsOf from "./AsOf.ts"
export * as Breaks from "./Breaks.ts"
export * as Digest from "./Digest.ts"
export * as Entries from "./Entries.ts"
export * as EventChain from "./EventChain.ts"
export * as Export from "./Export.ts"
export * as LeaseHolder from "./LeaseHolder.ts"
export * as Ledger from "./Ledger.ts"
export * as LedgerError from "./LedgerError.ts"
export * as LedgerStatus from "./LedgerStatus.ts"
export * as Movement from "./Movement.ts"
export * as Posting from "./Posting.ts"
export * as Reconciliation from "./Reconciliation.ts"
export * as SharedRateLimiter from "./SharedRateLimiter.ts"
export * as Span from "./Span.ts"
export * as Sync from "./Sync.ts"
export * as Verify from "./Verify.ts"
export * as Walker from "./Walker.ts"
export * as Withdrawal from "./Withdrawal.ts"
export * as WithdrawalCheck from "./WithdrawalCheck.ts"
export * as WithdrawalPolicy from "./WithdrawalPolicy.ts"
export * as Withdrawals from "./Withdrawals.ts"
