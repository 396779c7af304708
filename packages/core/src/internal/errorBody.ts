/**
 * The content of an error body, in any of the exchange's shapes.
 *
 * @internal
 */
import { Option, Predicate } from "effect"
import { isLosslessNumber, parse as parseJson } from "./losslessJson.ts"

/**
 * The code and text of an error body. The shapes seen: `{status, errorCode, message, extraData}`,
 * `{code, msg, time, data, success}` and `{status, error, code, message}`. Every field may be missing, null, or of another
 * type: each is read by itself. All are null where the body is empty, HTML or not of a known shape.
 */
export interface ErrorBody {
  readonly status: number | null
  readonly errorCode: number | null
  /** Every code in the body: it may hold an `errorCode` and a `code`. */
  readonly codes: ReadonlyArray<number>
  readonly success: boolean | null
  readonly exchangeMessage: string | null
}

/** The body of an answer that says nothing. */
export const unknown: ErrorBody = { status: null, errorCode: null, codes: [], success: null, exchangeMessage: null }

const integer = (value: unknown): number | null => {
  const literal = isLosslessNumber(value) ? value.value : value
  return typeof literal === "string" && /^-?\d{1,9}$/.test(literal) ? Number(literal) : null
}

const sentence = (value: unknown): string | null => {
  if (typeof value !== "string") return null
  // oxlint-disable-next-line no-control-regex -- the exchange's text goes to terminals
  const plain = value.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim()
  return plain === "" ? null : plain
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  Predicate.isRecord(value) && !Array.isArray(value) && !isLosslessNumber(value)

/** The object that a body is; none where it is anything else. */
const fieldsOf = (text: string): Option.Option<Fields> => Option.filter(Option.liftThrowable(parseJson)(text), isObject)

const read = (body: Fields): ErrorBody => {
  const errorCode = integer(body["errorCode"])
  const code = integer(body["code"])
  return {
    status: integer(body["status"]),
    errorCode: errorCode ?? code,
    codes: [errorCode, code].filter(Predicate.isNotNull),
    success: typeof body["success"] === "boolean" ? body["success"] : null,
    exchangeMessage: sentence(body["message"]) ?? sentence(body["msg"]) ?? sentence(body["error"])
  }
}

/** Reads the body of an answer whose status is an error. */
export const parse = (text: string): ErrorBody => Option.match(fieldsOf(text), { onNone: () => unknown, onSome: read })

/** Codes of the rate limit, under whatever status. */
export const isRateLimit = ({ codes }: ErrorBody): boolean => codes.includes(303) || codes.includes(429)

/** A body of a 200 that is a failure all the same: `success: false`, a `status` of 400 and over, or the rate limit's. */
export interface HiddenFailure extends ErrorBody {
  readonly status: number
}

/** Finds the failure inside a 200, if it is one. Only objects can be. */
export const hiddenFailure = (text: string): Option.Option<HiddenFailure> => {
  if (!/^\s*\{/.test(text)) return Option.none()
  return Option.flatMap(fieldsOf(text), (fields) => {
    const body = read(fields)
    const failing = body.status !== null && body.status >= 400 ? body.status : null
    if (failing === null && body.success !== false && !isRateLimit(body)) return Option.none()
    return Option.some({ ...body, status: failing ?? (isRateLimit(body) ? 429 : 400) })
  })
}

const idIn = (fields: Fields): Option.Option<string> =>
  Option.firstSomeOf(
    [fields["withdraw_id"], fields["withdrawId"]].map((id) => {
      const text = isLosslessNumber(id) ? id.value : id
      return typeof text === "string" && text.trim() !== "" ? Option.some(text) : Option.none()
    })
  )

/**
 * The withdrawal id in a body, at the top or under `data`, whatever else the body says: what has an id was carried out.
 */
export const withdrawalId = (text: string): Option.Option<string> =>
  Option.flatMap(fieldsOf(text), (fields) =>
    Option.orElse(idIn(fields), () => (isObject(fields["data"]) ? idIn(fields["data"]) : Option.none()))
  )
