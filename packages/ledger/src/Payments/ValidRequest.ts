/**
 * Requests as they are stored and sent: trimmed, of the right types also for callers in plain JavaScript, and without a
 * character that nobody sees.
 *
 * @internal
 */
import { WalletError, WalletModel } from "@btse-wallet/core"
import { Effect, ParseResult, Predicate, Record, Schema } from "effect"
import type { PaymentRequest } from "../Payment.ts"

const isValid = Schema.validate(
  Schema.Union(
    Schema.Struct({ kind: Schema.Literal("withdraw"), ...WalletModel.WithdrawRequest.fields }),
    Schema.Struct({ kind: Schema.Literal("transfer"), ...WalletModel.TransferRequest.fields }),
    Schema.Struct({ kind: Schema.Literal("convert"), ...WalletModel.ConvertRequest.fields })
  )
)

/** White space of every kind, control and invisible characters: in an address or a key they are somebody's mistake. */
const unseen = /[\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u

const texts: Readonly<Record<string, string>> = {
  address: "the address",
  tag: "the tag",
  toUser: "the receiver's user name",
  toUserMail: "the receiver's mail address"
}

const refuse = (operation: string, reason: string) => new WalletError.InvalidRequest({ operation, reason })

const trimmed = (value: unknown): unknown => (Predicate.isString(value) ? value.trim() : value)

const issueOf = (error: ParseResult.ParseError): string => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  return issue === undefined || issue.path.length === 0 ? "the request" : issue.path.map(String).join(".")
}

/** The request as it is sent; fails with `InvalidRequest` before anything is stored or sent. */
export const validRequest = (request: PaymentRequest): Effect.Effect<PaymentRequest, WalletError.InvalidRequest> => {
  const { kind, ...rest } = request
  const fields: Record.ReadonlyRecord<string, unknown> = rest
  // A property that is undefined is none, and text is compared and sent without the space around it.
  const clean = Record.map(Record.filter(fields, Predicate.isNotUndefined), trimmed)
  const hidden = Object.entries(texts).find(([field]) => {
    const value = clean[field]
    return Predicate.isString(value) && unseen.test(value)
  })
  if (hidden !== undefined) {
    return refuse(kind, `${hidden[1]} has white space, a control or an invisible character in it. Write it anew.`)
  }
  return isValid({ kind, ...clean }).pipe(
    Effect.mapError((error) => refuse(kind, `its field ${issueOf(error)} is missing or of another type. Correct it.`))
  )
}

/** The key as it is stored. */
export const validKey = (operation: string, key: string): Effect.Effect<string, WalletError.InvalidRequest> => {
  const text = key.trim()
  return text === "" || unseen.test(text)
    ? refuse(operation, "its key is empty, or has white space, a control or an invisible character in it. Use another.")
    : Effect.succeed(text)
}
