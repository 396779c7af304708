import { BtseApi, HistoryRecord, HistoryRow } from "@btse-wallet/core"
import { expect, it } from "@effect/vitest"
import { BigDecimal, DateTime, Effect, Either, Option, Random, Schema } from "effect"
import { recordByHand } from "../../packages/core/src/internal/historyRow.ts"
import { elements } from "../../packages/core/src/internal/losslessJson.ts"
import * as Campaign from "../Campaign.ts"
import * as Documented from "./Documented.ts"
import { mutated } from "./MutatedBodies.ts"

const bySchema = (value: unknown, raw: string) =>
  Either.map(Schema.decodeUnknownEither(BtseApi.WalletHistoryRow)(value), (row) => HistoryRecord.fromRow(row, raw))

/** Amounts with their scale, and instants, as text: to compare digit by digit. */
const told = (record: HistoryRecord.HistoryRecord) =>
  Object.entries(record).map(([field, value]) =>
    BigDecimal.isBigDecimal(value)
      ? [field, value.value, value.scale]
      : [field, DateTime.isDateTime(value) ? DateTime.formatIso(value) : value]
  )

const rowsOf = Option.liftThrowable(elements)

const today = `[{"username":"a","orderId":90071992547409931,"wallet":"SPOT@","currency":"1INCH","type":"Withdraw",
  "amount":-0.00000100,"fees":"","description":null,"timestamp":1700000000000,"status":"COMPLETED","txId":"0x1",
  "currencyNetwork":"ERC20","toAddress":"0x2","sourceCurrency":"BTC","sourceAmount":"12.50","targetCurrency":"",
  "targetAmount":null,"rate":"-0"}, {"orderId":"1","currency":"BTC","type":7,"amount":1E3,"timestamp":"1","status":"x"}]`

it.effect(
  "decodes a usual row by hand as its schema does, and leaves the others to it",
  () =>
    Effect.gen(function* () {
      const first = Campaign.firstSeed("rows by hand")
      let byHand = 0
      for (let seed = first; seed < first + Campaign.size(3_000, 100_000); seed++) {
        const example = seed % 2 === 0 ? Documented.history : today
        const body = seed === first ? example : yield* Effect.withRandom(mutated(example), Random.make(seed))
        const text = typeof body === "string" ? body : new TextDecoder().decode(body)
        for (const row of Option.getOrElse(rowsOf(text), () => [])) {
          const record = recordByHand(row.value, row.text)
          if (record === undefined) continue
          byHand++
          const schemas = Either.getOrThrow(bySchema(row.value, row.text))
          expect(told(record), `seed ${seed}: ${row.text}`).toEqual(told(schemas))
        }
      }
      expect(byHand).toBeGreaterThan(Campaign.size(300, 10_000))
    }),
  Campaign.timeout
)

it("takes every documented row by hand", () => {
  for (const row of elements(Documented.history)) expect(recordByHand(row.value, row.text)).toBeDefined()
  expect(elements(today).map((row) => recordByHand(row.value, row.text) !== undefined)).toEqual([true, false])
})

it("does not take a row with half a character for a record, since it could not be stored as it was shown", () => {
  const row = (orderId: string, amount: string) =>
    `{"orderId":"${orderId}","currency":"BTC","type":"Deposit","amount":${amount},"timestamp":1,"status":10}`
  // Of the two amounts one is read by hand, the other by the schema.
  for (const amount of ["1.50", "1E1"]) {
    for (const [orderId, isRecord] of [
      ["a\\ud83d\\ude00", true],
      ["a\\\\ud83d", true],
      ["a\\ud83d", false],
      ["\\uDE00a", false]
    ] as const) {
      const text = row(orderId, amount)
      expect([text, Option.isSome(HistoryRow.fromText(text))]).toEqual([text, isRecord])
    }
  }
})
