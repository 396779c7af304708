import { Output, RenderProgress, Watching } from "@btse-wallet/cli"
import { Account, LedgerError, type Sync } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { Clock, DateTime, Duration, Effect, Fiber, Ref, TestClock } from "effect"
import { Writable } from "node:stream"

const report = (inserted: number): Sync.SyncReport => ({
  account: Account.AccountName.make("default"),
  requests: 1,
  records: { seen: inserted, inserted, updated: 0, unchanged: 0, vanished: 0 },
  quarantined: 0,
  coverage: [],
  snapshot: null,
  unexplained: [],
  durationMs: 1,
  alarms: []
})

const busy = new LedgerError.LedgerBusy({ operation: "sync" })

const lost = new LedgerError.LedgerUnavailable({ operation: "sync", reason: "the disk is full", advice: "Make room." })

type Outcome = Effect.Effect<Sync.SyncReport, LedgerError.LedgerBusy | LedgerError.LedgerUnavailable>

/** When each round began, in seconds, and what was said. */
const rounds = Effect.fnUntraced(function* (outcomes: ReadonlyArray<Outcome>, seconds: number) {
  const begun = yield* Ref.make<ReadonlyArray<number>>([])
  const said: Array<string> = []
  const stream = new Writable({
    write: (text, _, done) => {
      said.push(String(text))
      done()
    }
  })
  const once = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const round = (yield* Ref.getAndUpdate(begun, (all) => [...all, now / 1_000])).length
    return yield* outcomes[round] ?? Effect.succeed(report(0))
  })
  const fiber = yield* Effect.fork(
    Effect.provide(
      Watching.watching(once, Duration.seconds(10)),
      Output.layer({ stdout: stream, stderr: stream, color: false })
    )
  )
  for (let second = 0; second < seconds; second++) yield* TestClock.adjust("1 second")
  const begunAt = yield* Ref.get(begun)
  return { begunAt, said, exit: yield* Fiber.interrupt(fiber) }
})

describe("sync --watch", () => {
  it.effect("backs off while nothing moves, to eight pauses, and is back at one when something does", () =>
    Effect.gen(function* () {
      const still = Effect.succeed(report(0))
      const { begunAt } = yield* rounds([still, still, still, still, still, Effect.succeed(report(1)), still], 350)
      expect(begunAt).toEqual([0, 10, 30, 70, 150, 230, 240, 260, 300])
    })
  )

  it.effect("goes on through what passes by itself, and says it", () =>
    Effect.gen(function* () {
      const { begunAt, said } = yield* rounds([Effect.succeed(report(1)), Effect.fail(busy)], 35)
      expect(begunAt).toEqual([0, 10, 30])
      expect(said.join("")).toBe(`${busy.message}\n`)
    })
  )

  it.effect("ends with what no waiting mends", () =>
    Effect.gen(function* () {
      const { begunAt, exit } = yield* rounds([Effect.succeed(report(1)), Effect.fail(lost)], 100)
      expect(begunAt).toEqual([0, 10])
      expect(String(exit)).toContain("the disk is full")
    })
  )
})

it("tells rows, rate, windows and the time left in a line", () => {
  const at = DateTime.unsafeMake(0)
  const progress = { requests: 4, windows: 3, rows: 1_500, share: 0.25, window: { from: at, to: at } }
  expect(RenderProgress.line(progress, 10_000)).toBe(
    "syncing: 1500 records, 150/s, 3 windows, 4 requests, about 30 s left"
  )
  expect(RenderProgress.line({ ...progress, share: 1 }, 10_000)).not.toContain("left")
  expect(RenderProgress.counted("verifying", 2_000, 10_000, "events", 500)).toBe(
    "verifying: 2000 of 10000 events, 4000/s, about 2 s left"
  )
  expect(RenderProgress.counted("verifying", 10_000, 10_000, "events", 500)).not.toContain("left")
  expect(RenderProgress.counted("verifying", 0, 0, "events", 1_000)).toBe("verifying: 0 of 0 events, 0/s")
})

it.effect("shows each second how far other long work is, and only where somebody may see it", () =>
  Effect.gen(function* () {
    for (const isTTY of [true, false]) {
      const said: Array<string> = []
      const stream = {
        isTTY,
        write: (text: string, done?: unknown) => {
          said.push(text)
          if (typeof done === "function") done()
          return true
        }
      }
      const work = Effect.as(Effect.sleep("2500 millis"), "done").pipe(
        RenderProgress.during((elapsed) => Effect.succeed(RenderProgress.working("exporting", elapsed, 3 * elapsed))),
        Effect.provide(Output.layer({ stdout: stream, stderr: stream, color: false }))
      )
      const running = yield* Effect.fork(work)
      yield* TestClock.adjust("2500 millis")
      expect(yield* Fiber.join(running)).toBe("done")
      // oxlint-disable-next-line no-control-regex -- each line over the last
      expect(said.join("").split(/\r\u001b\[2K/)).toEqual(
        isTTY ? ["exporting: 3000 lines, 3000/s, 1 s", "exporting: 6000 lines, 3000/s, 2 s"] : [""]
      )
    }
  })
)
