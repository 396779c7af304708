/**
 * Verification of the ledger before something is made of its books.
 *
 * @since 0.1.0
 */
import { LedgerError, Verify } from "@btse-wallet/ledger"
import { Effect, Ref } from "effect"
import * as Progress from "./Render/Progress.ts"

/**
 * Runs work that tells how far a verification in it is, and shows that.
 *
 * @since 0.1.0
 * @category running
 */
export const showing = Effect.fnUntraced(function* <A, E, R>(
  work: (onProgress: NonNullable<Verify.VerifyOptions["onProgress"]>) => Effect.Effect<A, E, R>
) {
  const progress = yield* Ref.make<Verify.VerifyProgress>({ events: 0, all: 0 })
  const line = (elapsed: number) =>
    Effect.map(Ref.get(progress), ({ all, events }) =>
      // Afterwards comes what it was verified for.
      events === all && all > 0
        ? Progress.working("working", elapsed)
        : Progress.counted("verifying", events, all, "events", elapsed)
    )
  return yield* Progress.during(line)(work((now) => Ref.set(progress, now)))
})

/**
 * Verifies the whole ledger.
 *
 * @since 0.1.0
 * @category running
 */
export const run = (options: Pick<Verify.VerifyOptions, "head"> = {}) =>
  Effect.flatMap(Verify.Verify, (verify) => showing((onProgress) => verify.runWith({ ...options, onProgress })))

/**
 * Verifies the whole ledger, and fails with `LedgerTouched` where it is not what the program wrote.
 *
 * @since 0.1.0
 * @category running
 */
export const intact = Effect.fnUntraced(function* (operation: string) {
  const { findings, problems } = yield* run()
  if (problems === 0) return
  return yield* new LedgerError.LedgerTouched({ operation, problems, first: findings[0]?.problem ?? "" })
})
