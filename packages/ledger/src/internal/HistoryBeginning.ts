/**
 * The time before the oldest record. That nothing was shown there once proves nothing: the exchange is asked again by the
 * same sync and by the next one, and whenever a deep read is due. At the first contradiction the limits that were learned are
 * forgotten, and that time is no longer covered.
 *
 * @internal
 */
import type { WalletError } from "@btse-wallet/core"
import type { SqlClient, SqlError } from "@effect/sql"
import { Effect, Either } from "effect"
import type { LedgerBusy, LedgerUnavailable } from "../LedgerError.ts"
import * as Walker from "../Walker.ts"
import { makeCoverage } from "./Coverage.ts"
import type { Events } from "./Events.ts"
import { makeExtent } from "./Extent.ts"
import { encodeKeeps, readHabits } from "./Habits.ts"
import type { HistoryPort } from "./HistoryPort.ts"
import { makeLearned } from "./Learned.ts"
import { writing } from "./SqlFault.ts"

/** So many consistent answers, each in another sync, are believed. */
const believedAfter = 2

const day = 86_400_000

/** `confirmed`: as before. `contradicted`: there is more history than was known; it is not covered any more. */
export type Finding = "confirmed" | "contradicted"

export interface BeginningOptions {
  readonly accountId: number
  readonly runId: number
  readonly port: HistoryPort
}

type BeginningError = WalletError.ReadError | SqlError.SqlError | LedgerUnavailable | LedgerBusy

export const makeHistoryBeginning = (
  sql: SqlClient.SqlClient,
  events: typeof Events.Service,
  { accountId, port, runId }: BeginningOptions
) => {
  const extent = makeExtent(sql, accountId)
  const learn = makeLearned(sql, events, accountId)
  const { uncover } = makeCoverage(sql, events, accountId)

  const answer = (from: number, to: number) =>
    Effect.either(port.fetchPage({ from, to, count: Walker.defaultCount })).pipe(
      Effect.flatMap((page) =>
        Either.isLeft(page) && page.left._tag !== "BadRequest" ? Effect.fail(page.left) : Effect.succeed(page)
      )
    )

  /** True where the exchange shows rows that contradict what is known of the time before the oldest record. */
  const isContradicted = Effect.fnUntraced(function* (beginning: number, now: number) {
    const { limits } = yield* readHabits(sql, accountId)
    const { longestRange, refusesBeyond } = limits
    const isLimited = limits.showsUntil !== undefined || limits.suspectedUntil !== undefined
    if (refusesBeyond !== undefined) {
      // Refused again, or accepted now.
      const beyond = now - refusesBeyond - day
      return beyond > beginning && Either.isRight(yield* answer(beyond - 1_000, beyond))
    }
    // In pieces the question would take as many requests as the answer.
    if (longestRange !== undefined) return false
    const oldest = yield* extent.oldest()
    const page = yield* answer(beginning, oldest ?? now)
    if (Either.isLeft(page)) return false
    const moments = page.right.rows.flatMap(({ sight, timestamp }) =>
      sight !== undefined && timestamp >= beginning ? [timestamp] : []
    )
    return oldest === undefined
      ? moments.length > 0
      : moments.some((moment) => (isLimited ? moment <= oldest : moment < oldest))
  })

  const forget = Effect.fnUntraced(function* () {
    const { habits, limits } = yield* readHabits(sql, accountId)
    const {
      confirmations: _confirmations,
      refusesBeyond: _refusesBeyond,
      showsUntil: _showsUntil,
      suspectedBy: _suspectedBy,
      suspectedUntil: _suspectedUntil,
      ...kept
    } = limits
    const oldest = yield* extent.oldest()
    yield* writing(sql)(
      Effect.gen(function* () {
        const place = { accountId, runId, at: yield* events.now }
        yield* learn({ earliest: null, keeps: encodeKeeps(habits.keeps, kept) }, place)
        if (oldest !== undefined) yield* uncover({ from: 0, to: oldest - 1 }, place)
      })
    )
  })

  const confirm = Effect.fnUntraced(function* () {
    const { habits, limits } = yield* readHabits(sql, accountId)
    const confirmations = Math.min(believedAfter, (limits.confirmations ?? 0) + 1)
    yield* writing(sql)(
      Effect.flatMap(events.now, (at) =>
        learn({ keeps: encodeKeeps(habits.keeps, { ...limits, confirmations }) }, { accountId, runId, at })
      )
    )
  })

  return {
    /** True while the answers are too few to be believed. */
    isOpen: Effect.map(readHabits(sql, accountId), ({ limits }) => (limits.confirmations ?? 0) < believedAfter),
    /** Asks for the time from `beginning` to the oldest record once more. */
    check: Effect.fnUntraced(function* (beginning: number, now: number): Effect.fn.Return<Finding, BeginningError> {
      if (yield* isContradicted(beginning, now)) {
        yield* forget()
        return "contradicted"
      }
      yield* confirm()
      return "confirmed"
    })
  }
}
