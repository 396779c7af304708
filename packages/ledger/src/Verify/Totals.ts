/**
 * The ledger's own totals: what runs say they brought, against the events; the integers that records are added up by, against
 * the decimals they stand for; and reconciliations, against their own arithmetic.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { BigDecimal, Effect, Option } from "effect"
import type { ChainedEvent } from "../EventChain.ts"
import { integersSaid } from "../internal/Units.ts"
import type { Findings } from "./Findings.ts"

interface RunRow {
  readonly id: number
  readonly inserted: number
  readonly vanished: number
}

interface AstrayRow {
  readonly id: number
  readonly order_id: string
}

interface LineRow {
  readonly reconciliation_id: number
  readonly currency: string
  readonly opening: string
  readonly in: string
  readonly out: string
  readonly fees: string
  readonly adjustments: string
  readonly expected: string
  readonly actual: string
  readonly difference: string
}

const amount = (text: string): BigDecimal.BigDecimal => Option.getOrElse(Decimal.fromText(text), () => Decimal.zero)

const addsUp = (line: LineRow): boolean => {
  const expected = BigDecimal.sumAll([
    amount(line.opening),
    amount(line.in),
    BigDecimal.negate(amount(line.out)),
    BigDecimal.negate(amount(line.fees)),
    amount(line.adjustments)
  ])
  const difference = BigDecimal.subtract(amount(line.actual), expected)
  return BigDecimal.equals(expected, amount(line.expected)) && BigDecimal.equals(difference, amount(line.difference))
}

export const makeTotals = (sql: SqlClient.SqlClient, findings: Findings) => {
  const brought = new Map<number, { seen: number; vanished: number }>()

  const take = (event: ChainedEvent) => {
    if (event.run_id === null || (event.kind !== "seen" && event.kind !== "vanished")) return
    const run = brought.get(event.run_id) ?? { seen: 0, vanished: 0 }
    run[event.kind]++
    brought.set(event.run_id, run)
  }

  const check = Effect.fnUntraced(function* () {
    // A run that was broken off may not have come to write its counts down.
    const runs = yield* sql<RunRow>`SELECT id, inserted, vanished FROM run WHERE status = 'done' ORDER BY id`
    for (const run of runs) {
      const events = brought.get(run.id) ?? { seen: 0, vanished: 0 }
      if (run.inserted !== events.seen || run.vanished !== events.vanished) {
        findings.add({
          table: "run",
          row: String(run.id),
          event: null,
          problem: `run ${run.id} says it inserted ${run.inserted} rows and missed ${run.vanished}, and the events say ${events.seen} and ${events.vanished}`
        })
      }
    }
    const integers = integersSaid(sql)
    // A row without any counts by its text, as one does that a program of an earlier version has written since.
    const astray = yield* sql<AstrayRow>`
      SELECT id, order_id FROM record WHERE ${sql.or(integers.map(([column]) => sql`${sql(column)} IS NOT NULL`))}
        AND ${sql.or(integers.map(([column, said]) => sql`${sql(column)} IS NOT ${said}`))}
      ORDER BY id`
    for (const { id, order_id } of astray) {
      findings.add({
        table: "record",
        row: order_id,
        event: id,
        problem: `the row ${order_id} is added up by other amounts than it shows`
      })
    }
    const lines = yield* sql<LineRow>`
      SELECT reconciliation_id, currency, opening, "in", "out", fees, adjustments, expected, actual, difference
      FROM reconciliation_item ORDER BY reconciliation_id, currency`
    for (const line of lines) {
      if (!addsUp(line)) {
        const row = `${line.reconciliation_id}, ${line.currency}`
        findings.add({
          table: "reconciliation_item",
          row,
          event: null,
          problem: `the ${line.currency} line of reconciliation ${line.reconciliation_id} does not add up`
        })
      }
    }
  })

  return { take, check }
}
