import { Walker } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Inspectable, Random } from "effect"
import * as Campaign from "../Campaign.ts"
import type { Behaviour } from "./PagedExchange.ts"
import { collect, contents, exchange, isTimeless, pageOf, row, timeless, wellBehaved } from "./PagedExchange.ts"

const seeds = Campaign.size(600, 20_000)

/** Of exchanges that show what has no place in time, or was not asked for. */
const lives = Campaign.size(100, 5_000)

const pick = <const A>(choices: readonly [A, ...Array<A>]) =>
  Effect.map(Random.nextIntBetween(0, choices.length), (index) => choices[index] ?? choices[0])

const someBehaviour = Effect.gen(function* () {
  return {
    cap: yield* pick([1, 2, 3, 7, 7, 10, 50]),
    keeps: yield* pick(["newest", "newest", "oldest", "oldest", "changing", "turned"]),
    order: yield* pick(["ascending", "descending", "shuffled"]),
    fromInclusive: yield* Random.nextBoolean,
    toInclusive: yield* Random.nextBoolean,
    heedsCount: (yield* Random.nextIntBetween(0, 4)) > 0
  } satisfies Behaviour
})

const life = Effect.gen(function* () {
  const behaviour = yield* someBehaviour
  const width = yield* pick([3, 30, 300, 5000, 5000])
  const size = yield* Random.nextIntBetween(0, 120)
  const rows: Array<Walker.Row> = []
  for (let i = 0; i < size; i++) {
    const timestamp = 1000 + (yield* Random.nextIntBetween(0, width))
    const currency = yield* pick(["BTC", "ETH", "USD"])
    // One row in ten is equal to another in every field.
    const twin = (yield* Random.nextIntBetween(0, 10)) === 0 ? rows[0] : undefined
    rows.push(twin ?? row(timestamp, `${timestamp}/${currency}/${i}`, currency))
  }
  const habits: Walker.Habits = yield* pick([
    Walker.noHabits,
    { keeps: "newest", longestPage: behaviour.cap },
    { keeps: "oldest", longestPage: behaviour.cap }
  ])
  return { behaviour, rows, habits, span: { from: 1000, to: 1000 + width } }
})

/** Whether a whole history is one millisecond of an exchange that nothing is known of, and whose pages are tiny. */
const isUntold = (rows: ReadonlyArray<Walker.Row>, { cap }: Behaviour, { keeps }: Walker.Habits): boolean =>
  keeps === "unknown" && cap < 5 && rows.length > cap && new Set(rows.map(({ timestamp }) => timestamp)).size === 1

/** The millisecond that a walk failed for; no number where it failed otherwise. */
const momentOf = (error: Walker.WalkError): number =>
  error._tag === "SaturatedMillisecond" ? error.at.epochMillis : Number.NaN

/** The most rows of one currency in a millisecond. */
const crowded = (rows: ReadonlyArray<Walker.Row>, moment: number) =>
  Math.max(
    ...["BTC", "ETH", "USD"].map(
      (currency) => rows.filter((row) => row.timestamp === moment && row.currency === currency).length
    )
  )

