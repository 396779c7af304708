import { Walker } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Either, Inspectable, Random, Stream } from "effect"

interface Behaviour {
  readonly cap: number
  readonly keeps: "newest" | "oldest"
  readonly order: "ascending" | "descending" | "shuffled"
  readonly fromInclusive: boolean
  readonly toInclusive: boolean
}

/** An exchange in memory that behaves as told, and counts its requests. */
const exchange = (rows: ReadonlyArray<Walker.Row>, behaviour: Behaviour) => {
  const ascending = [...rows].sort((a, b) => a.timestamp - b.timestamp)
  const requests: Array<Walker.PageRequest> = []
  const fetchPage = Effect.fnUntraced(function* (request: Walker.PageRequest) {
    requests.push(request)
    const { cap, fromInclusive, keeps, order, toInclusive } = behaviour
    const asked = ascending.filter(
      (row) =>
        (fromInclusive ? row.timestamp >= request.from : row.timestamp > request.from) &&
        (toInclusive ? row.timestamp <= request.to : row.timestamp < request.to) &&
        (request.currency === undefined || row.currency === request.currency)
    )
    const most = Math.min(cap, request.count)
    const page = keeps === "newest" ? asked.slice(-most) : asked.slice(0, most)
    if (order === "shuffled") return Chunk.toReadonlyArray(yield* Random.shuffle(page))
    return order === "ascending" ? page : page.toReversed()
  })
  return { port: { fetchPage }, requests }
}

const collect = <E>(port: Walker.Port<Walker.Row, E>, options: Walker.WalkOptions) =>
  Effect.map(Stream.runCollect(Walker.walk(port, options)), (windows) => {
    const all = Chunk.toReadonlyArray(windows)
    return { windows: all, rows: all.flatMap((window) => window.rows), habits: all.at(-1)?.habits }
  })

const sorted = (rows: ReadonlyArray<Walker.Row>) => rows.map((row) => row.content).sort()

const row = (timestamp: number, content: string, currency = "BTC"): Walker.Row => ({ timestamp, content, currency })

const one: Behaviour = { cap: 500, keeps: "newest", order: "descending", fromInclusive: true, toInclusive: true }

const pick = <const A>(choices: readonly [A, ...Array<A>]) =>
  Effect.map(Random.nextIntBetween(0, choices.length), (index) => choices[index] ?? choices[0])

const life = Effect.gen(function* () {
  const behaviour: Behaviour = {
    cap: yield* pick([7, 10, 50]),
    keeps: yield* pick(["newest", "oldest"]),
    order: yield* pick(["ascending", "descending", "shuffled"]),
    fromInclusive: yield* Random.nextBoolean,
    toInclusive: yield* Random.nextBoolean
  }
  const width = yield* pick([3, 30, 300, 5000])
  const size = yield* Random.nextIntBetween(0, 120)
  const rows: Array<Walker.Row> = []
  for (let i = 0; i < size; i++) {
    const timestamp = 1000 + (yield* Random.nextIntBetween(0, width))
    const currency = yield* pick(["BTC", "ETH", "USD"])
    // One row in ten is equal to another in every field.
    const twin = (yield* Random.nextIntBetween(0, 10)) === 0 ? rows[0] : undefined
    rows.push(twin ?? row(timestamp, `${timestamp}/${currency}/${i}`, currency))
  }
  return { behaviour, rows, span: { from: 1000, to: 1000 + width } }
})

