import { RetryPolicy, Wallet } from "@btse-wallet/core"
import { Account, Ledger, Sync, Verify } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { HttpClient } from "@effect/platform"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Layer, Random, Ref, Schedule } from "effect"
import * as Campaign from "../Campaign.ts"
import * as SandboxClient from "../SandboxClient.ts"
import { pick } from "./Place.ts"
import * as WalkExchange from "./WalkExchange.ts"
import * as WalkMet from "./WalkMet.ts"
import * as WalkTruth from "./WalkTruth.ts"

const seeds = Campaign.size(64, WalkExchange.wholeRound)

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

/**
 * Syncs once and judges it: exactly what the exchange holds, or an error by name and a gap that the status shows. Answers the
 * name, or `exact`.
 */
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
  const { whole, within } = yield* WalkTruth.vouched(truth, began)
  const outcome = Either.match(synced, { onLeft: (error) => error._tag, onRight: () => "exact" as const })
  const told = `${context}: ${outcome}${Either.isLeft(synced) ? `, ${synced.left.message}` : ""}`
  expect(["exact", ...byName], told).toContain(outcome)
  expect(WalkTruth.missing(books, truth), `${told}: booked, and never shown`).toEqual([])
  // A row that came late to a stretch that was read before is found when it is read again.
  const known = within.filter(({ identity }) => before.includes(identity))
  expect(WalkTruth.missing(known, books), `${told}: claimed, and not there`).toEqual([])
  if (outcome === "exact" || outcome === "SaturatedMillisecond") expect(whole, told).toBe(outcome === "exact")
  // Balances are read after history, so that an error there leaves no gap.
  if (whole && atRest) expect(WalkTruth.texts(books), told).toEqual(WalkTruth.texts(truth))
  return outcome
})

const life = Effect.fnUntraced(function* (seed: number, met: WalkMet.Met) {
  const hostility = yield* WalkExchange.draw(seed)
  const context = `seed ${seed}: ${WalkExchange.show(hostility)}`
  const sandbox = yield* Sandbox.start(hostility.options)
  const { engine } = sandbox
  yield* WalkExchange.fill(engine, hostility)
  yield* WalkMet.life(met, hostility, yield* engine.rows)
  const left = yield* Ref.make(hostility.meanwhile)
  const random = yield* Effect.random
  /** Now and then something happens while a request is under way. */
  const meanwhile = Effect.gen(function* () {
    if ((yield* Ref.get(left)) === 0 || (yield* Random.nextIntBetween(0, 4)) > 0) return
    yield* Ref.update(left, (count) => count - 1)
    yield* WalkMet.add(met, `${yield* WalkExchange.happen(engine, hostility)} between requests`)
  }).pipe(Effect.withRandom(random))
  /** Called for one by one, so that each is counted. */
  const fault = Effect.gen(function* () {
    if ((yield* Random.next) >= hostility.faults) return
    const kind = yield* pick(WalkExchange.faultKinds)
    yield* sandbox.inject({ kind })
    yield* WalkMet.add(met, `fault ${kind}`)
  }).pipe(Effect.withRandom(random))
  const client = yield* SandboxClient.make(sandbox, {
    requestsPerSecond: 10_000,
    around: HttpClient.transform((response) => Effect.zipRight(fault, Effect.zipLeft(response, meanwhile)))
  })
  const account = `seed-${seed}`
  const ledger = Ledger.layerReader({
    account: Account.AccountName.make(account),
    exchange: sandbox.baseUrl.origin,
    // Their balances are not what the records add up to: few are searched for what was left out, which takes 100 requests.
    sync: { search: seed % 64 === 0 }
  }).pipe(Layer.provide(Layer.succeed(Wallet.WalletReader, client)))
  return yield* Effect.gen(function* () {
    const before = (yield* engine.rows).map((row) => WalkTruth.ofExchange(row).identity)
    const quiet = hostility.meanwhile === 0
    const first = yield* judged(engine, account, `${context}, first sync`, quiet, before)
    yield* Ref.set(left, 0)
    const changes = yield* Random.nextIntBetween(0, 4)
    for (let i = 0; i < changes; i++) {
      yield* WalkMet.add(met, `${yield* WalkExchange.happen(engine, hostility)} between syncs`)
    }
    const second = yield* judged(engine, account, `${context}, second sync`, true, before)
    yield* Effect.forEach([first, second], (outcome) => WalkMet.add(met, outcome))
  }).pipe(Effect.provide(ledger))
}, Effect.scoped)

describe("A sync of a hostile exchange", () => {
  it.live(
    "ends with exactly what the exchange holds, or fails by name and shows the gap",
    () =>
      Effect.gen(function* () {
        const from = Campaign.firstSeed("walks")
        const met = yield* WalkMet.make
        for (let seed = from; seed < from + seeds; seed++) {
          yield* life(seed, met).pipe(Effect.withRandom(Random.make(seed)))
        }
        const counts = yield* Ref.get(met)
        yield* Campaign.tell("walks", `${seeds} seeds met`, counts)
        const wanted = Campaign.full ? [...WalkMet.wanted, ...WalkMet.wantedWhole] : WalkMet.wanted
        expect(wanted.filter((kind) => !counts.has(kind))).toEqual([])
        // Most of the others hold more rows in one millisecond and currency than a page can show.
        expect(counts.get("exact")).toBeGreaterThan(seeds)
        expect((yield* Effect.flatMap(Verify.Verify, (verify) => verify.run)).findings).toEqual([])
      }).pipe(
        Effect.provide(Ledger.layerVerify),
        Effect.provideService(RetryPolicy.RetryPolicy, impatient),
        Effect.provide(Ledger.opened(SqliteClient.layer({ filename: ":memory:" })))
      ),
    Campaign.timeout
  )
})
