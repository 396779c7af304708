import { Digest } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import { Effect, FastCheck } from "effect"
import * as NodeDigest from "../../packages/cli/src/NodeDigest.ts"

it.effect.prop(
  "the chain's hash is the same however it is computed",
  [FastCheck.string({ unit: "binary" })],
  ([text]) =>
    Effect.gen(function* () {
      const everywhere = yield* Digest.Digest
      const onNode = yield* Effect.provide(Digest.Digest, NodeDigest.layer)
      expect(onNode.sha256(text)).toBe(everywhere.sha256(text))
      expect(NodeDigest.byObject(text)).toBe(everywhere.sha256(text))
    })
)
