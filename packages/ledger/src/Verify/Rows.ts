/**
 * Holds rows against what the events add up to.
 *
 * @internal
 */
import { Option } from "effect"
import type { ChainedEvent } from "../EventChain.ts"
import { nothingLearned } from "../internal/Learned.ts"
import type { StoredRecord } from "../internal/Replay.ts"
import { recordColumns, replay } from "../internal/Replay.ts"
import * as Spans from "../Span.ts"
import type { AccountBooks, Aside, Taken } from "./Books.ts"
import type { Findings } from "./Findings.ts"
import type { StoredAccount, StoredBalance, StoredQuarantine, StoredSnapshot, StoredSpan } from "./Stored.ts"

const named = (row: Pick<StoredRecord, "order_id" | "type" | "currency" | "line">): string =>
  `${row.type} ${row.order_id} in ${row.currency}, line ${row.line}`

const shown = (value: string | number | null): string => (value === null ? "nothing" : `"${value}"`)

/** The first sights of a piece of the chain, with what happened later, against the records of the same numbers. */
export const compareRecords = (
  findings: Findings,
  seen: ReadonlyArray<ChainedEvent>,
  later: ReadonlyArray<ChainedEvent>,
  records: ReadonlyArray<StoredRecord>
): void => {
  const stories = new Map(seen.map((event) => [event.seq, [event]]))
  for (const event of later) if (event.record_id !== null) stories.get(event.record_id)?.push(event)
  for (const record of records) {
    const story = stories.get(record.id)
    stories.delete(record.id)
    const row = named(record)
    if (story === undefined) {
      findings.add({ table: "record", row, event: null, problem: `no event tells of the row ${row}` })
      continue
    }
    const expected = Option.getOrUndefined(replay(story))
    const column = expected && recordColumns.find((name) => record[name] !== expected[name])
    if (expected === undefined || column !== undefined) {
      const problem =
        expected === undefined || column === undefined
          ? `the events of the row ${row} cannot be read`
          : `${column} of the row ${row} is ${shown(record[column])}, and the events say ${shown(expected[column])}`
      findings.add({ table: "record", row, event: record.id, problem })
    }
  }
  for (const [first] of stories.values()) {
    if (first === undefined) continue
    const { currency, line, order_id, seq, type } = first
    const row = named({ order_id: order_id ?? "", type: type ?? "", currency: currency ?? "", line: line ?? 0 })
    findings.add({ table: "record", row, event: seq, problem: `the row ${row} is gone` })
  }
}

const balanceText = (balances: ReadonlyArray<StoredBalance>): string =>
  balances
    .map(({ available, currency, total }) => JSON.stringify([currency, total, available]))
    .sort()
    .join()

/** A snapshot and its balances against the event that tells of it. */
export const compareSnapshot = (
  findings: Findings,
  event: ChainedEvent,
  taken: Taken,
  snapshot: StoredSnapshot | undefined,
  balances: ReadonlyArray<StoredBalance>
): void => {
  const row = String(taken.id)
  const wrong = (table: string, problem: string) => findings.add({ table, row, event: event.seq, problem })
  if (snapshot === undefined) wrong("snapshot", `snapshot ${row} is gone`)
  else if (
    snapshot.taken_at !== taken.takenAt ||
    snapshot.event_seq !== taken.eventSeq ||
    snapshot.account_id !== event.account_id ||
    snapshot.run_id !== event.run_id
  ) {
    wrong("snapshot", `snapshot ${row} is not what its event says`)
  }
  if (balanceText(balances) !== balanceText(taken.balances)) {
    wrong("balance", `the balances of snapshot ${row} are not what its event says`)
  }
}

const asideText = (rows: ReadonlyArray<Aside & Pick<StoredQuarantine, "raw" | "line">>): string =>
  rows
    .map(({ at, line, raw, reason, timestamp }) => JSON.stringify([raw, line, at, reason, timestamp]))
    .sort()
    .join()

/** An account's binding, coverage and quarantine against what the events add up to. */
export const compareAccount = (
  findings: Findings,
  account: StoredAccount,
  books: AccountBooks | undefined,
  covered: ReadonlyArray<StoredSpan>,
  quarantine: ReadonlyArray<StoredQuarantine>
): void => {
  const row = account.name
  const wrong = (table: string, problem: string) => findings.add({ table, row, event: null, problem })
  if (books?.bound?.name !== account.name || books.bound.exchange !== account.exchange) {
    wrong("account", `the name or the exchange of account "${row}" is not what its event says`)
  }
  const learned = books?.learned ?? nothingLearned
  if (
    account.earliest !== learned.earliest ||
    account.keeps !== learned.keeps ||
    account.longestPage !== learned.longestPage ||
    account.lastEvent !== (books?.lastEvent ?? 0)
  ) {
    wrong("account", `what account "${row}" has learned of its exchange is not what the events say`)
  }
  const spans = (all: ReadonlyArray<Spans.Span>) => Spans.union(all).map(({ from, to }) => `${from}-${to}`)
  if (spans(covered).join() !== spans(books?.covered ?? []).join()) {
    wrong("covered", `the coverage of account "${row}" is not what the events add up to`)
  }
  const expected = [...(books?.quarantine ?? [])].flatMap(([raw, equal]) =>
    equal.map((aside, index) => ({ raw, line: index + 1, ...aside }))
  )
  if (asideText(quarantine) !== asideText(expected)) {
    wrong("quarantine", `the rows in quarantine of account "${row}" are not what the events add up to`)
  }
}
