/**
 * The work on breaks: reconciliations open them and see them go; people assign, note and resolve them. Each step is an event
 * of the chain.
 *
 * @since 0.1.0
 */
import { SqlClient } from "@effect/sql"
import type { DateTime } from "effect"
import { BigDecimal, Context, Effect, Either, Layer, Schema } from "effect"
import { Account } from "./Account.ts"
import { AccountingPolicy } from "./AccountingPolicy.ts"
import type { Break } from "./Breaks/Break.ts"
import { draftOf, makeStoredBreaks, type Step, stepOf } from "./Breaks/Stored.ts"
import { draftOf as entryDraftOf, entering, makeStoredEntries } from "./Entries/Stored.ts"
import { Events } from "./internal/Events.ts"
import { translated, writing } from "./internal/SqlFault.ts"
import type { LedgerError } from "./LedgerError.ts"
import { EntryRefused } from "./LedgerError.ts"
import { Reconciliation } from "./Reconciliation.ts"

export * from "./Breaks/Break.ts"

/**
 * How a break is resolved.
 *
 * @since 0.1.0
 * @category models
 */
export interface Resolving {
  readonly reason: string
  readonly reference?: string | undefined
  /** When its adjustment counts; by default at the end of the interval in which the break was born. */
  readonly at?: DateTime.Utc | undefined
  /** What whoever resolves it has seen, in units of its currency; by default what the ledger saw last. */
  readonly difference?: BigDecimal.BigDecimal | undefined
}

/**
 * The breaks of one account. What is about a break that is not there, or not in the state for it, fails with `EntryRefused`.
 *
 * @since 0.1.0
 * @category services
 */
export class Breaks extends Context.Tag("@btse-wallet/ledger/Breaks")<
  Breaks,
  {
    /** In the order in which they were opened. */
    readonly list: Effect.Effect<ReadonlyArray<Break>, LedgerError>
    readonly get: (id: string) => Effect.Effect<Break, LedgerError>
    /** Gives it to someone, or with an empty name to nobody. */
    readonly assign: (id: string, assignee: string) => Effect.Effect<Break, LedgerError>
    readonly note: (id: string, text: string) => Effect.Effect<Break, LedgerError>
    /**
     * Makes sure that it still breaks by the same difference, enters an adjustment of it, and reconciles again: the break
     * is then `matched`, or `resolved` where something else is off in its span.
     */
    readonly resolve: (id: string, how: Resolving) => Effect.Effect<Break, LedgerError>
    readonly reopen: (id: string, reason: string) => Effect.Effect<Break, LedgerError>
  }
>() {}

