/**
 * The requests of the wallet's operations as schemas, by which every request is checked before anything is sent, whichever
 * language it comes from.
 *
 * Text that leaves is trimmed, and refused with a control, an invisible or a white-space character in it: an address or a tag
 * with one goes to nobody. A property that is undefined is one that is absent.
 *
 * @since 0.1.0
 */
import { BigDecimal, DateTime, Effect, Either, identity, Option, Predicate, Schema } from "effect"
import * as Decimal from "./Decimal.ts"
import { firstIssue } from "./internal/firstIssue.ts"
import { InvalidRequest } from "./WalletError.ts"
import { Currency as CurrencyName, Network as NetworkName, WalletAction } from "./WalletModel.ts"

const longest = 500

/** Control, format and unassigned characters, separators, and characters that are shown as nothing. */
const unfit = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u

const problemOf = (text: string): string | undefined => {
  if (text.length > longest) return `is longer than ${longest} characters`
  return unfit.test(text) ? "has a control, an invisible or a white-space character in it" : undefined
}

const Trimmed = Schema.transform(Schema.String, Schema.String, {
  strict: true,
  decode: (text) => text.trim(),
  encode: identity
})

/**
 * Text that leaves: trimmed, not empty, and without control, invisible and white-space characters.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Text: Schema.Schema<string> = Trimmed.pipe(
  Schema.filter((text) => problemOf(text) ?? (text === "" ? "is empty" : undefined))
)

/** {@link Text} that may be empty. */
const Tag = Trimmed.pipe(Schema.filter((text) => problemOf(text)))

/** A property that may be undefined, which is absent. */
const maybe = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.optionalToOptional(Schema.UndefinedOr(schema), Schema.typeSchema(schema), {
    decode: Option.filter(Predicate.isNotUndefined),
    encode: identity
  })

const mostDigits = 10n ** BigInt(Decimal.maxDigits)

/** An exponent of a billion is a few bytes here and a gigabyte as text. */
const amountProblem = ({ scale, value }: BigDecimal.BigDecimal): string | undefined => {
  if (typeof value !== "bigint" || !Number.isSafeInteger(scale)) return "is not a BigDecimal"
  const tooLong = Math.abs(scale) > Decimal.maxDigits || value >= mostDigits || value <= -mostDigits
  if (tooLong) return `has more than ${Decimal.maxDigits} digits`
  return value > 0n ? undefined : "is not above zero"
}

/**
 * An amount above zero.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Amount: Schema.Schema<BigDecimal.BigDecimal> = Schema.declare(BigDecimal.isBigDecimal, {
  message: () => "is not a BigDecimal: make one of the amount's exact text"
}).pipe(Schema.filter((value) => amountProblem(value)))

/** An instant that is one: a broken date has no time. */
const Instant: Schema.Schema<DateTime.Utc> = Schema.declare(
  (value: unknown): value is DateTime.Utc => DateTime.isDateTime(value) && Number.isSafeInteger(value.epochMillis),
  { message: () => "is not an instant of DateTime" }
)

const Currency = Schema.compose(Text, CurrencyName)

const Network = Schema.compose(Text, NetworkName)

/**
 * A currency alone.
 *
 * @since 0.1.0
 * @category requests
 */
export const OfCurrency = Schema.Struct({ currency: Currency })

/**
 * The action of a currency list.
 *
 * @since 0.1.0
 * @category requests
 */
export const Currencies = Schema.Struct({ action: WalletAction })

/**
 * Two currencies whose rate is asked for.
 *
 * @since 0.1.0
 * @category requests
 */
export const ExchangeRate = Schema.Struct({ from: Currency, to: Currency })

/**
 * Two currencies and an amount whose rate is asked for.
 *
 * @since 0.1.0
 * @category requests
 */
export const AssetExchangeRate = Schema.Struct({ base: Currency, quote: Currency, amount: Amount })

/**
 * The filter of wallet history.
 *
 * @since 0.1.0
 * @category requests
 */
export const History = Schema.Struct({
  currency: maybe(Currency),
  from: maybe(Instant),
  to: maybe(Instant),
  count: maybe(Schema.Int.pipe(Schema.positive())),
  useNewSymbolNaming: maybe(Schema.Boolean)
})

/**
 * The part of wallet history to stream.
 *
 * @since 0.1.0
 * @category requests
 */
export const HistorySince = Schema.Struct({
  from: Instant,
  to: maybe(Instant),
  currency: maybe(Currency),
  useNewSymbolNaming: maybe(Schema.Boolean),
  pageSize: maybe(Schema.Int.pipe(Schema.positive())),
  pageAtLeast: maybe(Schema.Int.pipe(Schema.positive()))
})

/**
 * The span of subaccount transfers.
 *
 * @since 0.1.0
 * @category requests
 */
export const Span = Schema.Struct({ from: maybe(Instant), to: maybe(Instant) })

/**
 * A currency on a network.
 *
 * @since 0.1.0
 * @category requests
 */
export const CurrencyNetwork = Schema.Struct({ currency: Currency, network: Network })

/**
 * A deposit address to delete.
 *
 * @since 0.1.0
 * @category requests
 */
export const DeleteAddress = Schema.Struct({ currency: Currency, network: Network, address: Text })

/**
 * A withdrawal.
 *
 * @since 0.1.0
 * @category requests
 */
export const Withdraw = Schema.Struct({
  currency: Currency,
  network: Network,
  address: Text,
  tag: maybe(Tag),
  amount: Amount,
  feeOnTop: Schema.Boolean
})

/**
 * A conversion.
 *
 * @since 0.1.0
 * @category requests
 */
export const Convert = Schema.Struct({ amount: Amount, from: Currency, to: Currency })

/**
 * A transfer to another user.
 *
 * @since 0.1.0
 * @category requests
 */
export const Transfer = Schema.Struct({
  amount: Amount,
  asset: Currency,
  toUser: Text,
  toUserMail: Text,
  useNewSymbolNaming: maybe(Schema.Boolean)
})

const reasonOf = (error: Parameters<typeof firstIssue>[0]): string => {
  const { message, missing, place } = firstIssue(error)
  const problem = missing ? "is missing" : (message ?? "is of another type than the operation takes")
  return `${place === undefined ? "the request" : `the field ${place}`} ${problem}. Correct the request.`
}

/**
 * Checks a request of an operation. What comes out is what is sent: trimmed, and without what is undefined.
 *
 * @since 0.1.0
 * @category validation
 */
export const validate = <A, I>(
  operation: string,
  schema: Schema.Schema<A, I>
): ((request: unknown) => Effect.Effect<A, InvalidRequest>) => {
  const decode = Schema.decodeUnknownEither(schema)
  const invalid = (reason: string) => new InvalidRequest({ operation, reason })
  return (request) =>
    Effect.suspend(() =>
      Either.try({ try: () => decode(request), catch: () => invalid("the request cannot be read. Correct it.") }).pipe(
        Either.flatMap(Either.mapLeft((error) => invalid(reasonOf(error))))
      )
    )
}
