/**
 * Where in a body the trouble is, without its values.
 *
 * @internal
 */
import type { ParseResult } from "effect"
import { firstIssue } from "./firstIssue.ts"

/** The path of the first issue, as `0.total`; undefined where it is the body itself. */
export const placeOf = (error: ParseResult.ParseError): string | undefined => firstIssue(error).place
