/**
 * The state of a limiter in memory: permits, gate, last nonce, and the permits that are out.
 *
 * Layers come and go over one state, so a permit that is out when its layer's scope closes is given back by another layer,
 * or by the next one. Instants are of the monotonic clock: a wall clock that steps changes nothing here but nonces.
 *
 * @since 0.1.0
 */
import { type Deferred, Deferred as Deferreds, Duration, Effect, Ref, type Scope } from "effect"
import * as Monotonic from "../Monotonic.ts"
import { type Gate, openGate } from "./Gate.ts"
import * as PrioritySemaphore from "./PrioritySemaphore.ts"
import { afterAnswer, outFor, returnsAt, type Road, unknownRoad, window } from "./Road.ts"

/** A permit that is out. */
interface Out {
  readonly sentAt: number
  /** The quickest answer, as it was known when the request was sent. */
  readonly quickest: number
  readonly answered: Deferred.Deferred<number>
  /** The scope in which it is waited for. */
  tendedIn: Scope.Scope | undefined
}

/**
 * A limiter's state.
 *
 * @since 0.1.0
 * @category models
 */
export interface LimiterState {
  readonly permits: PrioritySemaphore.PrioritySemaphore
  readonly gate: Ref.Ref<Gate>
  readonly lastNonce: Ref.Ref<number>
  readonly road: Ref.Ref<Road>
  readonly out: Set<Out>
  /** The layers over this state that are open, and the limit that each asks for: the smallest governs. */
  readonly limits: Map<Scope.Scope, number>
  /** When notice of a wait was given last, by the monotonic clock. */
  readonly notice: Ref.Ref<number>
}

/**
 * Makes a state that no layer uses yet.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<LimiterState> = Effect.gen(function* () {
  return {
    permits: yield* PrioritySemaphore.make(0),
    gate: yield* Ref.make<Gate>(openGate),
    lastNonce: yield* Ref.make(0),
    road: yield* Ref.make(unknownRoad),
    out: new Set(),
    limits: new Map(),
    notice: yield* Ref.make(Number.NEGATIVE_INFINITY)
  }
})

const giveBack = Effect.fnUntraced(function* (state: LimiterState, out: Out) {
  const { answered, quickest, sentAt } = out
  const longest = sentAt + (quickest > window ? 1 : 2) * window
  const answeredAt = yield* Deferreds.await(answered).pipe(
    Effect.timeoutTo({
      duration: Duration.millis(outFor(longest, yield* Monotonic.millis)),
      onTimeout: () => sentAt + quickest,
      onSuccess: (at) => at
    })
  )
  yield* Effect.sleep(Duration.millis(outFor(returnsAt(sentAt, answeredAt, quickest), yield* Monotonic.millis)))
  yield* Effect.uninterruptible(
    Effect.suspend(() => {
      state.out.delete(out)
      return state.permits.release
    })
  )
})

/** Waits for a permit's return in an open layer's scope; where none is open, the next layer does. */
const tend = (state: LimiterState, out: Out) =>
  Effect.suspend(() => {
    const [scope] = state.limits.keys()
    out.tendedIn = scope
    return scope === undefined ? Effect.void : Effect.forkIn(Effect.interruptible(giveBack(state, out)), scope)
  })

const govern = (state: LimiterState) =>
  state.limits.size === 0 ? Effect.void : state.permits.resize(Math.min(...state.limits.values()))

/** Tends anew the permits of a scope; of undefined, those that nobody tends. */
const retend = (state: LimiterState, scope: Scope.Scope | undefined) =>
  Effect.forEach(
    Array.from(state.out).filter((out) => out.tendedIn === scope),
    (out) => tend(state, out),
    { discard: true }
  )

/**
 * Opens a state for a layer, until its scope closes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const open = (state: LimiterState, requestsPerSecond: number): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      state.limits.set(scope, requestsPerSecond)
      yield* govern(state)
      yield* retend(state, undefined)
      return scope
    }),
    // Fibers that were forked in the scope have ended by now: their finalizers are younger than this one.
    (scope) =>
      Effect.suspend(() => {
        state.limits.delete(scope)
        return Effect.zipRight(govern(state), retend(state, scope))
      })
  ).pipe(Effect.asVoid)

/**
 * Notes that a permit which was taken now is out. Returns what notes its answer.
 *
 * @since 0.1.0
 * @category permits
 */
export const send = Effect.fnUntraced(function* (state: LimiterState, quickest: number) {
  const sentAt = yield* Monotonic.millis
  const answered = yield* Deferreds.make<number>()
  const out: Out = { sentAt, quickest, answered, tendedIn: undefined }
  state.out.add(out)
  yield* tend(state, out)
  return Effect.fnUntraced(function* (successful: boolean) {
    const now = yield* Monotonic.millis
    const took = now - sentAt
    if (successful) {
      yield* Ref.update(state.road, (road) => afterAnswer(road, took))
    }
    yield* Deferreds.succeed(answered, now)
  })
})
