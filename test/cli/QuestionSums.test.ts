import { QueryConnection } from "@btse-wallet/cli"
import type { QueryRows } from "@btse-wallet/cli"
import { NodeFileSystem } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { readFileSync } from "node:fs"
import * as Campaign from "../Campaign.ts"
import * as Questions from "../docs/Questions.ts"
import { type Books, type Kept, textOf, unitsOf, withBooks } from "../ledger/RandomBooks.ts"
import * as Markdown from "../Markdown.ts"

const root = new URL("../../", import.meta.url)

const page = (path: string): string => readFileSync(new URL(path, root), "utf8")

/** Statements of pages: blocks of SQL, each of several statements, and `btse query "…"`. */
const statementsOf = (text: string): ReadonlyArray<string> => [
  ...Markdown.blocks(text, "sql").flatMap((block) => block.replace(/^--.*\n/gm, "").split(";")),
  ...Array.from(text.matchAll(/btse query (?:--\w+ )?"([^"]*)"/g), ([, sql = ""]) => sql)
]

const documented = [
  ...Questions.ofFile(page("examples/ten-questions.sql")).map(({ sql }) => sql),
  ...Questions.ofFile(page("examples/sql-session.sql")).map(({ sql }) => sql),
  ...["README.md", "docs/reference/query.md", "docs/guide/1-first-sync.md", "docs/guide/2-first-reconciliation.md"]
    .concat(["docs/guide/3-a-break.md", "docs/guide/5-several-accounts.md", "packages/cli/src/CommandHelp/Examples.ts"])
    .flatMap((path) => statementsOf(page(path)))
]
  .map((sql) => sql.trim().replace(/;$/, "").replace(/\s+/g, " "))
  .filter((sql) => /^(select|with) /i.test(sql))

type Row = Readonly<Record<string, QueryRows.Cell>>

const normal = (cell: QueryRows.Cell | undefined): QueryRows.Cell =>
  typeof cell === "string" && /^-?\d+(?:\.\d+)?$/.test(cell) ? textOf(unitsOf(cell)) : (cell ?? null)

const asked = (filename: string, sql: string) =>
  Effect.map(QueryConnection.run(filename, sql), ({ columns, rows }) =>
    rows.map((row): Row => Object.fromEntries(columns.map((name, index) => [name, normal(row[index])])))
  )

/** The statement that is documented and contains this. */
const containing = (part: string): string => {
  const [found = "", ...more] = [...new Set(documented.filter((sql) => sql.includes(part)))]
  expect(more, part).toEqual([])
  expect(found, part).not.toBe("")
  return found
}

const settled = ({ record }: Kept) => record.status === "COMPLETED"

const iso = ({ record }: Kept): string => DateTime.formatIso(record.timestamp)

const fee = ({ record }: Kept): bigint =>
  record.fees === null ? 0n : unitsOf(String(record.fees.value)) / 10n ** BigInt(record.fees.scale)

const grouped = <A>(
  all: ReadonlyArray<Kept>,
  keyOf: (one: Kept) => string,
  sumOf: (some: ReadonlyArray<Kept>) => A
) => {
  const groups = new Map<string, Array<Kept>>()
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, some]) => ({ key, ...sumOf(some) }))
}

const total = (some: ReadonlyArray<Kept>, of: (one: Kept) => bigint): string =>
  textOf(some.reduce((sum, one) => sum + of(one), 0n))

const change = (one: Kept): bigint => one.change

const keyed = (rows: ReadonlyArray<Row>, ...columns: ReadonlyArray<string>) =>
  rows
    .map((row) => ({ key: columns.map((name) => String(row[name])).join(" "), row }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ key, row }) => ({
      key,
      ...Object.fromEntries(Object.entries(row).filter(([name]) => !columns.includes(name)))
    }))

