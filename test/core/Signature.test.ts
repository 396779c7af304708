import { Signature } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"

describe("Signature", () => {
  it.effect("gives the signature of the document's example", () =>
    Effect.gen(function* () {
      const secret = Redacted.make("848db84ac252b6726e5f6e7a711d9c96d9fd77d020151b45839a5b59c37203bx")
      const { sign } = yield* Signature.make(secret)
      expect(yield* sign("/api/v3.2/user/wallet", 1624984297330, new Uint8Array())).toBe(
        "14b986706a4368221e0af14a6725377161805e7a57d568220478cb3590ce532d4fad4ac68e6c02a14afced6a0619bfd3"
      )
    })
  )
})
