import { Instant } from "@btse-wallet/cli"
import { expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { DateTime, Effect } from "effect"
import { join } from "node:path"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const written = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)/g

const instants = (text: string): ReadonlyArray<string> => text.match(written) ?? []

const moments = (text: string) => instants(text).map((instant) => DateTime.toEpochMillis(DateTime.unsafeMake(instant)))

const berlin = { TZ: "Europe/Berlin" }

it.scopedLive(
  "shows a person in Berlin the time of Berlin, the same with --utc in UTC, and programs always UTC",
  () =>
    Effect.gen(function* () {
      yield* Program.build
      const sandbox = yield* Program.sandbox(["--records", "300", "--seed", "7"])
      const ledger = join(yield* Program.folder, "ledger.sqlite")
      const btse = (zone: Program.Environment, ...words: ReadonlyArray<string>) =>
        Program.btse(words, { ...sandbox.environment, BTSE_LEDGER: ledger, ...zone })

      const synced = yield* btse(berlin, "sync")
      expect(synced).toMatchObject({ exitCode: 0 })
      expect(synced.stdout).toMatch(/^coverage .*T\d\d:\d\d:\d\d\.\d{3}\+0[12]:00 to .*\+0[12]:00$/m)
      const withdrawing = [
        "withdraw",
        "--currency",
        "BTC",
        "--network",
        "Bitcoin",
        "--amount",
        "0.01",
        "--address",
        "a"
      ]
      const withdrawn = yield* btse(berlin, ...withdrawing, "--yes", "--key", "k")
      expect(withdrawn).toMatchObject({ exitCode: 0 })
      expect(withdrawn.stdout).toMatch(/^created .*\+0[12]:00$/m)
      yield* Effect.acquireUseRelease(
        Effect.sync(() => new Sqlite(ledger)),
        (database) =>
          Effect.sync(() =>
            database.exec("delete from record where id = (select min(id) from record where type = 'Deposit')")
          ),
        (database) => Effect.sync(() => database.close())
      )

      // Once more as a process of its own, then here: the zone is the same.
      const reconciled = yield* btse(berlin, "reconcile")
      expect(reconciled).toMatchObject({ exitCode: 3 })
      expect(reconciled.stdout).toMatch(/as of the snapshot of .*\+0[12]:00 \(/)
      const here = (...words: ReadonlyArray<string>) =>
        InProcess.btse(
          words,
          { ...sandbox.environment, BTSE_LEDGER: ledger },
          DateTime.zoneUnsafeMakeNamed("Europe/Berlin")
        )
      for (const words of [
        ["reconcile"],
        ["status"],
        ["withdrawals", "list"],
        ["breaks", "list"],
        ["breaks", "show", "1"]
      ]) {
        const local = yield* here(...words)
        const utc = yield* here(...words, "--utc")
        expect({ words, ...local }).toMatchObject({ exitCode: words[0] === "reconcile" ? 3 : 0 })
        expect({ words, found: instants(local.stdout).length > 0 }).toEqual({ words, found: true })
        expect(instants(local.stdout).filter((instant) => !/\+0[12]:00$/.test(instant))).toEqual([])
        expect(instants(utc.stdout).filter((instant) => !instant.endsWith("Z"))).toEqual([])
        expect(moments(local.stdout)).toEqual(moments(utc.stdout))
      }

      const words = { ...sandbox.environment, BTSE_LEDGER: ledger }
      const list = ["withdrawals", "list"]
      expect((yield* InProcess.btse(list, words)).stdout).toBe((yield* here(...list, "--utc")).stdout)
      const byVariable = InProcess.btse(
        list,
        { ...words, BTSE_UTC: "1" },
        DateTime.zoneUnsafeMakeNamed("Europe/Berlin")
      )
      expect((yield* byVariable).stdout).toBe((yield* here(...list, "--utc")).stdout)
      expect((yield* here(...list, "--json")).stdout).toBe((yield* InProcess.btse([...list, "--json"], words)).stdout)
      const asked = ["query", "select min(time) as first from wallet_history"]
      expect(instants((yield* here(...asked)).stdout)).toEqual([expect.stringMatching(/Z$/)])
    }),
  60_000
)

it.effect("keeps to UTC where the machine's time zone is not known, and refuses a BTSE_UTC that says nothing", () =>
  Effect.gen(function* () {
    const at = DateTime.unsafeMake("2026-07-01T12:00:00.000Z")
    const style = { colored: false, columns: undefined }
    const summer = { ...style, timeZone: DateTime.zoneUnsafeMakeNamed("Europe/Berlin") }
    expect(Instant.text(at, style)).toBe("2026-07-01T12:00:00.000Z")
    expect(Instant.text(at, summer)).toBe("2026-07-01T14:00:00.000+02:00")
    const shown = yield* Program.btse(["status", "--help"], { TZ: "Nowhere/Atall" })
    expect(shown).toMatchObject({ exitCode: 0, stderr: "" })
    const refused = yield* InProcess.btse(["status"], { BTSE_UTC: "perhaps" })
    expect(refused).toMatchObject({ exitCode: 2, stderr: "BTSE_UTC cannot be used. Set it to 1, or unset it.\n" })
  })
)
