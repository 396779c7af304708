/**
 * What stands on the wire: JSON in which a number keeps its literal, and the few scalar shapes BTSE uses.
 *
 * @since 0.1.0
 */
import { BigDecimal, ParseResult, Schema } from "effect"
import * as Decimal from "./Decimal.ts"
import { isLosslessNumber, LosslessNumber } from "./internal/losslessJson.ts"

export * from "./Wire/Body.ts"

/**
 * A JSON number as it was written.
 *
 * @since 0.1.0
 * @category scalars
 */
export const JsonNumber: Schema.Schema<LosslessNumber> = Schema.declare(isLosslessNumber, {
  identifier: "JsonNumber",
  description: "a JSON number, kept as its literal",
  jsonSchema: { type: "number" }
})

/** A number or a string, told apart by one look: a union would be tried member by member, for every field of every row. */
const Scalar: Schema.Schema<LosslessNumber | string> = Schema.declare(
  (input): input is LosslessNumber | string => typeof input === "string" || isLosslessNumber(input),
  { description: "a JSON number or string", jsonSchema: { type: ["number", "string"] } }
)

const literalOf = (scalar: LosslessNumber | string): string => (typeof scalar === "string" ? scalar : scalar.value)

/**
 * An amount: a JSON number or a string on the wire, a `BigDecimal` in code, every digit kept.
 *
 * @since 0.1.0
 * @category scalars
 */
export const Amount: Schema.Schema<BigDecimal.BigDecimal, LosslessNumber | string> = Schema.transformOrFail(
  Scalar,
  Schema.BigDecimalFromSelf,
  {
    strict: true,
    decode: (scalar, _, ast) =>
      ParseResult.fromOption(
        Decimal.fromText(literalOf(scalar)),
        () => new ParseResult.Type(ast, scalar, "Expected an amount")
      ),
    encode: (value) => ParseResult.succeed(new LosslessNumber(Decimal.toText(value)))
  }
).annotations({
  identifier: "Amount",
  jsonSchema: {
    type: ["number", "string"],
    description: "A decimal, written as a number or as a string. Every digit counts: do not read it as a binary float."
  }
})

/**
 * An identifier, a status or a type: BTSE has written the same field as a bare number and as a string. The text is the
 * number's literal, so an orderId over 2^53 keeps its digits.
 *
 * @since 0.1.0
 * @category scalars
 */
export const Text: Schema.Schema<string, LosslessNumber | string> = Schema.transform(Scalar, Schema.String, {
  strict: true,
  decode: literalOf,
  encode: (text) => text
}).annotations({
  identifier: "Text",
  jsonSchema: {
    type: ["string", "number"],
    description: "Text, which the exchange has also written as a bare number."
  }
})

const ScalarOrNull: Schema.Schema<LosslessNumber | string | null> = Schema.declare(
  (input): input is LosslessNumber | string | null =>
    input === null || typeof input === "string" || isLosslessNumber(input)
)

/**
 * {@link Text}, or null where the exchange knows nothing.
 *
 * @since 0.1.0
 * @category scalars
 */
export const TextOrNull: Schema.Schema<string | null, LosslessNumber | string | null> = Schema.transform(
  ScalarOrNull,
  Schema.declare((input): input is string | null => input === null || typeof input === "string"),
  { strict: true, decode: (scalar) => scalar && literalOf(scalar), encode: (text) => text }
).annotations({ jsonSchema: { type: ["string", "number", "null"] } })

/**
 * {@link Amount}, or null where the exchange knows nothing, which it writes as null or `""`.
 *
 * @since 0.1.0
 * @category scalars
 */
export const AmountOrNull: Schema.Schema<BigDecimal.BigDecimal | null, LosslessNumber | string | null> =
  Schema.transformOrFail(
    ScalarOrNull,
    Schema.declare((input): input is BigDecimal.BigDecimal | null => input === null || BigDecimal.isBigDecimal(input)),
    {
      strict: true,
      decode: (scalar, _, ast) =>
        scalar === null || scalar === ""
          ? ParseResult.succeed(null)
          : ParseResult.fromOption(
              Decimal.fromText(literalOf(scalar)),
              () => new ParseResult.Type(ast, scalar, "Expected an amount")
            ),
      encode: (value) => ParseResult.succeed(value && new LosslessNumber(Decimal.toText(value)))
    }
  ).annotations({ jsonSchema: { type: ["number", "string", "null"] } })

/**
 * A whole number that fits a JavaScript number exactly: an instant, a code, a count. Never an amount.
 *
 * @since 0.1.0
 * @category scalars
 */
export const Integer: Schema.Schema<number, LosslessNumber | string> = Schema.transformOrFail(Scalar, Schema.Int, {
  strict: true,
  decode: (scalar, _, ast) => {
    const literal = literalOf(scalar)
    return /^-?\d{1,15}$/.test(literal)
      ? ParseResult.succeed(Number(literal))
      : ParseResult.fail(new ParseResult.Type(ast, scalar, "Expected a whole number of at most 15 digits"))
  },
  encode: (value) => ParseResult.succeed(new LosslessNumber(value.toString()))
}).annotations({
  identifier: "Integer",
  jsonSchema: {
    type: ["integer", "string"],
    description: "A whole number, written as a number or as a string."
  }
})

/**
 * An instant in a query: epoch milliseconds.
 *
 * @since 0.1.0
 * @category parameters
 */
export const MillisParam = Schema.compose(Schema.NumberFromString, Schema.Int).annotations({
  jsonSchema: { type: "integer", format: "int64" }
})

/**
 * A count in a query.
 *
 * @since 0.1.0
 * @category parameters
 */
export const CountParam = Schema.compose(Schema.NumberFromString, Schema.Int.pipe(Schema.positive())).annotations({
  jsonSchema: { type: "integer", minimum: 1 }
})
