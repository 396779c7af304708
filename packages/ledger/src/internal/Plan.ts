/**
 * What the rows of a closed window mean for the books, decided without writing anything.
 *
 * @internal
 */
import type { Changes, Content, Identity, Sight } from "./Sight.ts"
import { changes, contentOf, fields, identityOf, sameValue } from "./Sight.ts"

/** A record as the books hold it. */
export interface Known extends Identity, Content {
  readonly id: number
  readonly line: number
  readonly final: number
  readonly settled_after: number | null
  readonly vanished_at: number | null
}

export interface Match {
  readonly known: Known
  readonly sight: Sight
  readonly changes: Changes
}

export interface Plan {
  /** Rows the books do not have, in a stable order. */
  readonly fresh: ReadonlyArray<Sight>
  /** Rows that say something new, or that are shown again. */
  readonly changed: ReadonlyArray<Match>
  /** Records of the window that the exchange no longer shows. */
  readonly vanished: ReadonlyArray<Known>
  readonly unchanged: number
}

const likeness = (known: Content, sight: Content): number => {
  let like = known.timestamp === sight.timestamp ? fields.length : 0
  for (const field of fields) if (sameValue(field, known[field], sight[field])) like++
  return like
}

/** Pairs the rows of one identity: the most alike first, then by line and order. */
const pair = (known: ReadonlyArray<Known>, sights: ReadonlyArray<Sight>): ReadonlyArray<readonly [Known, Sight]> => {
  const [onlyKnown] = known
  const [onlySight] = sights
  if (known.length === 1 && sights.length === 1 && onlyKnown !== undefined && onlySight !== undefined) {
    return [[onlyKnown, onlySight]]
  }
  const ranked = known
    .flatMap((one) => sights.map((sight, order) => ({ one, sight, order, like: likeness(one, sight) })))
    .sort((a, b) => b.like - a.like || a.one.line - b.one.line || a.order - b.order)
  const takenKnown = new Set<Known>()
  const takenSights = new Set<number>()
  const pairs: Array<readonly [Known, Sight]> = []
  for (const { one, order, sight } of ranked) {
    if (takenKnown.has(one) || takenSights.has(order)) continue
    takenKnown.add(one)
    takenSights.add(order)
    pairs.push([one, sight])
  }
  return pairs
}

const grouped = <A extends Identity>(rows: ReadonlyArray<A>): Map<string, Array<A>> => {
  const groups = new Map<string, Array<A>>()
  for (const row of rows) {
    const identity = identityOf(row)
    const group = groups.get(identity)
    if (group === undefined) groups.set(identity, [row])
    else group.push(row)
  }
  return groups
}

const byContent = (a: Sight, b: Sight): number => {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp
  const [left, right] = [contentOf(a), contentOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** `known` are the books' records within the window, `sights` all its rows. */
export const decide = (known: ReadonlyArray<Known>, sights: ReadonlyArray<Sight>): Plan => {
  const ordered = [...sights].sort(byContent)
  // As it is with every window of a first sync.
  if (known.length === 0) return { fresh: ordered, changed: [], vanished: [], unchanged: 0 }
  const fresh: Array<Sight> = []
  const changed: Array<Match> = []
  const vanished: Array<Known> = []
  let unchanged = 0
  const knownByIdentity = grouped(known)
  for (const [identity, seen] of grouped(ordered)) {
    const held = knownByIdentity.get(identity) ?? []
    knownByIdentity.delete(identity)
    if (held.length === 0) {
      fresh.push(...seen)
      continue
    }
    const pairs = pair(held, seen)
    for (const [one, sight] of pairs) {
      const said = changes(one, sight)
      if (one.vanished_at !== null || Object.keys(said).length > 0) changed.push({ known: one, sight, changes: said })
      else unchanged++
    }
    const matched = new Set<Known | Sight>(pairs.flat())
    for (const sight of seen) if (!matched.has(sight)) fresh.push(sight)
    for (const one of held) if (!matched.has(one) && one.vanished_at === null) vanished.push(one)
  }
  for (const held of knownByIdentity.values()) {
    for (const one of held) if (one.vanished_at === null) vanished.push(one)
  }
  return { fresh: fresh.sort(byContent), changed, vanished, unchanged }
}
