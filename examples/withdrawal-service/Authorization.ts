/**
 * Who may call: whoever has the token of `SERVICE_TOKEN`.
 */
import { HttpApiMiddleware, HttpApiSchema, HttpApiSecurity } from "@effect/platform"
import { Config, Effect, Layer, Redacted, Schema } from "effect"
import { createHash, timingSafeEqual } from "node:crypto"

/** The caller has not shown the token. Nothing was sent. */
export class Unauthenticated extends Schema.TaggedError<Unauthenticated>()("Unauthenticated", {
  message: Schema.String
}) {}

/** Lets through what carries the token as `Authorization: Bearer …`. */
export class Authorization extends HttpApiMiddleware.Tag<Authorization>()("Authorization", {
  failure: Unauthenticated.annotations(HttpApiSchema.annotations({ status: 401 })),
  security: { bearer: HttpApiSecurity.bearer }
}) {}

// Of one length, whatever is shown; and compared in a time that tells nothing.
const digest = (token: Redacted.Redacted) => createHash("sha256").update(Redacted.value(token)).digest()

/** The token is at least 32 characters, as `openssl rand -hex 16` makes them. */
export const layer = Layer.effect(
  Authorization,
  Effect.map(
    Config.redacted("SERVICE_TOKEN").pipe(
      Config.validate({
        message: "the token of at least 32 characters that callers have to show",
        validation: (token) => Redacted.value(token).length >= 32
      })
    ),
    (token) => {
      const expected = digest(token)
      return {
        bearer: (shown) =>
          timingSafeEqual(digest(shown), expected)
            ? Effect.void
            : new Unauthenticated({ message: "This service wants its token; nothing was sent." })
      }
    }
  )
)