const Policy = Schema.Struct({ content: Schema.NullOr(Schema.parseJson(AccountingPolicy)) })

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const account = yield* Account
  const events = yield* Events
  const reconciliation = yield* Reconciliation
  const stored = makeStoredBreaks(sql, account.id)
  const entries = makeStoredEntries(sql, account.id)

  const refused = (operation: string, problem: string, advice = "`btse breaks list` shows the breaks.") =>
    new EntryRefused({ operation, problem, advice })

  const find = Effect.fnUntraced(function* (operation: string, id: string) {
    const found = (yield* stored.all).find((one) => one.id === id)
    return found ?? (yield* refused(operation, `there is no break ${id}`))
  })

  const append = Effect.fnUntraced(function* (step: Step) {
    yield* events.append([yield* draftOf(step)], { accountId: account.id, runId: null, at: yield* events.now })
  })

  /** A step that a person takes, if the break is in a state for it. */
  const taking = <E, R>(
    operation: string,
    id: string,
    decide: (one: Break) => Effect.Effect<Partial<Step> & Pick<Step, "step">, E, R>
  ) =>
    writing(sql)(
      Effect.gen(function* () {
        const one = yield* find(operation, id)
        const said = yield* decide(one)
        yield* append(stepOf({ break: Number(id), currency: one.currency, ...said }))
        return yield* find(operation, id)
      })
    ).pipe(translated(operation))

  const assign = Effect.fn("Breaks.assign")((id: string, assignee: string) =>
    taking("breaks assign", id, () =>
      Effect.succeed({ step: "assigned" as const, assignee: assignee.trim() === "" ? null : assignee.trim() })
    )
  )

  const note = Effect.fn("Breaks.note")((id: string, text: string) =>
    taking("breaks note", id, () => Effect.succeed({ step: "noted" as const, text }))
  )

  const reopen = Effect.fn("Breaks.reopen")((id: string, reason: string) =>
    taking("breaks reopen", id, ({ status }) =>
      status === "open"
        ? refused("breaks reopen", `break ${id} is open`)
        : Effect.succeed({ step: "reopened" as const, text: reason })
    )
  )

  /** Of the reconciliation that last saw it. */
  const policyOf = Effect.fnUntraced(function* (one: Break) {
    const [row] =
      yield* sql`SELECT policy_content AS content FROM reconciliation WHERE id = ${Number(one.reconciliation)}`
    return (yield* Schema.decodeUnknown(Policy)(row ?? { content: null })).content ?? undefined
  })

  /** Reconciles a break's span again, so that the break is as it is now. */
  const look = Effect.fnUntraced(function* (one: Break, to: DateTime.Utc) {
    yield* reconciliation.run({
      from: one.opening === "zero" ? undefined : one.from,
      to,
      policy: yield* policyOf(one)
    })
    return yield* find("breaks resolve", one.id)
  })

  /** Why an adjustment at that moment would not be in the break's span. */
  const outside = ({ from, opening, to }: Break, at: DateTime.Utc) => {
    if (at.epochMillis > to.epochMillis) {
      return refused("breaks resolve", "its time is after the break's", "Choose an earlier --at, or none.")
    }
    // What is dated at a snapshot's own moment is in that snapshot already.
    return opening === "snapshot" && at.epochMillis <= from.epochMillis
      ? refused("breaks resolve", "its time is before the break's span", "Choose a later --at, or none.")
      : undefined
  }

  /** What is there to resolve: an open break, with the difference that whoever resolves it has seen. */
  const toResolve = Effect.fnUntraced(function* (id: string, how: Resolving) {
    const one = yield* find("breaks resolve", id)
    if (one.status !== "open") return yield* refused("breaks resolve", `break ${id} is ${one.status} already`)
    const now = yield* look(one, one.to)
    if (now.status !== "open") {
      return yield* refused("breaks resolve", `break ${id} is gone: its span matches by now`)
    }
    if (!BigDecimal.equals(now.difference, how.difference ?? one.difference)) {
      return yield* refused(
        "breaks resolve",
        `break ${id} has another difference by now`,
        `Look at it again with \`btse breaks show ${id}\`.`
      )
    }
    const at = how.at ?? now.born?.to ?? now.to
    const wrong = outside(now, at)
    return wrong === undefined ? { ...now, at } : yield* wrong
  })

  /** Whatever it refuses, it refuses before it enters anything. */
  const resolving = Effect.fnUntraced(function* (id: string, how: Resolving) {
    const { at, ...one } = yield* toResolve(id, how)
    const { currency, difference } = one
    const said = entering({
      currency,
      type: "adjustment",
      amount: difference,
      at: at.epochMillis,
      reason: how.reason,
      reference: how.reference ?? null,
      break: Number(id)
    })
    const after = yield* entries.settling()
    const draft = yield* entryDraftOf("adjusted", said, after(said.at))
    yield* events.append([draft], { accountId: account.id, runId: null, at: yield* events.now })
    const { seq } = yield* events.head
    const { reason: text, reference } = how
    const step = stepOf({ break: Number(id), step: "resolved", currency, text, entry: seq })
    yield* append({ ...step, reference: reference ?? null })
    return yield* look(one, one.to)
  })

  const resolve = Effect.fn("Breaks.resolve")(function* (id: string, how: Resolving) {
    // One transaction, so that nobody adjusts between the look and the entry; what it saw is kept where it refuses, too.
    const kept = resolving(id, how).pipe(
      Effect.map(Either.right),
      Effect.catchTag("EntryRefused", (refusal) => Effect.succeed(Either.left(refusal)))
    )
    return yield* yield* writing(sql)(kept)
  }, translated("breaks resolve"))

  return {
    list: stored.all.pipe(translated("breaks list"), Effect.withSpan("Breaks.list")),
    get: (id: string) => translated("breaks show")(find("breaks show", id)),
    assign,
    note,
    resolve,
    reopen
  }
})

/**
 * The service of the account that the ledger is opened for.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = Layer.effect(Breaks, make)
