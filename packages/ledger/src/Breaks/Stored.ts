/**
 * Breaks as their events hold them: the state of one is what its steps add up to.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import { type SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, DateTime, Effect, Option, Schema } from "effect"
import { bookEvent, type Draft } from "../internal/Events.ts"
import type { Span } from "../Span.ts"
import { type Break, type BreakStep, StepKind } from "./Break.ts"

const nullable = Schema.NullOr(Schema.String)

/** Earlier versions did not note it. */
const noted = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(Schema.NullOr(schema), { default: () => null })

/** Where and how a reconciliation saw the break: `grown` is the end of the last interval that adds to its difference. */
const Seen = Schema.Struct({
  from: Schema.Int,
  to: Schema.Int,
  opening: Schema.Literal("zero", "snapshot"),
  born: Schema.NullOr(Schema.Struct({ from: Schema.Int, to: Schema.Int })),
  grown: noted(Schema.Int),
  policy: Schema.String,
  policyDigest: noted(Schema.String)
})

export interface Seen extends Schema.Schema.Type<typeof Seen> {}

/** A break with the time in which its difference came about, in epoch milliseconds. */
export interface Known extends Break {
  readonly stretch: Span
}

/** What the event of a step says. */
export const Step = Schema.Struct({
  break: Schema.Int,
  step: StepKind,
  currency: Schema.String,
  difference: Schema.NullOr(Decimal.FromText),
  seen: Schema.NullOr(Seen),
  reconciliation: Schema.NullOr(Schema.Int),
  assignee: nullable,
  text: nullable,
  reference: nullable,
  entry: Schema.NullOr(Schema.Int)
})

export interface Step extends Schema.Schema.Type<typeof Step> {}

const nothing: Omit<Step, "break" | "step" | "currency"> = {
  difference: null,
  seen: null,
  reconciliation: null,
  assignee: null,
  text: null,
  reference: null,
  entry: null
}

export const stepOf = (said: Partial<Step> & Pick<Step, "break" | "step" | "currency">): Step => ({
  ...nothing,
  ...said
})

const encode = Schema.encode(Step)

export const draftOf = (step: Step) => Effect.map(encode(step), (content): Draft => bookEvent("break", content))

const StoredStep = Schema.Struct({ at: Schema.Int, content: Schema.parseJson(Step) })

interface StoredStep extends Schema.Schema.Type<typeof StoredStep> {}

const idOrNull = (id: number | null): string | null => (id === null ? null : String(id))

const shown = ({ at, content }: StoredStep): BreakStep => ({
  step: content.step,
  at: DateTime.unsafeMake(at),
  reconciliation: idOrNull(content.reconciliation),
  difference: content.difference,
  assignee: content.assignee,
  text: content.text,
  reference: content.reference,
  entry: idOrNull(content.entry)
})

const statuses: Partial<Readonly<Record<StepKind, Break["status"]>>> = {
  opened: "open",
  reopened: "open",
  resolved: "resolved",
  matched: "matched"
}

const instants = (span: { readonly from: number; readonly to: number }) => ({
  from: DateTime.unsafeMake(span.from),
  to: DateTime.unsafeMake(span.to)
})

/** None where the steps are not those of a break. */
const breakOf = (steps: ReadonlyArray<StoredStep>): Option.Option<Known> => {
  const last = <A>(read: (content: Step) => A | null | undefined): Option.Option<A> =>
    Arr.findLast(steps, ({ content }) => Option.fromNullable(read(content)))
  return Option.map(
    Option.all({
      first: Arr.head(steps),
      difference: last(({ difference }) => difference),
      seen: last(({ seen }) => seen),
      status: last(({ step }) => statuses[step]),
      reconciliation: last(({ reconciliation, seen }) => seen && reconciliation)
    }),
    ({ difference, first, reconciliation, seen, status }): Known => ({
      id: String(first.content.break),
      currency: first.content.currency,
      difference,
      status,
      assignee: Option.getOrNull(
        Option.flatMapNullable(
          Arr.findLast(steps, ({ content }) => content.step === "assigned"),
          ({ content }) => content.assignee
        )
      ),
      openedAt: DateTime.unsafeMake(first.at),
      ...instants(seen),
      opening: seen.opening,
      born: seen.born && instants(seen.born),
      policy: seen.policy,
      policyDigest: seen.policyDigest,
      reconciliation: String(reconciliation),
      steps: steps.map(shown),
      stretch: { from: seen.born?.from ?? seen.from, to: seen.grown ?? seen.to }
    })
  )
}

export const makeStoredBreaks = (sql: SqlClient.SqlClient, accountId: number) => {
  const steps = SqlSchema.findAll({
    Request: Schema.Void,
    Result: StoredStep,
    // Spelled as the index that holds them has it.
    execute: () => sql`
      SELECT at, content FROM event WHERE account_id = ${accountId}
        AND kind IN ('adjusted', 'imported', 'reversed', 'break', 'closed') AND kind = 'break' ORDER BY seq`
  })

  /** In the order in which they were opened. */
  const all = Effect.map(steps(), (found) =>
    Arr.filterMap(
      Object.values(Arr.groupBy(found, ({ content }) => String(content.break))).sort(
        ([one], [other]) => one.content.break - (other?.content.break ?? 0)
      ),
      breakOf
    )
  )

  return { all }
}
