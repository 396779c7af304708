/**
 * The account whose books these are: a name, bound for good to the exchange it was first used with.
 *
 * @since 0.1.0
 */
import { Context, Schema } from "effect"

/**
 * An account's name in a ledger file: that of the profile. One file can hold several accounts.
 *
 * @since 0.1.0
 * @category identifiers
 */
export const AccountName = Schema.NonEmptyTrimmedString.pipe(Schema.brand("AccountName"))

/**
 * @since 0.1.0
 * @category identifiers
 */
export type AccountName = typeof AccountName.Type

/**
 * The account that the services of this package work on.
 *
 * @since 0.1.0
 * @category services
 */
export class Account extends Context.Tag("@btse-wallet/ledger/Account")<
  Account,
  {
    /** The account's row in the ledger. */
    readonly id: number
    readonly name: AccountName
    /** The exchange's origin, as in `https://api.btse.com`. */
    readonly exchange: string
  }
>() {}
