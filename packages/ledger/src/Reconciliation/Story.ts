/**
 * What the events tell of a record: how it was seen first, and how after each change.
 *
 * @internal
 */
import { Decimal, RecordStatus } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import type { BigDecimal } from "effect"
import { Effect, Option } from "effect"
import type { ChainedEvent } from "../EventChain.ts"
import type { StoredRecord } from "../internal/Replay.ts"
import { replay } from "../internal/Replay.ts"
import type { RecordRow } from "./Inputs.ts"

/** A record from the event `seq` on, until the next state's. */
export interface State extends RecordRow {
  readonly seq: number
}

/** The states of one record, the first sight first. */
export type Story = readonly [State, ...Array<State>]

const amountOf = (text: string | null): Option.Option<BigDecimal.BigDecimal> =>
  text === null ? Option.some(Decimal.zero) : Decimal.fromText(text)

const stateOf = (record: StoredRecord, seq: number): Option.Option<State> =>
  Option.zipWith(amountOf(record.amount), amountOf(record.fees), (amount, fees) => ({
    seq,
    id: record.id,
    orderId: record.order_id,
    type: record.type,
    currency: record.currency,
    status: record.status,
    timestamp: record.timestamp,
    amount,
    fees,
    sourceCurrency: record.source_currency,
    targetCurrency: record.target_currency,
    settledAfter: record.settled_after,
    vanishedAt: record.vanished_at
  }))

/** None where the events are not those of a record: verification tells of such. */
export const fromEvents = (events: ReadonlyArray<ChainedEvent>): Option.Option<Story> => {
  const states = events.flatMap((event, index) =>
    Option.toArray(Option.flatMap(replay(events.slice(0, index + 1)), (record) => stateOf(record, event.seq)))
  )
  const [first, ...rest] = states
  return first === undefined || states.length !== events.length ? Option.none() : Option.some([first, ...rest])
}

/** As it was after this event; none where it was not seen by then. */
export const at = (story: Story, event: number): Option.Option<State> =>
  Option.fromNullable(story.findLast(({ seq }) => seq <= event))

export const last = (story: Story): State => story[story.length - 1] ?? story[0]

/** On its way at a moment: seen, and not final. A record of an undocumented status is not known to be on its way. */
export const isOpen = ({ status }: RecordRow): boolean => RecordStatus.isKnown(status) && !RecordStatus.isFinal(status)

/** Records whose events are read at once. */
const atOnce = 500

/** The stories of records by their numbers. */
export const makeStories = (sql: SqlClient.SqlClient) =>
  Effect.fnUntraced(function* (ids: ReadonlyArray<number>) {
    const stories: Array<Story> = []
    for (let from = 0; from < ids.length; from += atOnce) {
      const some = ids.slice(from, from + atOnce)
      const events = yield* sql<ChainedEvent>`
        SELECT * FROM event WHERE ${sql.in("seq", some)}
        UNION ALL SELECT * FROM event WHERE kind <> 'seen' AND ${sql.in("record_id", some)} ORDER BY seq`
      const told = new Map<number, Array<ChainedEvent>>(some.map((id) => [id, []]))
      for (const event of events) told.get(event.record_id ?? 0)?.push(event)
      for (const one of told.values()) stories.push(...Option.toArray(fromEvents(one)))
    }
    return stories
  })
