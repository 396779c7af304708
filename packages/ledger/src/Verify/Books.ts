/**
 * What the events that are of no record add up to: accounts, coverage, quarantine. Free of the database.
 *
 * @internal
 */
import { Option, Schema } from "effect"
import type { ChainedEvent } from "../EventChain.ts"
import type { Learned } from "../internal/Learned.ts"
import { nothingLearned } from "../internal/Learned.ts"
import type { Span } from "../Span.ts"
import * as Spans from "../Span.ts"

const Bound = Schema.Struct({ name: Schema.String, exchange: Schema.String })

const Covered = Schema.Struct({ from: Schema.Int, to: Schema.Int })

const Taught = Schema.Struct({ earliest: Schema.NullOr(Schema.Int), keeps: Schema.String, longestPage: Schema.Int })

const PutAside = Schema.Struct({ timestamp: Schema.NullOr(Schema.Int), reason: Schema.String })

const Taken = Schema.Struct({
  id: Schema.Int,
  takenAt: Schema.Int,
  eventSeq: Schema.Int,
  balances: Schema.Array(Schema.Struct({ currency: Schema.String, total: Schema.String, available: Schema.String }))
})

export interface Taken extends Schema.Schema.Type<typeof Taken> {}

const read = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeOption(Schema.parseJson(schema))
  return (event: ChainedEvent) => decode(event.content)
}

const readBound = read(Bound)
const readCovered = read(Covered)
const readAside = read(PutAside)
const readTaught = read(Taught)

/** The snapshot that an event tells of. */
export const snapshotOf = read(Taken)

/** A row in quarantine, and when it was put there. */
export interface Aside extends Schema.Schema.Type<typeof PutAside> {
  readonly at: number
}

export interface AccountBooks {
  bound: typeof Bound.Type | undefined
  covered: ReadonlyArray<Span>
  learned: Learned
  /** The number of the last event of one of its records. */
  lastEvent: number
  /** By their text: as many as there are of it. */
  readonly quarantine: Map<string, ReadonlyArray<Aside>>
}

export const makeBooks = () => {
  const accounts = new Map<number, AccountBooks>()
  const of = (id: number): AccountBooks => {
    const known = accounts.get(id)
    if (known !== undefined) return known
    const made: AccountBooks = {
      bound: undefined,
      covered: [],
      learned: nothingLearned,
      lastEvent: 0,
      quarantine: new Map()
    }
    accounts.set(id, made)
    return made
  }
  return {
    accounts,
    /** Takes an event in; an event whose content is not what was written is found by its hash. */
    take: (event: ChainedEvent) => {
      const books = of(event.account_id)
      if (event.record_id !== null) books.lastEvent = event.seq
      if (event.kind === "account") books.bound = Option.getOrUndefined(readBound(event))
      else if (event.kind === "learned") books.learned = Option.getOrElse(readTaught(event), () => books.learned)
      else if (event.kind === "covered") {
        const span = readCovered(event)
        if (Option.isSome(span)) books.covered = Spans.union([...books.covered, span.value])
      } else if (event.kind === "uncovered") {
        const span = readCovered(event)
        if (Option.isSome(span)) books.covered = books.covered.flatMap((one) => Spans.gaps(one, [span.value]))
      } else if (event.kind === "quarantined") {
        const aside = readAside(event)
        const equal = books.quarantine.get(event.raw ?? "") ?? []
        if (Option.isSome(aside)) {
          books.quarantine.set(event.raw ?? "", [...equal, { ...aside.value, at: event.at }])
        }
      } else if (event.kind === "released") {
        books.quarantine.set(event.raw ?? "", (books.quarantine.get(event.raw ?? "") ?? []).slice(0, -1))
      }
    }
  }
}
