/**
 * The groups that totals are made of, added up by the database.
 *
 * @internal
 */
import { Decimal } from "@btse-wallet/core"
import type { SqlClient, SqlError } from "@effect/sql"
import { BigDecimal, Effect, Predicate, Schema } from "effect"
import { scales } from "../internal/Units.ts"
import type { Group } from "./Totals.ts"

/** Records that settled after the one snapshot and by the other; 0 stands for before any. */
export interface Between {
  readonly accountId: number
  readonly opening: number
  readonly closing: number
}

export interface GroupOptions extends Between {
  /** Whether groups are told apart by the snapshot after which their records settled. */
  readonly bySnapshot?: boolean
}

/** A sum of integers is `high * 2^32 + low`. */
const Sum = Schema.NullOr(Schema.BigInt)

const SumsRow = Schema.Struct({
  currency: Schema.String,
  type: Schema.String,
  way: Schema.NullOr(Schema.Int),
  settled_after: Schema.NullOr(Schema.Int),
  records: Schema.Int,
  amount_high: Sum,
  amount_low: Sum,
  amount_rest_high: Sum,
  amount_rest_low: Sum,
  fees_high: Sum,
  fees_low: Sum,
  fees_rest_high: Sum,
  fees_rest_low: Sum
})

interface SumsRow extends Schema.Schema.Type<typeof SumsRow> {}

const MovingRow = Schema.Struct({
  amount: Decimal.FromText,
  fees: Decimal.FromText,
  source_currency: Schema.NullOr(Schema.String),
  target_currency: Schema.NullOr(Schema.String)
})

interface MovingRow extends Schema.Schema.Type<typeof MovingRow> {}

const decodeSums = Schema.decodeUnknown(Schema.Array(SumsRow))

const decodeMoving = Schema.decodeUnknown(Schema.Array(MovingRow))

const decimal = (high: bigint | null, low: bigint | null, scale: number) =>
  BigDecimal.make((high ?? 0n) * 2n ** 32n + (low ?? 0n), scale)

const legs = (currency: string, leg: number) => ({
  sourceCurrency: leg < 0 ? currency : null,
  targetCurrency: leg > 0 ? currency : null
})

/** As `way` is in SQL. */
const wayOf = (currency: string, { amount, source_currency, target_currency }: MovingRow): number => {
  const negative = BigDecimal.isNegative(amount) ? 1 : 0
  if (source_currency === target_currency) return negative
  return currency === source_currency ? negative - 2 : currency === target_currency ? negative + 2 : negative
}

const groupOf = (row: SumsRow, way: number): Group => ({
  currency: row.currency,
  type: row.type,
  ...legs(row.currency, way >> 1),
  amount: BigDecimal.sum(
    decimal(row.amount_high, row.amount_low, scales.units),
    decimal(row.amount_rest_high, row.amount_rest_low, scales.rest)
  ),
  fees: BigDecimal.sum(
    decimal(row.fees_high, row.fees_low, scales.units),
    decimal(row.fees_rest_high, row.fees_rest_low, scales.rest)
  ),
  records: row.records,
  settledAfter: row.settled_after
})

const sums = [
  ["amount", "amount_units"],
  ["amount_rest", "amount_rest"],
  ["fees", "fees_units"],
  ["fees_rest", "fees_rest"]
] as const

const asText = (integer: string, name: string): string => `CAST(${integer} AS TEXT) AS ${name}`

const quick = sums
  .map(([name, integer]) => `'0' AS ${name}_high, ${asText(`sum(${integer})`, `${name}_low`)}`)
  .join(", ")

/** Of halves, which cannot overflow before there are two billion records. */
const inHalves = sums
  .map(
    ([name, integer]) =>
      `${asText(`sum(${integer} >> 32)`, `${name}_high`)}, ${asText(`sum(${integer} & 4294967295)`, `${name}_low`)}`
  )
  .join(", ")

/** SQLite refuses to give a sum that does not fit into 64 bits. */
const overflowed = (error: SqlError.SqlError): boolean =>
  Predicate.isError(error.cause) && error.cause.message.includes("integer overflow")

const settled = (sql: SqlClient.SqlClient, { accountId, closing, opening }: Between) =>
  sql`account_id = ${accountId} AND settled_after >= ${opening} AND settled_after < ${closing}`

/** What adds up, from the index of migration 0009 alone. */
export const summed = (sql: SqlClient.SqlClient, options: GroupOptions, columns = quick) => {
  const [told, apart] = options.bySnapshot === true ? ["settled_after", ", settled_after"] : ["NULL", ""]
  return sql`
    SELECT currency, type, way, ${sql.literal(told)} AS settled_after, count(*) AS records,
      ${sql.literal(columns)}
    FROM record WHERE ${settled(sql, options)} GROUP BY currency, type, way${sql.literal(apart)}`
}

export const makeGroups = (sql: SqlClient.SqlClient) => {
  /** Records whose decimals are too long for integers. */
  const tooLong = Effect.fnUntraced(function* (options: GroupOptions, { currency, settled_after, type }: SumsRow) {
    const only = settled_after === null ? options : { ...options, opening: settled_after, closing: settled_after + 1 }
    const rows = yield* sql`
      SELECT amount, coalesce(fees, '0') AS fees, source_currency, target_currency FROM record
      WHERE ${settled(sql, only)} AND currency = ${currency} AND type = ${type} AND way IS NULL`
    const groups = new Map<number, Group>()
    for (const row of yield* decodeMoving(rows)) {
      const way = wayOf(currency, row)
      const group = groups.get(way)
      groups.set(way, {
        currency,
        type,
        ...legs(currency, way >> 1),
        amount: group === undefined ? row.amount : BigDecimal.sum(group.amount, row.amount),
        fees: group === undefined ? row.fees : BigDecimal.sum(group.fees, row.fees),
        records: (group?.records ?? 0) + 1,
        settledAfter: settled_after
      })
    }
    return [...groups.values()]
  })

  return Effect.fnUntraced(function* (options: GroupOptions) {
    const rows = yield* summed(sql, options).pipe(
      Effect.catchIf(overflowed, () => summed(sql, options, inHalves)),
      Effect.flatMap(decodeSums)
    )
    const groups: Array<Group> = []
    for (const row of rows) {
      if (row.way !== null) groups.push(groupOf(row, row.way))
      else groups.push(...(yield* tooLong(options, row)))
    }
    return groups
  })
}
