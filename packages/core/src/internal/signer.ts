/**
 * Signed requests ("Authentication", 1.1.0).
 *
 * @internal
 */
import { HttpClientRequest } from "@effect/platform"
import { Effect, Option, Redacted } from "effect"
import type { AuthHeaders, BtseConfig } from "../BtseConfig.ts"
import * as Signature from "../Signature.ts"
import { MissingCredentials } from "../WalletError.ts"
import type { Operation } from "./operations.ts"

type Sign = (
  operation: Operation,
  request: HttpClientRequest.HttpClientRequest,
  nonce: number
) => Effect.Effect<HttpClientRequest.HttpClientRequest, MissingCredentials>

/** Signs where the operation wants it: always, never, or where there are credentials. */
export const make = Effect.fnUntraced(function* ({ authHeaders, credentials }: BtseConfig) {
  if (Option.isNone(credentials)) {
    const without: Sign = ({ authentication, name }, request) =>
      authentication === "signed" ? Effect.fail(new MissingCredentials({ operation: name })) : Effect.succeed(request)
    return without
  }
  const { apiKey, apiSecret } = credentials.value
  const { sign } = yield* Signature.make(apiSecret)
  const header = (name: string) => `${authHeaders satisfies AuthHeaders}-${name}`
  const signed: Sign = ({ authentication }, request, nonce) => {
    if (authentication === "public") return Effect.succeed(request)
    const body = request.body._tag === "Uint8Array" ? request.body.body : new Uint8Array()
    return Effect.map(sign(request.url, nonce, body), (signature) =>
      HttpClientRequest.setHeaders(request, {
        [header("api")]: Redacted.value(apiKey),
        [header("nonce")]: nonce.toString(),
        [header("sign")]: signature
      })
    )
  }
  return signed
})
