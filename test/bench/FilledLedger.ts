/**
 * A ledger of any number of records over 40 currencies, and the balances that they add up to. The records are written as they
 * are, in the order of their time and without their events: nothing that is measured on it reads those.
 */
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import * as Ledger from "./Ledger.ts"

export const currencies = Array.from({ length: 40 }, (_, at) => `C${String(at).padStart(2, "0")}`)

const types = ["Deposit", "Withdraw", "Transfer_In", "Transfer_Out", "ReferralEarning"] as const

const leaves = new Set<string>(["Withdraw", "Transfer_Out"])

/** Most amounts have 8 decimals, some 18. */
const textOf = (units: bigint): string => {
  const digits = (units < 0n ? -units : units).toString().padStart(19, "0")
  const text = `${digits.slice(0, -18)}.${digits.slice(-18)}`
  return `${units < 0n ? "-" : ""}${text.endsWith("0000000000") ? text.slice(0, -10) : text}`
}

const apart = 10_000

const first = 1_700_000_000_000

const fill = (filename: string, rows: number): void => {
  const database = new Sqlite(filename)
  const insert = database.prepare(
    `INSERT INTO record (id, account_id, wallet, order_id, currency, type, line, timestamp, status, amount, fees,
      description, username, txid, currency_network, final, settled_after, counter, first_seen, last_changed)
     VALUES (?, 1, '@SPOT', ?, ?, ?, 1, ?, 'COMPLETED', ?, ?, ?, 'btseUser', ?, 'BITCOIN', 1, 0, 'external', 0, 0)`
  )
  const holds = new Map<string, bigint>()
  database.exec("BEGIN")
  for (let at = 1; at <= rows; at++) {
    const random = (BigInt(at) * 2_654_435_761n) % 2n ** 32n
    const currency = currencies[Number(random % 40n)] ?? "C00"
    const type = types[Number((random >> 8n) % 5n)] ?? "Deposit"
    const units = (BigInt(at % 1_000) * 10n ** 8n + (random % 10n ** 8n)) * 10n ** 10n + (at % 16 === 0 ? random : 0n)
    const fees = at % 3 === 0 ? (units / 10n ** 13n) * 10n ** 10n : 0n
    const id = `2026${random}${at}`
    insert.run(1_000 + at, id, currency, type, first + at * apart, textOf(units), textOf(fees), `row ${at}`, `0x${id}`)
    holds.set(currency, (holds.get(currency) ?? 0n) + (leaves.has(type) ? -units : units))
  }
  database.exec("DELETE FROM balance")
  const balance = database.prepare("INSERT INTO balance SELECT max(id), ?, ?, ? FROM snapshot")
  for (const [currency, units] of holds) balance.run(currency, textOf(units), textOf(units))
  database.exec("COMMIT")
  // What the ledger is compared with: a table that has the integers as they are, and an index that holds all of it.
  database.exec(`
    CREATE TABLE bare (id INTEGER PRIMARY KEY, currency TEXT NOT NULL, units INTEGER NOT NULL) STRICT;
    CREATE INDEX bare_by_currency ON bare (currency, units);
    UPDATE record SET amount = amount;
    INSERT INTO bare SELECT id, currency, CAST(substr(replace(amount, '.', ''), 1, instr(amount, '.') + 7) AS INTEGER) FROM record;`)
  database.close()
}

/** Makes it where there is no file yet. */
export const make = (filename: string, rows: number) =>
  Effect.zipRight(
    Ledger.sync(filename, 0),
    Effect.sync(() => fill(filename, rows))
  )
