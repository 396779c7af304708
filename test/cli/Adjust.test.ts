import { Entries, Sync } from "@btse-wallet/ledger"
import { Terminal } from "@effect/platform"
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Mailbox, Schema, TestClock } from "effect"
import { join } from "node:path"
import { dawn, ledger, makeExchange, origin, row } from "../ledger/Bench.ts"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

/** A terminal on which somebody presses ctrl-C at the first question. */
const declining = Layer.succeed(
  Terminal.Terminal,
  Terminal.Terminal.of({
    columns: Effect.succeed(80),
    rows: Effect.succeed(24),
    isTTY: Effect.succeed(true),
    readInput: Effect.tap(Mailbox.make<Terminal.UserInput>(), (inputs) => inputs.end),
    readLine: Effect.fail(new Terminal.QuitException()),
    display: () => Effect.void
  })
)

it.effect("what btse adjust asks about has the time at which it counts, and the reference", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(dawn + 3_600_000)
    const exchange = makeExchange()
    exchange.state.rows = [row({ orderId: "1", amount: "2.25" })]
    exchange.state.balances = { BTC: "2.25" }
    const filename = join(yield* Program.folder, "ledger.sqlite")
    yield* Effect.flatMap(Sync.Sync, (service) => service.run()).pipe(Effect.provide(ledger(exchange, filename)))
    yield* TestClock.adjust("1 hour")
    const adjust = (...more: ReadonlyArray<string>) =>
      InProcess.btse(
        ["adjust", "--ledger", filename, "--base-url", origin, "--currency", "BTC", "--reason", "air drop", ...more],
        {},
        undefined,
        undefined,
        declining
      )
    const dated = yield* adjust("--amount", "-0.5", "--at", "2026-01-31", "--reference", "ticket 812")
    expect(dated.exitCode).not.toBe(0)
    expect(dated.stderr).toMatch(
      /^adjustment +-0\.5 BTC\ncounts at +2026-01-31T00:00:00\.000Z\nreason +air drop\nreference +ticket 812$/m
    )
    // Without a date it counts at the last snapshot.
    expect((yield* adjust("--amount", "0.5")).stderr).toMatch(
      /^counts at +2026-02-02T03:40:00\.000Z\n.*\nreference +none$/m
    )
    // What is refused is refused before anything is asked.
    const refused = yield* adjust("--amount", "0.5", "--at", "2026-12-31")
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is in the future") })
    expect(refused.stderr).not.toContain("counts at")
    const list = InProcess.onLedger(filename)(Schema.Array(Entries.LedgerEntry), ["entries", "list"])
    expect(yield* list).toEqual([])
  }).pipe(Effect.scoped)
)
