/**
 * What a request's end says about the withdrawal.
 *
 * @internal
 */
import { WalletError } from "@btse-wallet/core"
import { Cause, Effect, Exit, Option, Schema } from "effect"

export interface Outcome {
  readonly status: "SUBMITTED" | "UNSENT" | "REFUSED" | "UNKNOWN"
  readonly withdrawId: string | null
  readonly reason: string | null
  /** The error as JSON, to be given again. */
  readonly error: string | null
}

const encodeError = Schema.encode(Schema.parseJson(WalletError.PaymentError))

/**
 * The exchange has judged the withdrawal itself, and would again. Every other refusal that proves that nothing was done is
 * about the moment or the caller (the rate limit, the connection, the credentials, the address of the API), and passes.
 */
const isJudgement = (error: WalletError.PaymentError): boolean =>
  error._tag === "BadRequest" || error._tag === "InvalidWithdrawAmount" || error._tag === "InsufficientBalance"

/** `left`: whether it passed the gate, after which its bytes may have left. */
export const outcomeOf = Effect.fnUntraced(function* (
  exit: Exit.Exit<string, WalletError.PaymentError>,
  left: boolean
) {
  if (Exit.isSuccess(exit)) {
    return { status: "SUBMITTED", withdrawId: exit.value, reason: null, error: null } satisfies Outcome
  }
  const failure = Cause.failureOption(exit.cause)
  if (Option.isNone(failure)) {
    const how = Cause.isInterrupted(exit.cause) ? "it was interrupted" : "the program failed"
    return left
      ? ({
          status: "UNKNOWN",
          withdrawId: null,
          reason: `${how} while it was being sent`,
          error: null
        } satisfies Outcome)
      : ({
          status: "UNSENT",
          withdrawId: null,
          reason: `${how} before anything was sent`,
          error: null
        } satisfies Outcome)
  }
  const { value: error } = failure
  // An error that does not prove that nothing was done leaves it unknown, whatever passed the gate.
  const status = error.done !== "nothing" ? "UNKNOWN" : isJudgement(error) ? "REFUSED" : "UNSENT"
  return { status, withdrawId: null, reason: error.message, error: yield* encodeError(error) } satisfies Outcome
})
