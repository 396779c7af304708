/**
 * What an error body says, whichever of the exchange's shapes it came in.
 *
 * @internal
 */
import { Option, Schema } from "effect"

/**
 * The shapes seen: `{status, errorCode, message, extraData}`, `{code, msg, time, data, success}` and
 * `{status, error, code, message}`. Every field may be missing, null, or of
 * another type: each is read by itself.
 */
const ErrorBody = Schema.Struct({
  status: Schema.Unknown,
  errorCode: Schema.Unknown,
  code: Schema.Unknown,
  message: Schema.Unknown,
  msg: Schema.Unknown,
  error: Schema.Unknown,
  success: Schema.Unknown
}).pipe(Schema.partial)

const decode = Schema.decodeUnknownOption(Schema.parseJson(ErrorBody))

/** The code and text of an error body; both null where the body is empty, HTML or not of a known shape. */
export interface ErrorBody {
  readonly errorCode: number | null
  readonly exchangeMessage: string | null
}

const unknown: ErrorBody = { errorCode: null, exchangeMessage: null }

const integer = (value: unknown): number | null => {
  const number = typeof value === "string" && /^-?\d{1,9}$/.test(value) ? Number(value) : value
  return typeof number === "number" && Number.isSafeInteger(number) ? number : null
}

const sentence = (value: unknown): string | null => {
  if (typeof value !== "string") return null
  // oxlint-disable-next-line no-control-regex -- the exchange's text goes to terminals
  const plain = value.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim()
  return plain === "" ? null : plain
}

const read = (body: typeof ErrorBody.Type): ErrorBody => ({
  errorCode: integer(body.errorCode) ?? integer(body.code),
  exchangeMessage: sentence(body.message) ?? sentence(body.msg) ?? sentence(body.error)
})

/** Reads the body of an answer whose status is an error. */
export const parse = (text: string): ErrorBody => Option.match(decode(text), { onNone: () => unknown, onSome: read })

/** A body of a 200 that is a failure all the same: `success: false`, or a `status` of 400 and over. */
export interface HiddenFailure extends ErrorBody {
  readonly status: number
}

/** Finds the failure inside a 200, if it is one. Only objects can be. */
export const hiddenFailure = (text: string): Option.Option<HiddenFailure> => {
  if (!/^\s*\{/.test(text)) return Option.none()
  return Option.flatMap(decode(text), (body) => {
    const status = integer(body.status)
    const failed = body.success === false || (status !== null && status >= 400)
    return failed
      ? Option.some({ status: status !== null && status >= 400 ? status : 400, ...read(body) })
      : Option.none()
  })
}
