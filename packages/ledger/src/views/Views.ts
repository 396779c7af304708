/**
 * The public views: what a ledger offers to whoever queries it. Each migration drops them all and the last one creates them, so
 * that they are declared in one place, as this version has them.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import books from "./BookViews.ts"
import history from "./HistoryViews.ts"
import payments from "./PaymentViews.ts"

const names = [
  "wallet_history",
  "wallet_history_events",
  "balances",
  "snapshots",
  "sync_runs",
  "coverage",
  "movements",
  "postings",
  "reconciliations",
  "reconciliation_lines",
  "entries",
  "breaks",
  "break_steps",
  "closes",
  "withdrawals",
  "payments"
]

/** Drops every view that this version or an earlier one has created. */
export const drop = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  for (const name of names) yield* sql`DROP VIEW IF EXISTS ${sql.literal(name)}`
})

export const create = Effect.all([history, books, payments], { discard: true })
