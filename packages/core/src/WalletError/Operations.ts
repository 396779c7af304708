/**
 * The errors of each operation, as a union that lists what that operation can fail with.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import {
  BadRequest,
  Forbidden,
  InsufficientBalance,
  InvalidWithdrawAmount,
  MethodNotAllowed,
  NotFound,
  RateLimited,
  Unauthorized,
  UnusedAddressExists
} from "./Refusals.ts"
import {
  AddressBlocked,
  BadGateway,
  ExchangeTimeout,
  ExchangeUnavailable,
  InvalidRequest,
  MissingCredentials,
  OutcomeUnknown,
  UnderMaintenance,
  UnexpectedResponse,
  Unreachable
} from "./Unanswered.ts"

/** The failures of any read. */
const ofReads = [
  BadRequest,
  NotFound,
  MethodNotAllowed,
  ExchangeTimeout,
  RateLimited,
  ExchangeUnavailable,
  UnderMaintenance,
  AddressBlocked,
  BadGateway,
  Unreachable,
  UnexpectedResponse
] as const

/** The failures of what is signed. */
const ofCredentials = [Unauthorized, Forbidden] as const

/** The failures of any payment: refusals that are proven, and what precedes the sending. */
const ofPayments = [
  BadRequest,
  InsufficientBalance,
  RateLimited,
  Unreachable,
  OutcomeUnknown,
  MissingCredentials,
  InvalidRequest
] as const

/** The failures of creating and deleting an address. */
const ofAddresses = [
  BadRequest,
  Unauthorized,
  Forbidden,
  NotFound,
  MethodNotAllowed,
  AddressBlocked,
  RateLimited,
  Unreachable,
  OutcomeUnknown,
  MissingCredentials,
  InvalidRequest
] as const

/**
 * The errors of `networks`.
 *
 * @since 0.1.0
 * @category errors
 */
export const NetworksError = Schema.Union(...ofReads, InvalidRequest)

/**
 * @since 0.1.0
 * @category errors
 */
export type NetworksError = typeof NetworksError.Type

/**
 * The errors of `exchangeRate`.
 *
 * @since 0.1.0
 * @category errors
 */
export const ExchangeRateError = Schema.Union(...ofReads, InvalidRequest)

/**
 * @since 0.1.0
 * @category errors
 */
export type ExchangeRateError = typeof ExchangeRateError.Type

/**
 * The errors of `currencies`.
 *
 * @since 0.1.0
 * @category errors
 */
export const CurrenciesError = Schema.Union(...ofReads, InvalidRequest)

/**
 * @since 0.1.0
 * @category errors
 */
export type CurrenciesError = typeof CurrenciesError.Type

/**
 * The errors of `cryptoNetworks`, which is signed where there are credentials.
 *
 * @since 0.1.0
 * @category errors
 */
export const CryptoNetworksError = Schema.Union(...ofReads, ...ofCredentials, InvalidRequest)

/**
 * @since 0.1.0
 * @category errors
 */
export type CryptoNetworksError = typeof CryptoNetworksError.Type

/**
 * The errors of `assetExchangeRate`.
 *
 * @since 0.1.0
 * @category errors
 */
export const AssetExchangeRateError = Schema.Union(...ofReads, InvalidRequest)

/**
 * @since 0.1.0
 * @category errors
 */
export type AssetExchangeRateError = typeof AssetExchangeRateError.Type

/**
 * The errors of `serverTime`.
 *
 * @since 0.1.0
 * @category errors
 */
export const ServerTimeError = Schema.Union(...ofReads)

/**
 * @since 0.1.0
 * @category errors
 */
export type ServerTimeError = typeof ServerTimeError.Type

/**
 * The errors of `balances`.
 *
 * @since 0.1.0
 * @category errors
 */
export const BalancesError = Schema.Union(...ofReads, ...ofCredentials, MissingCredentials)

/**
 * @since 0.1.0
 * @category errors
 */
export type BalancesError = typeof BalancesError.Type

/**
 * The errors of `history`.
 *
 * @since 0.1.0
 * @category errors
 */
export const HistoryError = Schema.Union(...ofReads, ...ofCredentials, MissingCredentials, InvalidRequest)

/**
 * @since 0.1.0
 * @category errors
 */
export type HistoryError = typeof HistoryError.Type

/**
 * The errors of `subaccountTransfers`.
 *
 * @since 0.1.0
 * @category errors
 */
export const SubaccountTransfersError = Schema.Union(...ofReads, ...ofCredentials, MissingCredentials, InvalidRequest)

/**
 * @since 0.1.0
 * @category errors
 */
export type SubaccountTransfersError = typeof SubaccountTransfersError.Type

/**
 * The errors of `getAddress`.
 *
 * @since 0.1.0
 * @category errors
 */
export const GetAddressError = Schema.Union(...ofReads, ...ofCredentials, MissingCredentials, InvalidRequest)

/**
 * @since 0.1.0
 * @category errors
 */
export type GetAddressError = typeof GetAddressError.Type

/**
 * The errors of `createAddress`.
 *
 * @since 0.1.0
 * @category errors
 */
export const CreateAddressError = Schema.Union(...ofAddresses, UnusedAddressExists)

/**
 * @since 0.1.0
 * @category errors
 */
export type CreateAddressError = typeof CreateAddressError.Type

/**
 * The errors of `deleteAddress`.
 *
 * @since 0.1.0
 * @category errors
 */
export const DeleteAddressError = Schema.Union(...ofAddresses)

/**
 * @since 0.1.0
 * @category errors
 */
export type DeleteAddressError = typeof DeleteAddressError.Type

/**
 * The errors of `withdraw`.
 *
 * @since 0.1.0
 * @category errors
 */
export const WithdrawError = Schema.Union(...ofPayments, InvalidWithdrawAmount)

/**
 * @since 0.1.0
 * @category errors
 */
export type WithdrawError = typeof WithdrawError.Type

/**
 * The errors of `convert`.
 *
 * @since 0.1.0
 * @category errors
 */
export const ConvertError = Schema.Union(...ofPayments)

/**
 * @since 0.1.0
 * @category errors
 */
export type ConvertError = typeof ConvertError.Type

/**
 * The errors of `transfer`.
 *
 * @since 0.1.0
 * @category errors
 */
export const TransferError = Schema.Union(...ofPayments)

/**
 * @since 0.1.0
 * @category errors
 */
export type TransferError = typeof TransferError.Type

/**
 * The errors of all operations that only read.
 *
 * @since 0.1.0
 * @category errors
 */
export const ReadError = Schema.Union(...ofReads, ...ofCredentials, MissingCredentials, InvalidRequest)

/**
 * @since 0.1.0
 * @category errors
 */
export type ReadError = typeof ReadError.Type

/**
 * The errors of all operations that move money: withdraw, convert, transfer.
 *
 * @since 0.1.0
 * @category errors
 */
export const PaymentError = Schema.Union(...ofPayments, InvalidWithdrawAmount)

/**
 * @since 0.1.0
 * @category errors
 */
export type PaymentError = typeof PaymentError.Type

/**
 * The errors of all operations that move money, or create or delete something.
 *
 * @since 0.1.0
 * @category errors
 */
export const WriteError = Schema.Union(...ofAddresses, InvalidWithdrawAmount, UnusedAddressExists, InsufficientBalance)

/**
 * @since 0.1.0
 * @category errors
 */
export type WriteError = typeof WriteError.Type

/**
 * Everything that an operation of the wallet can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type WalletError = ReadError | WriteError
