import { expect, it } from "@effect/vitest"
import { contentOf, fields, valuesOf } from "../../packages/ledger/src/internal/Sight.ts"
import type { Content } from "../../packages/ledger/src/internal/Sight.ts"

const named: Content = {
  timestamp: 0,
  status: "status",
  amount: "amount",
  fees: "fees",
  description: "description",
  username: "username",
  txid: "txid",
  currency_network: "currency_network",
  to_address: "to_address",
  source_currency: "source_currency",
  source_amount: "source_amount",
  target_currency: "target_currency",
  target_amount: "target_amount",
  rate: "rate"
}

it("The values of a sight stand in the order of its fields, which first sights are written and read by", () => {
  expect(valuesOf(named).slice(1)).toEqual(fields.slice(1))
  expect(valuesOf(named)[fields.indexOf("timestamp")]).toBe(0)
})

it("Rows that differ in any one field differ in content", () => {
  const identity = { wallet: "w", order_id: "o", currency: "c", type: "t" }
  const contents = fields.map((field) => contentOf({ ...identity, ...named, [field]: field === "timestamp" ? 1 : "x" }))
  expect(new Set([...contents, contentOf({ ...identity, ...named })]).size).toBe(fields.length + 1)
})
