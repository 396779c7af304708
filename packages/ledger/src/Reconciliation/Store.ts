/**
 * Writes a reconciliation into the books.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import { Array as Arr, Clock, Effect, Schema } from "effect"
import { writing } from "../internal/SqlFault.ts"
import type { ReconciliationReport } from "./Report.ts"
import { Birthday, Candidate, ReconciliationLine } from "./Report.ts"

export interface Run {
  readonly accountId: number
  readonly report: Omit<ReconciliationReport, "id">
  /** The policy itself, as its digest was taken of it. */
  readonly policy: string
  readonly opening: number | null
  readonly closing: number
}

const encodeLine = Schema.encode(
  Schema.Struct({
    ...ReconciliationLine.fields,
    warnings: Schema.parseJson(Schema.Array(Schema.String)),
    birthday: Schema.NullOr(Schema.parseJson(Birthday)),
    candidates: Schema.parseJson(Schema.Array(Candidate))
  })
)

/** Returns its number. */
export const store = Effect.fnUntraced(function* <E>(
  sql: SqlClient.SqlClient,
  run: Run,
  /** In the same transaction: what else the books learn from it. */
  learn: (id: number) => Effect.Effect<void, E>
) {
  const { accountId, closing, opening, policy, report } = run
  const now = yield* Clock.currentTimeMillis
  const lines = yield* Effect.forEach(report.lines, (line) => encodeLine(line))
  return yield* writing(sql)(
    Effect.gen(function* () {
      const rows = yield* sql<{ readonly id: number }>`INSERT INTO reconciliation ${sql.insert({
        account_id: accountId,
        at: now,
        status: report.status,
        first: report.from.epochMillis,
        last: report.to.epochMillis,
        opening_id: opening,
        closing_id: closing,
        policy: report.policy,
        policy_digest: report.policyDigest,
        policy_content: policy
      })} RETURNING id`
      // An insert that succeeds returns its row.
      const { id } = yield* Effect.orDie(Arr.head(rows))
      for (const { inFlight, ...line } of lines) {
        yield* sql`INSERT INTO reconciliation_item ${sql.insert({ reconciliation_id: id, in_flight: inFlight, ...line })}`
      }
      yield* learn(id)
      return id
    })
  )
})
