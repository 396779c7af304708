/**
 * Exact decimals: every amount, fee, balance and rate of this project.
 *
 * `BigDecimal` holds them in code; this module is how they come in from text and go out as text, always with every
 * digit and never in exponent form. A JavaScript number is never in between.
 *
 * @since 0.1.0
 */
import { BigDecimal, Option, ParseResult, Schema } from "effect"

/**
 * The most digits, before or after the point, that a decimal may have. A literal such as `1e999999999` is a few bytes
 * on the wire and a gigabyte as text, so it is refused.
 *
 * @since 0.1.0
 * @category limits
 */
export const maxDigits = 1_000

const literal = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,6})?$/

/**
 * Reads a decimal literal as JSON writes it (`12.50`, `-3`, `2.78E7`), keeping trailing zeros. `None` where the text is
 * not one, or has more than {@link maxDigits} digits on a side.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (text: string): Option.Option<BigDecimal.BigDecimal> =>
  text.length <= 2 * maxDigits && literal.test(text)
    ? Option.filter(BigDecimal.fromString(text), (value) => Math.abs(value.scale) <= maxDigits)
    : Option.none()

/**
 * Writes a decimal in plain notation: no exponent, no plus sign, the digits as they are. Trailing zeros after the point
 * stay (`1.50`), minus zero is `0`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toText = (value: BigDecimal.BigDecimal): string => {
  if (value.scale <= 0) return (value.value * 10n ** BigInt(-value.scale)).toString()
  const negative = value.value < 0n
  const digits = (negative ? -value.value : value.value).toString().padStart(value.scale + 1, "0")
  const point = digits.length - value.scale
  return `${negative ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`
}

/**
 * A decimal as text on one side and `BigDecimal` on the other. The text side is what `--json` output, JSON bodies and
 * database columns hold.
 *
 * @since 0.1.0
 * @category schemas
 */
export const FromText: Schema.Schema<BigDecimal.BigDecimal, string> = Schema.transformOrFail(
  Schema.String.annotations({ title: "decimal", description: "an exact decimal as text, never in exponent form" }),
  Schema.BigDecimalFromSelf,
  {
    strict: true,
    decode: (text, _, ast) =>
      ParseResult.fromOption(fromText(text), () => new ParseResult.Type(ast, text, "Expected a decimal")),
    encode: (value) => ParseResult.succeed(toText(value))
  }
).annotations({ identifier: "DecimalFromText" })

/**
 * Zero.
 *
 * @since 0.1.0
 * @category constants
 */
export const zero: BigDecimal.BigDecimal = BigDecimal.make(0n, 0)
