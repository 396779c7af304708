/**
 * What the events of a record add up to: its row, column by column. Free of the database.
 *
 * @internal
 */
import { RecordStatus } from "@btse-wallet/core"
import { Option, Predicate } from "effect"
import type { ChainedEvent } from "../EventChain.ts"
import type { Legs } from "./Legs.ts"
import { legs } from "./Legs.ts"
import type { Content, Identity } from "./Sight.ts"
import { fields } from "./Sight.ts"

/** A record as its table holds it. */
export interface StoredRecord extends Identity, Content, Legs {
  readonly id: number
  readonly account_id: number
  readonly line: number
  readonly final: number
  readonly settled_after: number | null
  readonly first_seen: number
  readonly last_changed: number
  readonly vanished_at: number | null
}

export const recordColumns = [
  "id",
  "account_id",
  "wallet",
  "order_id",
  "currency",
  "type",
  "line",
  ...fields,
  "final",
  "settled_after",
  "posted_wallet",
  "posted_fees",
  "posted_counter",
  "counter",
  "first_seen",
  "last_changed",
  "vanished_at"
] as const satisfies ReadonlyArray<keyof StoredRecord>

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

/** The object that an event's content is; none where it was made something else. */
export const objectOf = (content: string): Option.Option<Readonly<Record<string, unknown>>> =>
  Option.filter(parse(content), Predicate.isReadonlyRecord)

const nothing: Content = {
  timestamp: 0,
  status: "",
  amount: "",
  fees: null,
  description: null,
  username: null,
  txid: null,
  currency_network: null,
  to_address: null,
  source_currency: null,
  source_amount: null,
  target_currency: null,
  target_amount: null,
  rate: null
}

const always: ReadonlySet<keyof Content> = new Set(["status", "amount"])

const canHold = (field: keyof Content, value: unknown): boolean =>
  field === "timestamp"
    ? Predicate.isNumber(value)
    : Predicate.isString(value) || (value === null && !always.has(field))

/** The values of a first sight by their fields. */
const firstOf = (content: string): Option.Option<Readonly<Record<string, unknown>>> =>
  Option.map(Option.filter(parse(content), Array.isArray), (values: ReadonlyArray<unknown>) =>
    Object.fromEntries(fields.map((field, index) => [field, { new: values[index] }]))
  )

/** None where the events are not those of a record: the first is no first sight, or a content is not what was written. */
export const replay = (events: ReadonlyArray<ChainedEvent>): Option.Option<StoredRecord> => {
  const [first] = events
  if (first === undefined || first.kind !== "seen") return Option.none()
  const { currency, line, order_id, type, wallet } = first
  if (wallet === null || order_id === null || currency === null || type === null || line === null) return Option.none()
  const content = { ...nothing }
  let settled = first.settled_after
  let changed = first.at
  let vanished: number | null = null
  for (const event of events) {
    const told = event === first ? firstOf(event.content) : objectOf(event.content)
    if (Option.isNone(told)) return Option.none()
    for (const field of fields) {
      const change = told.value[field]
      if (change === undefined) continue
      if (!Predicate.hasProperty(change, "new") || !canHold(field, change.new)) return Option.none()
      Object.assign(content, { [field]: change.new })
    }
    settled = event.settled_after
    vanished = event.kind === "vanished" ? event.at : null
    if (event.kind !== "vanished") changed = event.at
  }
  const row = { wallet, order_id, currency, type, ...content }
  return Option.some({
    ...row,
    ...legs(row),
    id: first.seq,
    account_id: first.account_id,
    line,
    final: RecordStatus.isFinal(row.status) ? 1 : 0,
    settled_after: settled,
    first_seen: first.at,
    last_changed: changed,
    vanished_at: vanished
  })
}
