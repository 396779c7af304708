/**
 * Between which snapshots a reconciliation is.
 *
 * @internal
 */
import type { SqlClient } from "@effect/sql"
import type { DateTime } from "effect"
import { Effect, Option } from "effect"
import { makeExtent } from "../internal/Extent.ts"
import { NoSnapshot } from "../LedgerError.ts"
import type * as Spans from "../Span.ts"
import { firstDay } from "../Sync.ts"
import type { SnapshotRow } from "./Inputs.ts"
import { storedInputs } from "./Inputs.ts"

export interface Opening {
  /** Undefined where it is zero at the account's first day. */
  readonly snapshot: SnapshotRow | undefined
  readonly at: number
  readonly covered: ReadonlyArray<Spans.Span>
}

export interface Asked {
  readonly from?: DateTime.Utc | undefined
  readonly to?: DateTime.Utc | undefined
}

export const makeEnds = (sql: SqlClient.SqlClient, accountId: number) => {
  const extent = makeExtent(sql, accountId)
  const inputs = storedInputs(sql)

  /** Zero at the account's first day is the strongest opening: every record counts. Without it, a snapshot. */
  const openingOf = Effect.fnUntraced(function* (from: number | undefined, closingId: number) {
    const covered = yield* extent.coverage()
    const firstCovered = covered[0]?.from
    const whole = yield* extent.beginsAtZero(firstCovered, firstDay)
    if (whole && firstCovered !== undefined && (from === undefined || from <= firstCovered)) {
      return { snapshot: undefined, at: firstCovered, covered } satisfies Opening
    }
    const chosen = yield* from === undefined
      ? inputs.firstSnapshot(accountId)
      : inputs.lastSnapshot({ accountId, until: from })
    if (Option.isNone(chosen)) {
      return yield* new NoSnapshot({ operation: "reconcile", reason: "no snapshot was taken by the opening time" })
    }
    if (chosen.value.id >= closingId) {
      return yield* new NoSnapshot({
        operation: "reconcile",
        reason: "the opening and the closing snapshot are the same one"
      })
    }
    return { snapshot: chosen.value, at: chosen.value.taken_at, covered } satisfies Opening
  })

  /** The two ends of what is asked for. */
  return Effect.fnUntraced(function* (options: Asked) {
    const until = options.to?.epochMillis ?? Number.MAX_SAFE_INTEGER
    const closing = yield* inputs.lastSnapshot({ accountId, until })
    if (Option.isNone(closing)) {
      return yield* new NoSnapshot({ operation: "reconcile", reason: "no snapshot was taken by the closing time" })
    }
    return { closing: closing.value, opening: yield* openingOf(options.from?.epochMillis, closing.value.id) }
  })
}
