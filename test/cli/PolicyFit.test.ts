import { Reconciliation, Sync } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { dawn, ledger, makeExchange, origin, row } from "../ledger/Bench.ts"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

it.scoped("btse finds the policy that the snapshots speak for, writes it once, and reconciles and exports by it", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + 3_600_000)
    const { state, ...exchange } = makeExchange()
    state.rows = [
      row({ orderId: "1", amount: "100" }),
      row({ orderId: "2", amount: "10", fees: "0.25", type: "Withdraw" }),
      row({ orderId: "3", amount: "5", fees: "0.125", currency: "ETH" }),
      row({ orderId: "4", amount: "1", fees: "0.5", currency: "ETH", type: "Withdraw" })
    ]
    state.balances = { BTC: "89.75", ETH: "3.5" }
    const folder = yield* Program.folder
    const filename = join(folder, "ledger.sqlite")
    yield* Effect.flatMap(Sync.Sync, (service) => service.run()).pipe(
      Effect.provide(ledger({ state, ...exchange }, filename))
    )

    const json = InProcess.onLedger(filename)
    const fails = InProcess.failedOn(filename)
    const say = (...words: ReadonlyArray<string>) =>
      InProcess.btse([...words, "--ledger", filename, "--base-url", origin])
    const policy = join(folder, "policy.json")

    expect(yield* json(Reconciliation.ReconciliationReport, ["reconcile"], 3)).toMatchObject({ status: "broken" })
    expect((yield* say("reconcile")).stdout).toMatch(/First seen between the first day .* and snapshot 1 /)

    const eyes = (yield* say("reconcile", "--fit")).stdout
    expect(eyes).toMatch(/^Withdraw +out, extra +out, included +all 2 currencies +yes$/m)
    expect(eyes).toMatch(/^A changed policy, "standard fitted", fits every currency \(2\)$/m)
    expect(existsSync(policy)).toBe(false)

    const found = yield* json(Reconciliation.PolicyFit, ["reconcile", "--fit", "--write-policy", policy])
    expect(found).toMatchObject({
      fits: "every",
      changed: true,
      currencies: [{ currency: "BTC", fittingBefore: 0 }, {}]
    })
    const written = readFileSync(policy, "utf8")

    // What is there is left alone, and nothing is kept that --fit did not find.
    expect((yield* fails(["reconcile", "--fit", "--write-policy", policy])).message).toContain("was left as it is")
    expect((yield* fails(["reconcile", "--write-policy", policy])).message).toContain("--fit was not given")
    expect(readFileSync(policy, "utf8")).toBe(written)

    const matched = yield* json(Reconciliation.ReconciliationReport, ["reconcile", "--policy", policy])
    expect(matched).toMatchObject({ status: "matched", policy: "standard fitted" })
    // Nothing that was found under the standard policy is gone by that alone.
    const trying = yield* say("reconcile", "--policy", policy)
    expect(trying.stderr.replace(/\s+/g, " ")).toContain(
      "Breaks 1, 2, found under the policy standard, stay open. Where standard fitted is the right policy, --adopt"
    )
    expect((yield* say("reconcile", "--policy", policy, "--adopt")).stderr).not.toContain("stay open")
    expect((yield* say("breaks", "show", "1")).stdout).toMatch(
      /^status +matched$[^]*its span matches by policy standard fitted/m
    )
    expect((yield* fails(["reconcile", "--fit", "--adopt"])).message).toContain("--adopt is for a reconciliation")
    const koinly = (...words: ReadonlyArray<string>) =>
      Effect.map(say("export", "--format", "koinly", ...words), ({ stdout }) => stdout)
    expect(yield* koinly("--policy", policy)).not.toBe(yield* koinly())

    writeFileSync(policy, written.replace(`"out", "fees": "extra"`, `"out", "fees": "on top"`))
    const { message } = yield* fails(["reconcile", "--policy", policy])
    expect(message).toContain(`(types.Withdraw.fees: expected "included" or "extra" or "none", found "on top")`)
    expect((yield* fails(["export", "--format", "koinly", "--policy", policy])).message).toContain(
      "types.Withdraw.fees"
    )

    yield* json(Reconciliation.PolicyFit, ["reconcile", "--fit", "--write-policy", policy, "--overwrite"])
    expect(readFileSync(policy, "utf8")).toBe(written)
  })
)

it.scoped("btse says which currency no policy explains, and ends as a break does", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + 3_600_000)
    const { state, ...exchange } = makeExchange()
    state.rows = [row({ orderId: "1", amount: "100" }), row({ orderId: "2", amount: "5", currency: "ETH" })]
    state.balances = { BTC: "100", ETH: "7" }
    const filename = join(yield* Program.folder, "ledger.sqlite")
    yield* Effect.flatMap(Sync.Sync, (service) => service.run()).pipe(
      Effect.provide(ledger({ state, ...exchange }, filename))
    )
    const ended = yield* InProcess.btse(["reconcile", "--fit", "--ledger", filename, "--base-url", origin])
    expect(ended.exitCode).toBe(3)
    expect(ended.stdout).toMatch(/fits 1 of 2 currencies; no rule explains every interval of ETH 0 of 1$/m)
    expect(ended.stderr).toContain("ETH")
  })
)
