/**
 * The fields that errors have in common.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

/**
 * The state of what was asked for: nothing was done, nobody can tell, or it was carried out.
 *
 * @since 0.1.0
 * @category models
 */
export const Done = Schema.Literal("nothing", "unknown", "carried out")

/**
 * @since 0.1.0
 * @category models
 */
export type Done = typeof Done.Type

/**
 * The permissions of an API key that are documented; `none` is a public endpoint's.
 *
 * @since 0.1.0
 * @category models
 */
export type KnownPermission = "none" | "Read" | "Wallet" | "Transfer" | "Withdraw"

/**
 * A documented permission, or the name of one to come.
 *
 * @since 0.1.0
 * @category models
 */
export type Permission = KnownPermission | (string & Record<never, never>)

/**
 * The fields of every error that is an answer: the HTTP status or the one inside an envelope, the exchange's code and text.
 *
 * @since 0.1.0
 * @category fields
 */
export const answerFields = {
  operation: Schema.String,
  status: Schema.Int,
  errorCode: Schema.NullOr(Schema.Int),
  exchangeMessage: Schema.NullOr(Schema.String)
}

/**
 * `done` as a field, with the value that it has where none is given.
 *
 * @since 0.1.0
 * @category fields
 */
export const doneField = (otherwise: Done) => Schema.optionalWith(Done, { default: () => otherwise })

/**
 * The values of {@link answerFields}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly operation: string
  readonly status: number
  readonly errorCode: number | null
  readonly exchangeMessage: string | null
}

/**
 * The status, the code and the text of an answer, in brackets.
 *
 * @since 0.1.0
 * @category messages
 */
export const said = (error: Answer): string => {
  const code = error.errorCode === null ? `HTTP ${error.status}` : `HTTP ${error.status}, code ${error.errorCode}`
  return error.exchangeMessage === null ? `(${code})` : `(${code}: ${error.exchangeMessage})`
}

/**
 * The state as a clause of a message.
 *
 * @since 0.1.0
 * @category messages
 */
export const stateOf = (done: Done): string =>
  done === "nothing" ? "nothing was done" : "that does not prove that nothing was done"
