import type { HistoryRecord } from "@btse-wallet/core"
import { Account, Entries, Export, Ledger, Sync } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Stream, TestClock } from "effect"
import * as Symbols from "../../packages/ledger/src/Export/Symbols.ts"
import { dawn, decimal, makeExchange, origin, row, temporaryFile } from "./Bench.ts"
import type { Program } from "./PlainTextPrograms.ts"
import { programs } from "./PlainTextPrograms.ts"
import { textOf } from "./RandomBooks.ts"

const hour = 3_600_000

const texts = [
  "plain",
  "quotes \"a\" 'b' `c`",
  'back\\slashes\\n \\" and \\',
  "lines\nand\r\nbreaks\u2028\u2029\u0085 here",
  "\u001b[31mred\u0000\u0007",
  "; a comment | a payee, tag: value [2020-01-01] %41 100%",
  "= 5 BTC @ 3 USD (x) {1} ! * #",
  "übrig 名前 👩‍👩‍👧 é",
  "x".repeat(5_000),
  '\\;"%'.repeat(1_250),
  "語".repeat(5_000)
]

const symbols = [
  "BTC",
  "1INCH",
  "mETH",
  "a\\b",
  '"',
  "h",
  "X--1",
  "名前",
  "a;b|c",
  "s".repeat(24),
  "q".repeat(300),
  "名".repeat(120)
]

/** Names that a program, or a person who asks for one of them, may take for each other. */
const names = ["main", "Main", "MAIN", "mainx1", "Mainx1", "-", "x-", "X-", "2D", "tax 2026; a:b", "été", "Été"]

const rows: ReadonlyArray<HistoryRecord.HistoryRecord> = [
  ...texts.map((description, index) =>
    row({ orderId: `text ${index} ${description}`, amount: "2", fees: "0.5", description, txid: description })
  ),
  ...symbols.map((currency, index) => row({ orderId: `symbol ${index}`, currency, amount: "1.5" }))
]

const program = (name: Program["name"]) => programs.filter((one) => one.present && one.name === name)

const exported = Effect.fnUntraced(function* (format: Export.Format) {
  const books = yield* Effect.flatMap(Export.Export, (service) => service.books({ format }))
  return { text: yield* Stream.mkString(books.content), leftOut: yield* books.leftOut }
})

/** One ledger with several accounts, each with the same nasty rows, and entries that were reversed. */
const books = <A, E, R>(
  body: (account: string) => Effect.Effect<A, E, R>,
  accounts: ReadonlyArray<string>,
  reasons: ReadonlyArray<string>
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + hour)
    const exchange = makeExchange()
    exchange.state.rows = [...rows]
    exchange.state.balances = {
      ...Object.fromEntries(symbols.map((symbol) => [symbol, "1.5"])),
      BTC: String(2 * texts.length + 1.5)
    }
    const filename = yield* temporaryFile
    return yield* Effect.forEach(accounts, (account) =>
      Effect.gen(function* () {
        yield* Effect.flatMap(Sync.Sync, (service) => service.run())
        const entries = yield* Entries.Entries
        for (const reason of reasons) {
          const wrong = yield* entries.adjust({ currency: "BTC", amount: decimal("7"), reason })
          yield* entries.reverse(wrong.id, reason)
        }
        return yield* body(account)
      }).pipe(
        Effect.provide(
          Ledger.layer({ account: Account.AccountName.make(account), exchange: origin }).pipe(
            Layer.provideMerge(Ledger.opened(SqliteClient.layer({ filename, disableWAL: true }))),
            Layer.provide(exchange.layer)
          )
        )
      )
    )
  })

const shown = (name: Program["name"], currency: string): string =>
  name === "beancount"
    ? Symbols.fromBeancount(Symbols.beancount(currency))
    : Symbols.fromQuoted(Symbols.quoted(currency))

