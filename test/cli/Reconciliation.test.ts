import { ReconciliationTable } from "@btse-wallet/cli"
import { Reconciliation } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import { DateTime, Effect, Schema } from "effect"

const line = (currency: string, amount: string, difference: string) => ({
  currency,
  opening: "0",
  in: amount,
  out: "1.000000000000000000",
  fees: "0.1",
  adjustments: "0",
  expected: amount,
  actual: amount,
  difference,
  status: difference === "0" ? ("matched" as const) : ("break" as const),
  available: amount,
  held: "0",
  inFlight: "0",
  warnings: [],
  birthday: null,
  candidates: []
})

const reportOf = (...lines: ReadonlyArray<ReturnType<typeof line>>) =>
  Schema.decode(Reconciliation.ReconciliationReport)({
    id: "1",
    account: "default",
    status: "matched",
    from: "2018-01-01T00:00:00.000Z",
    to: "2026-03-01T12:00:00.000Z",
    opening: "zero",
    openingSnapshot: null,
    closingSnapshot: "1",
    policy: "standard",
    policyDigest: "0".repeat(64),
    lines,
    inFlight: [],
    unknownTypes: [],
    gaps: [],
    quarantined: 0,
    verified: null
  })

const later = DateTime.unsafeMake("2026-03-01T12:07:30.000Z")
const narrow = { colored: false, columns: 80 }

it.effect("says as of when, and how to be newer, unless a moment was asked for", () =>
  Effect.gen(function* () {
    const report = yield* reportOf(line("BTC", "1.50000000", "0"))
    const text = (latest: boolean) =>
      ReconciliationTable.report(report, { colored: false, columns: undefined }, { now: later, latest })
    expect(text(true)).toContain("as of the snapshot of 2026-03-01T12:00:00.000Z (7 minutes ago).")
    expect(text(true)).toContain("run `btse sync` first")
    expect(text(false)).not.toContain("btse sync")
  })
)

it.effect("keeps what matters, whole, at 80 columns", () =>
  Effect.gen(function* () {
    const long = "8128753.402253270702788582"
    for (const [difference, kept] of [
      ["0", /^CURRENCY +EXPECTED +ACTUAL +DIFFERENCE +STATUS$/m],
      ["0.000000000000000001", /^ {2}difference +0\.000000000000000001$/m]
    ] as const) {
      const amounts = difference === "0" ? ["12345678.123456780000", "3"] : [long, "3"]
      const report = yield* reportOf(...amounts.map((amount, at) => line(`CUR${at}`, amount, difference)))
      const text = ReconciliationTable.report(report, narrow, { now: later, latest: true })
      expect(text).toMatch(kept)
      expect(text.split("\n").filter((one) => one.length > 80)).toEqual([])
      if (difference !== "0") expect(text).toContain(long)
    }
    const matched = yield* reportOf(line("1INCH", long, "0"))
    expect(ReconciliationTable.report(matched, narrow, { now: later, latest: true })).toMatch(
      /^1INCH +8128753\.402253270702788582 +(8128753\.402253270702788582 +)?0 +matched$/m
    )
  })
)
