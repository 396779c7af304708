/**
 * One poll of history for all withdrawals that are tracked in this process: it runs while there is one.
 *
 * @internal
 */
import type { Duration, Exit, Queue, Scope } from "effect"
import { Effect, PubSub, RcRef, Ref, Schedule } from "effect"
import type { IntakeError } from "../internal/Intake.ts"
import { Intake } from "../internal/Intake.ts"
import type { History, Watched } from "./History.ts"

type Tick = Exit.Exit<void, IntakeError>

export const makePoller = Effect.fnUntraced(function* (history: History, every: Duration.DurationInput) {
  const intake = yield* Intake
  const watchers = yield* Ref.make<ReadonlySet<Watched>>(new Set())

  const polling = Effect.gen(function* () {
    const ticks = yield* PubSub.sliding<Tick>(1)
    // Closed until someone listens, so that the first watcher does not miss the first tick.
    const heard = yield* Effect.makeLatch()
    const run = yield* intake.open("track")
    const poll = Effect.flatMap(Ref.get(watchers), (all) => history.follow(run, [...all]))
    yield* heard.await.pipe(
      Effect.zipRight(Effect.exit(poll)),
      Effect.flatMap((tick) => PubSub.publish(ticks, tick)),
      Effect.repeat(Schedule.spaced(every)),
      Effect.forkScoped
    )
    return { ticks, heard }
  })
  const shared = yield* RcRef.make({ acquire: polling })

  /** Has history polled for a withdrawal while the scope is open. A poll that failed is a tick; the next comes all the same. */
  const watch = Effect.fnUntraced(function* (
    watched: Watched
  ): Effect.fn.Return<Queue.Dequeue<Tick>, Effect.Effect.Error<typeof polling>, Scope.Scope> {
    // One object a watcher: two may watch the same.
    const own = { ...watched }
    yield* Effect.acquireRelease(
      Ref.update(watchers, (all) => new Set([...all, own])),
      () => Ref.update(watchers, (all) => new Set([...all].filter((other) => other !== own)))
    )
    const { heard, ticks } = yield* RcRef.get(shared)
    const dequeue = yield* PubSub.subscribe(ticks)
    yield* heard.open
    return dequeue
  })

  return { watch }
})

export type Poller = Effect.Effect.Success<ReturnType<typeof makePoller>>
