/**
 * What withdrawals must keep to: the JSON file at `BTSE_WITHDRAWAL_POLICY`. A service that pays whoever asks has to be told so.
 */
import { PaymentPolicy } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { Config, Effect } from "effect"

/** Fails where there is no such file, or a field in it is not known. */
export const fromEnvironment = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Config.string("BTSE_WITHDRAWAL_POLICY")
  return yield* Effect.flatMap(fs.readFileString(path), PaymentPolicy.fromJson)
})