describe("Walker", () => {
  it.effect(
    `closes no window that lacks a row, and names a millisecond that is too full, on ${seeds} exchanges`,
    () =>
      Effect.gen(function* () {
        let exact = 0
        for (let seed = 1; seed <= seeds; seed++) {
          yield* Campaign.breath
          yield* Effect.gen(function* () {
            const { behaviour, habits, rows, span } = yield* life
            if (isUntold(rows, behaviour, habits)) return
            const { port, requests } = exchange(rows, behaviour)
            const { outcome, windows } = yield* collect(port, { span, count: 20, habits })
            const told = `seed ${seed}: ${Inspectable.toStringUnknown({ behaviour, habits, size: rows.length, span }, 0)}`
            expect(requests.length, told).toBeLessThan(60 + rows.length * 20)
            let next = span.from
            for (const window of [...windows].sort((a, b) => a.from - b.from)) {
              expect(window.from, told).toBeGreaterThanOrEqual(next)
              next = window.to + 1
              const there = rows.filter((row) => row.timestamp >= window.from && row.timestamp <= window.to)
              expect(contents(window.rows), `${told}, window ${window.from}–${window.to}`).toEqual(contents(there))
            }
            const covered = windows.reduce((sum, { from, to }) => sum + to - from + 1, 0)
            if (Either.isRight(outcome)) {
              exact++
              expect(covered, told).toBe(span.to - span.from + 1)
            } else {
              const at = momentOf(outcome.left)
              expect(crowded(rows, at), told).toBeGreaterThanOrEqual(behaviour.cap)
              expect(windows.every((window) => window.from > at || window.to < at)).toBe(true)
            }
          }).pipe(Effect.withRandom(Random.make(seed)))
        }
        // The others have more rows of one currency in a millisecond than any page can show.
        expect(exact).toBeGreaterThan(seeds / 3)
      }),
    Campaign.timeout
  )

  it.effect(
    "takes a page for as long as it came, however few of its rows have a time that can be read",
    () =>
      Effect.gen(function* () {
        let exact = 0
        for (let seed = 1; seed <= lives; seed++) {
          yield* Campaign.breath
          yield* Effect.gen(function* () {
            const { habits, span, ...drawn } = yield* life
            const cap = yield* pick([7, 10, 50])
            const behaviour = { ...drawn.behaviour, cap }
            const share = yield* pick([0.1, 0.5, 0.95])
            const rows = yield* Effect.forEach(drawn.rows, (one, i) =>
              Effect.map(Random.next, (draw) => (draw < share ? timeless(one.timestamp, `${i}`) : one))
            )
            const longestPage = Math.min(habits.longestPage, cap)
            const { port, requests } = exchange(rows, behaviour)
            const { outcome, windows } = yield* collect(port, { span, count: 20, habits: { ...habits, longestPage } })
            const told = `seed ${seed}: ${Inspectable.toStringUnknown({ behaviour, habits, share, size: rows.length, span }, 0)}`
            expect(requests.length, told).toBeLessThan(100 + rows.length * 20)
            for (const window of windows) {
              const there = rows.filter((one) => one.timestamp >= window.from && one.timestamp <= window.to)
              const placed = there.filter((one) => !isTimeless(one))
              expect(contents(window.rows), `${told}, window ${window.from}–${window.to}`).toEqual(contents(placed))
            }
            if (Either.isRight(outcome)) exact++
            else expect(outcome.left._tag, told).toBe("SaturatedMillisecond")
          }).pipe(Effect.withRandom(Random.make(seed)))
        }
        expect(exact).toBeGreaterThan(lives / 2)
      }),
    Campaign.timeout
  )

  it.effect(
    "ends soon, by progress or by name, on an exchange that shows the same rows whatever time it is asked for",
    () =>
      Effect.gen(function* () {
        const ends = new Map<string, number>()
        for (let seed = 1; seed <= lives; seed++) {
          yield* Campaign.breath
          yield* Effect.gen(function* () {
            const behaviour = yield* someBehaviour
            const width = yield* pick([3, 300, 5000, 200_000_000_000])
            const size = yield* pick([0, 0, 1, 5, 30, 120])
            const somewhere = Effect.map(Random.nextIntBetween(0, width), (after) => 1000 + after)
            const rows = yield* Effect.forEach(Array.from({ length: size }), (_, i) =>
              Effect.map(somewhere, (moment) => row(moment, `${i}`))
            )
            const where = yield* pick(["inside", "before", "after", "everywhere", "one moment", "moving", "no time"])
            const one = yield* somewhere
            const place = Effect.gen(function* () {
              const off = yield* Random.nextIntBetween(0, 300)
              if (where === "one moment") return one
              if (where === "before") return 900 - off
              if (where === "after") return 1100 + width + off
              return where === "everywhere" && off < 100 ? 900 - off : yield* somewhere
            })
            const many = yield* pick([1, 1, 2, 3, 6, 8, 60])
            const stuck = yield* Effect.forEach(Array.from({ length: many }), (_, i) =>
              Effect.map(place, (moment) => (where === "no time" ? timeless(moment, `${i}`) : row(moment, `s${i}`, "")))
            )
            const takeRoom = yield* Random.nextBoolean
            const honest = exchange(rows, behaviour).port
            let requests = 0
            const fetchPage = Effect.fnUntraced(function* (request: Walker.PageRequest) {
              requests++
              const shown =
                where === "moving"
                  ? yield* Effect.forEach(stuck, (it) => Effect.map(place, (timestamp) => ({ ...it, timestamp })))
                  : stuck
              const page = [...shown, ...(yield* honest.fetchPage(request)).rows]
              const told = `seed ${seed}: ${Inspectable.toStringUnknown({ behaviour, many, size, takeRoom, where, width }, 0)}`
              expect(requests, told).toBeLessThan(700 + (size + many) * 20)
              return pageOf(takeRoom ? page.slice(0, behaviour.cap) : page)
            })
            const span = { from: 1000, to: 1000 + width }
            const { outcome, windows } = yield* collect({ ...honest, fetchPage }, { span, count: 20 })
            const covered = windows.reduce((sum, { from, to }) => sum + to - from + 1, 0)
            if (Either.isRight(outcome)) expect(covered, `seed ${seed}`).toBe(width + 1)
            const end = Either.isRight(outcome) ? "progress" : outcome.left._tag
            ends.set(end, (ends.get(end) ?? 0) + 1)
          }).pipe(Effect.withRandom(Random.make(seed)))
        }
        yield* Campaign.tell("stuck rows", "ended", ends)
        expect(ends.get("progress")).toBeGreaterThan(lives / 2)
      }),
    Campaign.timeout
  )

  it.effect("gives an exchange up by name whose answers contradict each other", () =>
    Effect.gen(function* () {
      // Each of two answers shows what the other one must have shown too.
      let answers = 0
      const fetchPage = () =>
        Effect.sync(() => {
          const even = answers++ % 2 === 0
          return pageOf(even ? [row(17, "a"), row(18, "b"), row(18, "c")] : [row(16, "d"), row(16, "e"), row(15, "f")])
        })
      const habits: Walker.Habits = { keeps: "newest", longestPage: 3 }
      const { outcome } = yield* collect({ fetchPage }, { span: { from: 15, to: 18 }, habits })
      expect(Either.isLeft(outcome) ? outcome.left._tag : answers).toBe("HistoryUnproven")
    })
  )

  it.effect("reads all that it can read before it fails for a millisecond", () =>
    Effect.gen(function* () {
      const full = Array.from({ length: 11 }, (_, i) => row(500, `f${i}`))
      const rows = [...full, ...Array.from({ length: 40 }, (_, i) => row(480 + i + (i < 20 ? 0 : 1), `b${i}`))]
      for (const keeps of ["newest", "oldest"] as const) {
        const { outcome, windows } = yield* collect(exchange(rows, { ...wellBehaved, cap: 10, keeps }).port, {
          span: { from: 0, to: 900 }
        })
        expect(Either.isLeft(outcome) ? momentOf(outcome.left) : undefined).toBe(500)
        const closed = [...windows].sort((a, b) => a.from - b.from)
        expect(closed[0]?.from).toBe(0)
        expect(closed.at(-1)?.to).toBe(900)
        expect(closed.reduce((sum, { from, to }) => sum + to - from + 1, 0)).toBe(900)
      }
    })
  )

  it.effect("walks 20,000 rows at 500 a page in ceil(rows / cap) + 3 requests, learning what the exchange keeps", () =>
    Effect.gen(function* () {
      for (const keeps of ["newest", "oldest"] as const) {
        const rows = Array.from({ length: 20_000 }, (_, i) => row(1_000_000 + i * 60_000, `r${i}`))
        const { port, requests } = exchange(rows, { ...wellBehaved, keeps })
        const walked = yield* collect(port, { span: { from: 0, to: 2_000_000_000 }, concurrency: 1 })
        expect(walked.rows.length).toBe(20_000)
        expect(walked.habits).toEqual({ keeps, longestPage: 500 })
        expect(requests.length).toBeLessThanOrEqual(43)
      }
    })
  )

  it.effect(
    "asks twice where it knows the exchange and everything fits a page, and believes an empty page the second time",
    () =>
      Effect.gen(function* () {
        const habits: Walker.Habits = { keeps: "newest", longestPage: 500 }
        const some = exchange([row(5, "a"), row(9, "b")], wellBehaved)
        yield* collect(some.port, { span: { from: 0, to: 100 }, habits })
        expect(some.requests.length).toBe(2)
        const none = exchange([], wellBehaved)
        const walked = yield* collect(none.port, { span: { from: 0, to: 100 }, habits })
        expect(none.requests.length).toBe(2)
        expect(walked.windows).toEqual([{ from: 0, to: 100, rows: [], habits }])
      })
  )

  it.effect("asks once where a page shows what was known and no more, unless the page may have been cut", () =>
    Effect.gen(function* () {
      const known = [row(5, "a"), row(9, "b")]
      const span = { from: 0, to: 100 }
      const same = exchange(known, wellBehaved)
      yield* collect(same.port, { span, known, habits: { keeps: "newest", longestPage: 500 } })
      expect(same.requests.length).toBe(1)
      const more = exchange([...known, row(7, "late")], { ...wellBehaved, cap: 2 })
      const walked = yield* collect(more.port, { span, known, habits: { keeps: "newest", longestPage: 2 } })
      expect(contents(walked.rows)).toEqual(["a", "b", "late"])
    })
  )

  it.effect(
    "splits a millisecond that fills a page by currency, also by one that it has not met, and fails by name",
    () =>
      Effect.gen(function* () {
        const behaviour: Behaviour = { ...wellBehaved, cap: 10 }
        const before = Array.from({ length: 12 }, (_, i) => row(10 + i, `b${i}`))
        // The page shows the last ten, all of them USD.
        const split = [
          ...[..."abcdef"].map((c) => row(500, `${c}1`, "ETH")),
          ...[..."abcdefghi"].map((c) => row(500, `${c}2`, "USD"))
        ]
        const walked = yield* collect(exchange([...before, ...split], behaviour).port, { span: { from: 0, to: 900 } })
        expect(contents(walked.rows)).toEqual(contents([...before, ...split]))

        const full = Array.from({ length: 11 }, (_, i) => row(500, `f${i}`))
        const { outcome } = yield* collect(exchange([...before, ...full], behaviour).port, {
          span: { from: 0, to: 900 }
        })
        expect(Either.isLeft(outcome) ? momentOf(outcome.left) : undefined).toBe(500)
      })
  )

  it.effect(
    "asks for a larger page where a currency alone fills one, and trusts it only where pages can be longer",
    () =>
      Effect.gen(function* () {
        const span = { from: 0, to: 900 }
        const full = Array.from({ length: 30 }, (_, i) => row(500, `f${i}`))
        const around = Array.from({ length: 40 }, (_, i) => row(10 + i, `b${i}`))
        const heeding = yield* collect(exchange([...around, ...full], { ...wellBehaved, cap: 500 }).port, {
          span,
          count: 20
        })
        expect(contents(heeding.rows)).toEqual(contents([...around, ...full]))
        // More than the usual count, yet cut at 35: as long as any page that this exchange shows.
        const cut = Array.from({ length: 36 }, (_, i) => row(500, `f${i}`))
        const failed = yield* collect(exchange([...around, ...cut], { ...wellBehaved, cap: 35 }).port, {
          span,
          count: 20
        })
        expect(Either.isLeft(failed.outcome)).toBe(true)
      })
  )

  it.effect("reads a crowded millisecond once more where a row of it changed while it was read", () =>
    Effect.gen(function* () {
      const before = Array.from({ length: 12 }, (_, i) => row(10 + i, `b${i}`))
      const crowd = [..."abcdef"].flatMap((name) => [row(500, `${name}1`, "ETH"), row(500, `${name}2`, "USD")])
      const changed = crowd.map((one) => ({ ...one, content: `${one.content}, changed` }))
      let looks = 0
      const fetchPage = (request: Walker.PageRequest) => {
        if (request.currency !== undefined) looks++
        const rows = [...before, ...(looks > 0 ? changed : crowd)]
        return exchange(rows, { ...wellBehaved, cap: 10 }).port.fetchPage(request)
      }
      const walked = yield* collect({ fetchPage }, { span: { from: 0, to: 900 }, concurrency: 1 })
      expect(Either.isRight(walked.outcome)).toBe(true)
      expect(contents(walked.rows)).toEqual(contents([...before, ...changed]))
    })
  )

  it.effect(
    "does not take a single row that came late, older than all that was shown, for a page that was cut there",
    () =>
      Effect.gen(function* () {
        const rows = Array.from({ length: 20 }, (_, i) => row(500 + i * 10, `r${i}`))
        const behaviour: Behaviour = { ...wellBehaved, cap: 7, keeps: "oldest" }
        const late = row(450, "late")
        let answers = 0
        const walked = yield* collect(
          {
            fetchPage: (request) =>
              exchange(answers++ === 0 ? rows : [...rows, late], behaviour).port.fetchPage(request)
          },
          { span: { from: 0, to: 900 } }
        )
        expect(contents(walked.rows)).toEqual(contents([...rows, late]))
      })
  )

  it.effect("keeps rows that are equal in every field apart, and a row shown on two pages one", () =>
    Effect.gen(function* () {
      const twins = [row(50, "twin"), row(50, "twin"), row(51, "x"), row(49, "y"), row(50, "twin")]
      for (const keeps of ["newest", "oldest"] as const) {
        const walked = yield* collect(exchange(twins, { ...wellBehaved, cap: 4, keeps }).port, {
          span: { from: 0, to: 100 },
          count: 6
        })
        expect(contents(walked.rows)).toEqual(["twin", "twin", "twin", "x", "y"])
      }
    })
  )
})
