/**
 * What of the exchange can be found out by reading: whether it is there, how its clock stands to this one, which headers it
 * takes and what the key may do. Nothing is created and nothing moves.
 *
 * @internal
 */
import { type BtseConfig, Signature, Wallet, type WalletError, WalletModel } from "@btse-wallet/core"
import { Clock, Effect, Either, Option, Redacted } from "effect"
import { type Finding, fail, failed, ok } from "../Doctor.ts"
import * as DoctorClock from "./Clock.ts"
import * as Exchange from "../Exchange.ts"
import * as ExitCode from "../ExitCode.ts"
import * as OperationName from "../OperationName.ts"

type ReadError = WalletError.ReadError

const codeOf = ({ _tag }: ReadError): 2 | 4 | 5 => {
  const code = ExitCode.fromTag(_tag)
  return code === 2 || code === 4 ? code : 5
}

const told = (check: string, error: ReadError): Finding =>
  failed(check, OperationName.inWords(error.message, error.operation), codeOf(error))

/** "Authentication", 1.1.0: the example's secret, path, nonce and signature. */
const vector = {
  secret: Redacted.make("848db84ac252b6726e5f6e7a711d9c96d9fd77d020151b45839a5b59c37203bx"),
  path: "/api/v3.2/user/wallet",
  nonce: 1_624_984_297_330,
  signature: "14b986706a4368221e0af14a6725377161805e7a57d568220478cb3590ce532d4fad4ac68e6c02a14afced6a0619bfd3"
}

/** Whether this machine signs as the API's document does. */
export const signing = Effect.gen(function* () {
  const { sign } = yield* Signature.make(vector.secret)
  const signature = yield* sign(vector.path, vector.nonce, new Uint8Array())
  return signature === vector.signature
    ? ok("signing", "the document's example has the document's signature")
    : fail("signing", "the document's example gets another signature", "Report it: this build of btse cannot sign.", 2)
})

/** Whether the exchange answers, and what its clock says. An exchange without a clock of its own still answers. */
export const reachable = Effect.fnUntraced(function* (config: BtseConfig.BtseConfig) {
  const wallet = yield* Wallet.WalletReader
  const before = yield* Clock.currentTimeMillis
  const time = yield* Effect.either(wallet.serverTime)
  const after = yield* Clock.currentTimeMillis
  const answers = ok("exchange", `${config.baseUrl.host} answers, after ${after - before} ms`)
  if (Either.isRight(time)) return [answers, DoctorClock.compared(time.right, before, after)]
  const { left } = time
  if (left._tag !== "NotFound" && left._tag !== "MethodNotAllowed") return [told("exchange", left)]
  return [answers, yield* DoctorClock.byHeaders(config.baseUrl)]
})

const dialects: ReadonlyArray<BtseConfig.AuthHeaders> = ["btse", "request"]

const balances = (config: BtseConfig.BtseConfig) =>
  Effect.flatMap(Wallet.WalletReader, (wallet) => wallet.balances).pipe(
    Effect.asVoid,
    Effect.either,
    Effect.provide(Exchange.layerOf("btse doctor", config))
  )

const refusedKey = (error: ReadError): boolean => error._tag === "Unauthorized"

/** Which headers the exchange takes with these credentials: a query of balances with either. */
export const credentials = Effect.fnUntraced(function* (config: BtseConfig.BtseConfig) {
  const set = yield* balances(config)
  // What is neither an answer nor a refusal of the key says nothing about headers.
  if (Either.isLeft(set) && !refusedKey(set.left) && set.left._tag !== "Forbidden") {
    return { accepted: Option.none<BtseConfig.BtseConfig>(), finding: told("credentials", set.left) }
  }
  const other = { ...config, authHeaders: dialects.find((one) => one !== config.authHeaders) ?? "request" }
  const another = yield* balances(other)
  const takes = (answer: Either.Either<void, ReadError>) => Either.isRight(answer) || !refusedKey(answer.left)
  if (takes(set)) {
    const both = takes(another) ? `; ${other.authHeaders}-… headers work too` : ""
    return {
      accepted: Option.some(config),
      finding: ok("credentials", `accepted with ${config.authHeaders}-… headers${both}`)
    }
  }
  if (Either.isRight(another)) {
    return {
      accepted: Option.some(other),
      finding: fail(
        "credentials",
        `refused with ${config.authHeaders}-… headers, accepted with ${other.authHeaders}-… headers`,
        `Set BTSE_AUTH_HEADERS=${other.authHeaders}, or authHeaders in the profile.`,
        4
      )
    }
  }
  return {
    accepted: Option.none<BtseConfig.BtseConfig>(),
    finding: fail(
      "credentials",
      "refused with btse-… headers and with request-… headers",
      "Check the key and its secret, that they belong to this environment, and that the key may be used from this address.",
      4
    )
  }
})

const probe = { currency: WalletModel.Currency.make("BTC"), network: WalletModel.Network.make("Bitcoin") }

const notProbed = "Transfer and Withdraw are not probed: only a request that moves money would tell"

/** What a request says of the permission that it needs: whatever is not forbidden was allowed. */
const allows = <A>(asked: Effect.Effect<A, ReadError>) =>
  Effect.map(Effect.either(asked), (answer) =>
    Either.isRight(answer) || answer.left._tag === "BadRequest" || answer.left._tag === "NotFound"
      ? "yes"
      : answer.left._tag === "Forbidden"
        ? "no"
        : "not known"
  )

const permissionsOf = Effect.gen(function* () {
  const wallet = yield* Wallet.Wallet
  const read = yield* allows(wallet.balances)
  const addresses = yield* allows(wallet.getAddress(probe))
  const detail = `Read: ${read}; Wallet: ${addresses}; ${notProbed}`
  return read === "no"
    ? fail("permissions", detail, "Give the key the permission Read: nothing works without it.", 4)
    : ok("permissions", detail)
})

/** What the key may do, as far as reading tells. */
export const permissions = (config: BtseConfig.BtseConfig) =>
  Effect.provide(permissionsOf, Exchange.layerOf("btse doctor", config))