/** Every documented statement that adds something up, and what it must answer by the test's own arithmetic. */
const checks: Readonly<Record<string, (rows: ReadonlyArray<Row>, books: Books) => void>> = {
  "select currency, decimal_sum(amount), decimal_sum(fee) from movements group by currency": (rows, { kept }) =>
    expect(keyed(rows, "currency")).toEqual(
      grouped(
        kept.filter(settled),
        ({ record }) => record.currency,
        (some) => ({
          "decimal_sum(amount)": total(some, change),
          "decimal_sum(fee)": total(some, fee)
        })
      )
    ),
  "as came_in": (rows, { kept }) =>
    expect(keyed(rows, "month", "currency")).toEqual(
      grouped(
        kept.filter(settled),
        (one) => `${iso(one).slice(0, 7)} ${one.record.currency}`,
        (some) => {
          const beforeFee = some.map((one) => one.change + fee(one))
          const side = (sign: bigint) => {
            const those = beforeFee.filter((units) => units * sign > 0n)
            return textOf(those.reduce((sum, units) => sum + units * sign, 0n))
          }
          return {
            movements: some.length,
            came_in: side(1n),
            went_out: side(-1n),
            fees: total(some, fee),
            change: total(some, change)
          }
        }
      )
    ),
  "from postings where currency = 'BTC'": (rows, { holds }) => {
    expect(textOf(rows.reduce((sum, { amount }) => sum + unitsOf(String(amount)), 0n))).toBe("0")
    const wallet = rows.find((row) => row["ledger_account"] === "wallet")
    expect(wallet?.["amount"] ?? "0").toBe(textOf(holds.get("BTC") ?? 0n))
  },
  "from books b full join snapshot s": (rows, { balances, holds }) => {
    for (const { account, books, currency, difference, snapshot } of rows) {
      const [held, seen] = [holds.get(String(currency)) ?? 0n, unitsOf(balances[String(currency)] ?? "0")]
      expect({ account, books, snapshot, difference }).toEqual({
        account: "default",
        books: textOf(held),
        snapshot: textOf(seen),
        difference: textOf(seen - held)
      })
    }
    const named = rows.map(({ currency }) => currency)
    expect(named).toEqual(expect.arrayContaining([...holds.keys(), ...Object.keys(balances)]))
  },
  "decimal_div(decimal_sum(fee), decimal_sum(sent), 6) as share": (rows, { kept }) =>
    expect(keyed(rows, "currency")).toEqual(
      grouped(
        kept.filter((one) => settled(one) && one.record.type === "Withdraw"),
        ({ record }) => record.currency,
        (some) => ({
          currency_network: null,
          withdrawals: some.length,
          sent: total(some, (one) => -one.change),
          fees: total(some, fee),
          // Its digits are those of decimal_div, which has tests of its own.
          share: expect.toSatisfy((share) => share === null || /^\d+(?:\.\d{1,6})?$/.test(String(share)))
        })
      )
    ),
  "as fees from movements group by type, currency": (rows, { kept }) =>
    expect(keyed(rows, "type", "currency")).toEqual(
      grouped(
        kept.filter(settled),
        ({ record }) => `${record.type} ${record.currency}`,
        (some) => ({
          records: some.length,
          amount: total(some, change),
          fees: total(some, fee)
        })
      )
    ),
  "as deposited": (rows, { kept }) => {
    const months = grouped(
      kept.filter((one) => settled(one) && one.record.type === "Deposit"),
      (one) => `${iso(one).slice(0, 7)} ${one.record.currency}`,
      (some) => ({ deposited: total(some, change) })
    )
    for (const row of keyed(rows, "month", "currency")) expect(months).toContainEqual(row)
    expect(rows.length).toBe(Math.min(12, months.length))
  },
  "select currency, decimal_sum(amount) from movements where type = 'Deposit' group by 1": (rows, books) =>
    deposits(rows, books),
  "select currency, decimal_sum(amount) from movements where type = 'Deposit' group by currency": (rows, books) =>
    deposits(rows, books),
  "select currency, decimal_sum(fee) as fees from movements where type = 'Withdraw' group by currency": (
    rows,
    { kept }
  ) =>
    expect(keyed(rows, "currency")).toEqual(
      grouped(
        kept.filter((one) => settled(one) && one.record.type === "Withdraw"),
        ({ record }) => record.currency,
        (some) => ({
          fees: total(some, fee)
        })
      )
    ),
  "decimal_sum(amount) over (order by timestamp, order_id, line) as held": (rows, { holds, kept }) => {
    const moved = kept.filter((one) => settled(one) && one.record.currency === "BTC")
    expect(rows.length).toBe(moved.length)
    let held = 0n
    for (const row of rows) {
      held += unitsOf(String(row["amount"]))
      expect(row["held"]).toBe(textOf(held))
    }
    expect(held).toBe(holds.get("BTC") ?? 0n)
  },
  "decimal_div(decimal_sum(amount), count(*), 8)": (rows, { kept }) => {
    for (const row of rows) {
      const some = kept.filter(
        (one) => settled(one) && one.record.type === "Deposit" && one.record.currency === row["currency"]
      )
      const average = unitsOf(String(row["decimal_div(decimal_sum(amount), count(*), 8)"])) * BigInt(some.length)
      const off = average - unitsOf(total(some, change))
      expect(off < 0n ? -off : off).toBeLessThanOrEqual(5n * 10n ** 9n * BigInt(some.length))
    }
  }
}

const deposits = (rows: ReadonlyArray<Row>, { kept }: Books) =>
  expect(keyed(rows, "currency")).toEqual(
    grouped(
      kept.filter((one) => settled(one) && one.record.type === "Deposit"),
      ({ record }) => record.currency,
      (some) => ({
        "decimal_sum(amount)": total(some, change)
      })
    )
  )

it("every documented statement that adds up is checked", () => {
  const parts = Object.keys(checks)
  for (const sql of documented.filter((one) => one.includes("decimal_sum"))) {
    expect(
      parts.filter((part) => sql.includes(part)),
      sql
    ).toHaveLength(1)
  }
})

it.effect(
  "documented questions have right sums on books with conversions, cancelled and pending records",
  () =>
    Effect.gen(function* () {
      const first = Campaign.firstSeed("documented questions")
      for (let seed = first; seed < first + Campaign.size(4, 200); seed++) {
        yield* withBooks(seed, (books) =>
          Effect.gen(function* () {
            const { filename, kept } = books
            expect(new Set(kept.map(({ record }) => record.status)).size).toBeGreaterThan(1)
            for (const [part, check] of Object.entries(checks)) check(yield* asked(filename, containing(part)), books)

            const largest = kept
              .filter((one) => settled(one) && one.record.type === "Deposit" && one.record.currency === "BTC")
              .sort((one, other) => (one.change < other.change ? 1 : -1))
            const shown = yield* asked(filename, containing("order by decimal_key(amount) desc, time"))
            expect(shown.map(({ amount }) => amount)).toEqual(largest.slice(0, 10).map((one) => textOf(one.change)))

            const open = kept.filter(({ record }) => /^(PENDING|PROCESSING)$/.test(record.status))
            const days = yield* asked(filename, containing("as days"))
            expect(days.map((row) => row["order_id"]).sort()).toEqual(open.map(({ record }) => record.orderId).sort())

            const [coverage] = yield* asked(filename, containing("from coverage c"))
            expect(coverage).toMatchObject({ records: kept.length })
          })
        )
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)),
  Campaign.timeout
)
