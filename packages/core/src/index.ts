/**
 * The BTSE wallet API as typed effects.
 *
 * @since 0.1.0
 */
export * as ApiKeyFingerprint from "./ApiKeyFingerprint.ts"
export * as BeforeSend from "./BeforeSend.ts"
export * as BtseApi from "./BtseApi.ts"
export * as BtseClient from "./BtseClient.ts"
export * as BtseConfig from "./BtseConfig.ts"
export * as ClockSkew from "./ClockSkew.ts"
export * as CryptoNetwork from "./CryptoNetwork.ts"
export * as Decimal from "./Decimal.ts"
export * as ExchangeOrigin from "./ExchangeOrigin.ts"
export * as HistoryRecord from "./HistoryRecord.ts"
export * as HistoryRow from "./HistoryRow.ts"
export * as HistorySince from "./HistorySince.ts"
export * as Monotonic from "./Monotonic.ts"
export * as RateLimiter from "./RateLimiter.ts"
export * as RecordStatus from "./RecordStatus.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
export * as Signature from "./Signature.ts"
export * as StoredInstant from "./StoredInstant.ts"
export * as WaitNotice from "./WaitNotice.ts"
export * as Wallet from "./Wallet.ts"
export * as WalletError from "./WalletError.ts"
export * as WalletModel from "./WalletModel.ts"
export * as WalletRequest from "./WalletRequest.ts"
export * as Wire from "./Wire.ts"
