/**
 * Where in a body the trouble is, without its values.
 *
 * @internal
 */
import { ParseResult } from "effect"

/** The path of the first issue, as `0.total`; undefined where it is the body itself. */
export const placeOf = (error: ParseResult.ParseError): string | undefined => {
  const path = ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.path ?? []
  return path.length === 0 ? undefined : path.map(String).join(".")
}
