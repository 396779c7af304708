import { RetryPolicy, Wallet } from "@btse-wallet/core"
import { Account, Ledger, Sync } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { HttpClient } from "@effect/platform"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Layer, Random, Ref, Schedule } from "effect"
import * as Campaign from "../Campaign.ts"
import * as SandboxClient from "../SandboxClient.ts"
import * as WalkExchange from "./WalkExchange.ts"
import * as WalkTruth from "./WalkTruth.ts"

const seeds = Campaign.size(60, 1_500)

/** What a sync may fail with: the exchange's faults, a millisecond too full for its pages, an account that never rests. */
const byName = [
  "SaturatedMillisecond",
  "SnapshotUnsettled",
  "ExchangeUnavailable",
  "ExchangeTimeout",
  "Unreachable",
  "UnexpectedResponse"
]

const impatient = Schedule.intersect(Schedule.spaced("1 millis"), Schedule.recurs(5))

type Outcome = "exact" | "named"

/** Syncs once and judges it: exactly what the exchange holds, or an error by name and a gap that the status shows. */
const judged = Effect.fnUntraced(function* (
  engine: Sandbox.RunningSandbox["engine"],
  account: string,
  context: string,
  /** Whether the exchange is at rest while it is synced, and which rows it held before that. */
  atRest: boolean,
  before: ReadonlyArray<string>
) {
  const began = yield* engine.now
  const synced = yield* Effect.either(Effect.flatMap(Sync.Sync, (sync) => sync.run()))
  const truth = (yield* engine.rows).map(WalkTruth.ofExchange)
  const books = yield* WalkTruth.ofBooks(account)
  if (Either.isRight(synced)) {
    if (atRest) {
      expect(WalkTruth.texts(books), context).toEqual(WalkTruth.texts(truth))
      expect((yield* WalkTruth.vouched(truth, began)).whole, context).toBe(true)
    }
    return "exact" satisfies Outcome
  }
  const { _tag } = synced.left
  expect(byName, `${context}: ${synced.left.message}`).toContain(_tag)
  const { whole, within } = yield* WalkTruth.vouched(truth, began)
  // Balances are read after history, so an error there leaves no gap, and rows that come meanwhile are read with them.
  if (_tag === "SaturatedMillisecond" && atRest) expect(whole, context).toBe(false)
  // A row that came late to a stretch that was read before is found when it is read again.
  const known = within.filter(({ identity }) => before.includes(identity))
  expect(WalkTruth.missing(known, books), `${context}: claimed, and not there after ${_tag}`).toEqual([])
  return "named" satisfies Outcome
})

const life = Effect.fnUntraced(function* (seed: number) {
  const hostility = yield* WalkExchange.draw(seed)
  const context = `seed ${seed}: ${WalkExchange.show(hostility)}`
  const sandbox = yield* Sandbox.start(hostility.options)
  const { engine } = sandbox
  yield* WalkExchange.fill(engine, hostility)
  const left = yield* Ref.make(hostility.meanwhile)
  const random = yield* Effect.random
  /** Now and then something happens while a request is under way. */
  const meanwhile = Effect.gen(function* () {
    if ((yield* Ref.get(left)) === 0 || (yield* Random.nextIntBetween(0, 4)) > 0) return
    yield* Ref.update(left, (count) => count - 1)
    yield* WalkExchange.happen(engine, hostility)
  }).pipe(Effect.withRandom(random))
  const client = yield* SandboxClient.make(sandbox, {
    requestsPerSecond: 10_000,
    around: (http) => HttpClient.transform(http, (response) => Effect.zipLeft(response, meanwhile))
  })
  const account = `seed-${seed}`
  const ledger = Ledger.layerReader({
    account: Account.AccountName.make(account),
    exchange: sandbox.baseUrl.origin
  }).pipe(Layer.provide(Layer.succeed(Wallet.WalletReader, client)))
  return yield* Effect.gen(function* () {
    const before = (yield* engine.rows).map((row) => WalkTruth.ofExchange(row).identity)
    const quiet = hostility.meanwhile === 0
    const first = yield* judged(engine, account, `${context}, first sync`, quiet, before)
    yield* Ref.set(left, 0)
    const changes = yield* Random.nextIntBetween(0, 4)
    for (let i = 0; i < changes; i++) yield* WalkExchange.happen(engine, hostility)
    const second = yield* judged(engine, account, `${context}, second sync`, true, before)
    return [first, second]
  }).pipe(Effect.provide(ledger))
}, Effect.scoped)

describe("A sync of a hostile exchange", () => {
  it.live(
    "ends with exactly what the exchange holds, or fails by name and shows the gap",
    () =>
      Effect.gen(function* () {
        const from = Campaign.firstSeed("walks")
        let exact = 0
        for (let seed = from; seed < from + seeds; seed++) {
          const outcomes = yield* life(seed).pipe(Effect.withRandom(Random.make(seed)))
          exact += outcomes.filter((outcome) => outcome === "exact").length
        }
        // Most of the others hold more rows in one millisecond and currency than a page can show.
        expect(exact).toBeGreaterThan(seeds * 1.2)
      }).pipe(
        Effect.provideService(RetryPolicy.RetryPolicy, impatient),
        Effect.provide(Ledger.opened(SqliteClient.layer({ filename: ":memory:" })))
      ),
    Campaign.timeout
  )
})