describe.each(programs.filter(({ present }) => present).map(({ name }) => name))("An export for %s", (name) => {
  it.scoped("has texts and symbols as the program can read them, cuts what is longer, and says so", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const [one] = program(name)
      if (one === undefined) return
      const folder = yield* fs.makeTempDirectoryScoped()
      yield* books(
        () =>
          Effect.gen(function* () {
            const { leftOut, text } = yield* exported(name)
            const file = `${folder}/books.${name}`
            yield* fs.writeFileString(file, text)
            expect(yield* one.check(file)).toEqual({ exitCode: 0, said: "" })
            const held = new Map([...(yield* one.holds(file))].map(([currency, units]) => [currency, textOf(units)]))
            for (const currency of symbols.slice(1)) expect(held.get(shown(name, currency)), currency).toBe("1.5")
            expect(held.get("BTC")).toBe(textOf(BigInt(2 * texts.length) * 10n ** 18n + 15n * 10n ** 17n))

            const words = yield* one.words(file)
            const whole = (text: string) => `Deposit ${text}`.trim()
            const [short, long] = [texts.slice(0, 8), texts.slice(8)]
            // beancount has no way to write some control characters.
            const blank = (text: string) => (name === "beancount" ? text.replace(/(?!\n)\p{Cc}/gu, " ").trim() : text)
            for (const text of short) expect(words).toContain(blank(whole(text)))
            const cut = leftOut.filter(({ reason }) => reason.startsWith("the end of a text"))
            if (name === "ledger") {
              expect(text.split("\n").every((line) => new TextEncoder().encode(line).length < 4_096)).toBe(true)
              expect(cut).toMatchObject([{ count: expect.any(Number), records: [] }])
              expect(text).toContain(`; left out ${cut[0]?.count}: the end of a text`)
              for (const text of long) {
                expect(words.some((word) => word.endsWith("…") && whole(text).startsWith(word.slice(0, -1)))).toBe(true)
              }
            } else {
              expect(cut).toEqual([])
              for (const text of long) expect(words).toContain(whole(text))
            }
          }),
        ["default"],
        texts
      )
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

it.scoped("exports of several accounts stand in one file, with names that stay apart under any case", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const present = programs.filter((program) => program.present)
    const folder = yield* fs.makeTempDirectoryScoped()
    const fileOf = ({ name }: Program, account: string) => `${folder}/${names.indexOf(account)}.${name}`
    yield* books(
      (account) =>
        Effect.forEach(present, (program) =>
          Effect.flatMap(exported(program.name), ({ text }) => fs.writeFileString(fileOf(program, account), text))
        ),
      names,
      texts.slice(0, 1)
    )
    for (const program of present) {
      const files = names.map((name) => fileOf(program, name))
      const contents = yield* Effect.forEach(files, (file) => fs.readFileString(file))
      const declared = contents.flatMap((text) =>
        Array.from(text.matchAll(program.accounts), ([, account = ""]) => account.toLowerCase())
      )
      expect(declared).toHaveLength(8 * names.length)
      expect(new Set(declared).size, program.name).toBe(declared.length)
      const all = `${folder}/all.${program.name}`
      yield* fs.writeFileString(all, program.including(files))
      expect(yield* program.check(all), program.name).toEqual({ exitCode: 0, said: "" })
      const held = yield* program.holds(all)
      expect(textOf(held.get(shown(program.name, "1INCH")) ?? 0n)).toBe(String(1.5 * names.length))
    }
  }).pipe(Effect.provide(NodeFileSystem.layer))
)

const tax = ["koinly", "cointracking", "rotki", "rotki-trades"] as const

it.scoped("what was entered and reversed is in no file for a tax program, and is counted", () =>
  Effect.gen(function* () {
    yield* books(
      () =>
        Effect.gen(function* () {
          for (const format of tax) {
            const { leftOut, text } = yield* exported(format)
            expect(text, format).not.toMatch(/Adjustment|Reversal/)
            expect(
              leftOut.filter(({ reason }) => reason.includes("entered and reversed")),
              format
            ).toMatchObject([{ count: 2 * texts.length, records: [] }])
          }
        }),
      ["default"],
      texts
    )
  })
)
