import { Export, Sync } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Effect, Stream, TestClock } from "effect"
import * as Campaign from "../Campaign.ts"
import { at, dawn, ledger, makeExchange, row, temporaryFile } from "./Bench.ts"
import type { Program } from "./PlainTextPrograms.ts"
import { programs } from "./PlainTextPrograms.ts"
import { type Books, textOf, unitsOf, withBooks } from "./RandomBooks.ts"

const day = 86_400_000

const exported = Effect.fnUntraced(function* (options: Export.ExportOptions) {
  const books = yield* Effect.flatMap(Export.Export, (service) => service.books(options))
  return { text: yield* Stream.mkString(books.content), leftOut: yield* books.leftOut }
})

const inFile = Effect.fnUntraced(function* (program: Program, text: string) {
  const fs = yield* FileSystem.FileSystem
  const file = `${yield* fs.makeTempDirectoryScoped({ prefix: "btse-export-" })}/books.${program.extension}`
  yield* fs.writeFileString(file, text)
  return file
})

const readable = (totals: ReadonlyMap<string, bigint>) =>
  Object.fromEntries([...totals].sort().map(([currency, units]) => [currency, textOf(units)]))

const agrees = Effect.fnUntraced(function* (program: Program, { context, holds }: Books, text: string) {
  const file = yield* inFile(program, text)
  expect(yield* program.check(file), context).toEqual({ exitCode: 0, said: "" })
  expect(readable(yield* program.holds(file)), context).toEqual(readable(holds))
}, Effect.scoped)

/** Changes the last digit of the first balance that is asserted. */
const tampered = (program: Program, text: string): string =>
  text.replace(program.assertion, (whole: string, amount: string) =>
    whole.replace(amount, `${amount.slice(0, -1)}${amount.endsWith("9") ? 8 : Number(amount.slice(-1)) + 1}`)
  )

const present = programs.filter((program) => program.present)

describe.skipIf(present.length === 0)(`An export read by ${present.map(({ name }) => name).join(", ")}`, () => {
  it.effect(
    "brings no complaint, has our balances to the last digit, and its assertions hold",
    () =>
      Effect.gen(function* () {
        const first = Campaign.firstSeed("plain-text accounting")
        const all = { asserted: 0, withheld: 0, late: 0 }
        const check = Effect.fnUntraced(function* (program: Program, books: Books) {
          const { leftOut, text } = yield* exported({ format: program.name })
          yield* agrees(program, books, text)
          for (const { count, reason } of leftOut) {
            expect(text, books.context).toContain(`; left out ${count}: ${reason}`)
          }
          all.asserted += text.match(new RegExp(program.assertion, "g"))?.length ?? 0
          all.withheld += leftOut.filter(({ reason }) => reason.includes("on its way")).length
          all.late += leftOut.filter(({ reason }) => reason.includes("showed only later")).length
          // From the middle on, it opens with what came before.
          const since = DateTime.unsafeMake(dawn + day)
          yield* agrees(program, books, (yield* exported({ format: program.name, since })).text)
        })
        for (let seed = first; seed < first + Campaign.size(3, 100); seed++) {
          yield* withBooks(seed, (books) =>
            Effect.forEach(present, (program) => check(program, books), { concurrency: 3 })
          )
        }
        expect(all.asserted).toBeGreaterThan(50)
        expect(all.late).toBeGreaterThan(0)
        if (Campaign.full) expect(all.withheld).toBeGreaterThan(0)
        process.stdout.write(
          `plain-text accounting: ${all.asserted} balances asserted, ${all.withheld} withheld, ${all.late} with records that came late\n`
        )
      }).pipe(Effect.provide(NodeFileSystem.layer)),
    Campaign.timeout
  )

  it.effect("is refused when a balance in it is off by its last digit", () =>
    withBooks(1, () =>
      Effect.forEach(
        present,
        Effect.fnUntraced(function* (program) {
          const { text } = yield* exported({ format: program.name })
          const wrong = tampered(program, text)
          expect(wrong).not.toBe(text)
          const { exitCode, said } = yield* program.check(yield* inFile(program, wrong))
          expect(exitCode).not.toBe(0)
          expect(said).toMatch(/balance/i)
        }),
        { concurrency: 3 }
      )
    ).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.effect("opens with the first snapshot where older history is not in the books, and passes over 28 digits", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(dawn)
      const exchange = makeExchange()
      const huge = "123456789012345.123456789012345678"
      exchange.state.rows = [
        row({ orderId: "old", amount: "5", currency: "1INCH", timestamp: dawn - 100 * day }),
        row({ orderId: "new", amount: "0.5", fees: "0.1", currency: "1INCH", type: "Withdraw", timestamp: dawn - day }),
        row({ orderId: "huge", amount: huge, currency: "JPY", timestamp: dawn - day })
      ]
      exchange.state.balances = { "1INCH": "4.5", JPY: huge }
      yield* Effect.gen(function* () {
        yield* Effect.flatMap(Sync.Sync, (service) => service.run({ since: at(dawn - 2 * day) }))
        for (const program of present) {
          const { leftOut, text } = yield* exported({ format: program.name, listLeftOut: true })
          expect(text).toContain("Opening balances")
          const file = yield* inFile(program, text)
          expect(yield* program.check(file)).toEqual({ exitCode: 0, said: "" })
          const held = yield* program.holds(file)
          expect(held.get("1INCH")).toBe(unitsOf("4.5"))
          // Beancount's own sum is rounded: what the file then must not do is assert it.
          if (program.name !== "beancount") expect(held.get("JPY")).toBe(unitsOf(huge))
          const beyond = leftOut.filter(({ reason }) => reason.includes("28 digits"))
          expect(beyond.map(({ records }) => records)).toEqual(
            program.name === "beancount" ? [["snapshot 1 in JPY"]] : []
          )
        }
      }).pipe(Effect.provide(ledger(exchange, yield* temporaryFile)))
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
})