describe("Walker", () => {
  it.effect("shows exactly what the exchange holds, or names a millisecond that is too full, on 600 exchanges", () =>
    Effect.gen(function* () {
      let exact = 0
      for (let seed = 1; seed <= 600; seed++) {
        yield* Effect.gen(function* () {
          const { behaviour, rows, span } = yield* life
          const { port, requests } = exchange(rows, behaviour)
          const currencies = ["BTC", "ETH", "USD"]
          const walked = yield* Effect.either(collect(port, { span, count: 20, currencies }))
          const told = `seed ${seed}: ${Inspectable.toStringUnknown({ behaviour, size: rows.length, span }, 0)}`
          expect(requests.length, told).toBeLessThan(20 + rows.length * 6)
          if (Either.isLeft(walked)) {
            expect(walked.left._tag, told).toBe("SaturatedMillisecond")
            const at = walked.left.at.epochMillis
            const ties = rows.filter((row) => row.timestamp === at).length
            expect(ties, told).toBeGreaterThanOrEqual(5)
          } else {
            exact++
            expect(sorted(walked.right.rows), told).toEqual(sorted(rows))
            const spans = [...walked.right.windows].sort((a, b) => a.from - b.from)
            let next = span.from
            for (const window of spans) {
              expect(window.from, told).toBe(next)
              expect(
                window.rows.every((row) => row.timestamp >= window.from && row.timestamp <= window.to),
                told
              ).toBe(true)
              next = window.to + 1
            }
            expect(next, told).toBe(span.to + 1)
          }
        }).pipe(Effect.withRandom(Random.make(seed)))
      }
      // In one life of four all rows share four milliseconds, mostly more than any page can show.
      expect(exact).toBeGreaterThan(400)
    })
  )

  it.effect("walks 20,000 rows at 500 a page in ceil(rows / cap) + 3 requests, learning what the exchange keeps", () =>
    Effect.gen(function* () {
      for (const keeps of ["newest", "oldest"] as const) {
        const rows = Array.from({ length: 20_000 }, (_, i) => row(1_000_000 + i * 60_000, `r${i}`))
        const { port, requests } = exchange(rows, { ...one, keeps })
        const walked = yield* collect(port, { span: { from: 0, to: 2_000_000_000 } })
        expect(walked.rows.length).toBe(20_000)
        expect(walked.habits).toEqual({ keeps, longestPage: 500 })
        expect(requests.length).toBeLessThanOrEqual(43)
      }
    })
  )

  it.effect("asks twice where it knows the exchange and everything fits a page, once where there is nothing", () =>
    Effect.gen(function* () {
      const habits: Walker.Habits = { keeps: "newest", longestPage: 500 }
      const some = exchange([row(5, "a"), row(9, "b")], one)
      yield* collect(some.port, { span: { from: 0, to: 100 }, habits })
      expect(some.requests.length).toBe(2)
      const none = exchange([], one)
      const walked = yield* collect(none.port, { span: { from: 0, to: 100 }, habits })
      expect(none.requests.length).toBe(1)
      expect(walked.windows).toEqual([{ from: 0, to: 100, rows: [], habits }])
    })
  )

  it.effect("splits a millisecond that fills a page by currency, and fails by name where one currency alone does", () =>
    Effect.gen(function* () {
      const behaviour: Behaviour = { ...one, cap: 10 }
      const before = Array.from({ length: 12 }, (_, i) => row(10 + i, `b${i}`))
      const split = [..."abcdef"].flatMap((c) => [row(500, `${c}1`, "BTC"), row(500, `${c}2`, "ETH")])
      const walked = yield* collect(exchange([...before, ...split], behaviour).port, { span: { from: 0, to: 900 } })
      expect(sorted(walked.rows)).toEqual(sorted([...before, ...split]))

      const full = Array.from({ length: 11 }, (_, i) => row(500, `f${i}`))
      const failed = yield* Effect.flip(
        collect(exchange([...before, ...full], behaviour).port, { span: { from: 0, to: 900 } })
      )
      expect(failed._tag).toBe("SaturatedMillisecond")
      expect(failed.at.epochMillis).toBe(500)
    })
  )

  it.effect("keeps rows that are equal in every field apart, and a row shown on two pages one", () =>
    Effect.gen(function* () {
      const twins = [row(50, "twin"), row(50, "twin"), row(51, "x"), row(49, "y"), row(50, "twin")]
      for (const keeps of ["newest", "oldest"] as const) {
        const walked = yield* collect(exchange(twins, { ...one, cap: 4, keeps }).port, {
          span: { from: 0, to: 100 },
          count: 6
        })
        expect(sorted(walked.rows)).toEqual(["twin", "twin", "twin", "x", "y"])
      }
    })
  )
})
