/**
 * One attempt to send a payment, from its claim to its stored outcome. It runs in a fiber of its own, which the caller can
 * call off up to the gate and nobody can after it: a request whose bytes may have left is waited for.
 *
 * @internal
 */
import type { WalletError } from "@btse-wallet/core"
import { BeforeSend, Wallet } from "@btse-wallet/core"
import { Cause, Effect, Exit, Fiber, Option, Ref } from "effect"
import { PaymentUnrecorded } from "../LedgerError.ts"
import type { PaymentRequest } from "../Payment.ts"
import type { PaymentError, PaymentOptions } from "../Payments.ts"
import type { Claim, Claims } from "./Claims.ts"
import { ClaimLost, type GateShut, makeGate } from "./Gate.ts"
import type { Guards } from "./Guards.ts"
import { type Answer, outcomeOf, perform } from "./Outcome.ts"
import type { StoredPayment } from "./Rows.ts"
import { unknown, unknownOf } from "./Unknown.ts"

export interface Attempt {
  readonly claim: Claim
  readonly request: PaymentRequest
  readonly beforeSending: PaymentOptions<never>["beforeSending"]
}

/** Progress of an attempt: `open` until the gate is reached; a gate that did not open is the reason for which nothing left. */
type Progress =
  | { readonly _tag: "Open" }
  | { readonly _tag: "CalledOff" }
  | { readonly _tag: "AtGate" }
  | { readonly _tag: "Left" }
  | { readonly _tag: "Shut"; readonly by: ClaimLost | GateShut }

/** None where another took the claim: the outcome is that one's. */
type Result = Effect.Effect<Option.Option<StoredPayment>, PaymentError>

export const makeAttempts = Effect.fnUntraced(function* (claims: Claims, guards: Guards) {
  const wallet = yield* Wallet.Wallet
  const { conclude, pass } = yield* makeGate
  const running = new Map<Fiber.RuntimeFiber<unknown, unknown>, Effect.Effect<void>>()

  // A service that closes calls off what has not reached its gate, and waits for the rest.
  yield* Effect.addFinalizer(() =>
    Effect.forEach([...running], ([fiber, callOff]) => Effect.zipRight(callOff, Fiber.await(fiber)), {
      concurrency: "unbounded",
      discard: true
    })
  )

  const gateOf = (claim: Claim, progress: Ref.Ref<Progress>) => {
    const shut = (by: ClaimLost | GateShut) => Effect.zipRight(Ref.set(progress, { _tag: "Shut", by }), Effect.die(by))
    const reach = Ref.modify(progress, (now): readonly [boolean, Progress] =>
      now._tag === "Open" ? [true, { _tag: "AtGate" }] : [false, now]
    )
    const through = Effect.zipRight(pass(claim), Ref.set(progress, { _tag: "Left" }))
    return Effect.flatMap(reach, (first) =>
      first ? Effect.catchAll(through, shut) : Effect.die(new ClaimLost())
    ).pipe(Effect.uninterruptible)
  }

  /** Stores the outcome, and how the caller goes on. */
  const finish = Effect.fnUntraced(function* (
    { claim, request }: Attempt,
    exit: Exit.Exit<Answer, WalletError.PaymentError>,
    progress: Progress
  ) {
    const left = progress._tag === "Left"
    const outcome = yield* outcomeOf(request.kind, exit, left)
    const written = yield* Effect.exit(conclude(claim, outcome))
    if (progress._tag === "Shut") {
      return progress.by._tag === "ClaimLost" ? Option.none<StoredPayment>() : yield* progress.by.reason
    }
    if (Exit.isFailure(written)) {
      if (Exit.isSuccess(exit)) {
        const { kind: operation } = request
        return yield* new PaymentUnrecorded({
          operation,
          key: claim.key,
          orderId: exit.value.orderId,
          cause: Cause.squash(written.cause)
        })
      }
      if (outcome.status === "UNKNOWN") {
        const reason = `${outcome.reason ?? "no answer came"}; the ledger could not store that`
        return yield* unknown(request, claim.key, reason)
      }
      return yield* Effect.failCause(exit.cause)
    }
    const row = written.value
    if (row.status === "UNKNOWN") return yield* unknownOf(row, request)
    if (Exit.isFailure(exit)) return yield* Effect.failCause(exit.cause)
    return Option.some(row)
  })

  const carryOut = Effect.fnUntraced(function* (attempt: Attempt, progress: Ref.Ref<Progress>) {
    const { beforeSending, claim, request } = attempt
    yield* claims.keepAlive(claim)
    const ready = guards.takes(request).pipe(
      Effect.tap((preview) => beforeSending?.({ ...preview, key: claim.key }) ?? Effect.void),
      Effect.onExit((exit) =>
        Exit.isSuccess(exit)
          ? Effect.void
          : // Where it cannot be given back, it is free as soon as it is old.
            Effect.catchAll(claims.giveBack(claim, "a check before sending failed"), (error) =>
              Effect.logDebug("A claim could not be given back", error)
            )
      )
    )
    return yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        yield* restore(ready)
        const exit = yield* perform(wallet, request).pipe(
          Effect.provideService(BeforeSend.BeforeSend, gateOf(claim, progress)),
          restore,
          Effect.exit
        )
        return yield* finish(attempt, exit, yield* Ref.get(progress))
      })
    )
  }, Effect.scoped)

  const send = (attempt: Attempt): Result =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const progress = yield* Ref.make<Progress>({ _tag: "Open" })
        const fiber = yield* carryOut(attempt, progress).pipe(Effect.interruptible, Effect.forkDaemon)
        const callOff = Ref.modify(progress, (now): readonly [boolean, Progress] =>
          now._tag === "Open" ? [true, { _tag: "CalledOff" }] : [false, now]
        ).pipe(Effect.flatMap((open) => (open ? Fiber.interrupt(fiber) : Effect.void)))
        running.set(fiber, callOff)
        fiber.addObserver(() => running.delete(fiber))
        return yield* restore(Fiber.join(fiber)).pipe(Effect.onInterrupt(() => callOff))
      })
    )

  return { send }
})
