/**
 * Processes of the program whose clocks differ, or whose shared budget cannot be used. Clocks are set by faketime(1); where
 * it is not installed those tests are left out, and say so.
 */
import { Sandbox, type SandboxOptions } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { execFileSync } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Program from "../cli/Program.ts"

const hasFaketime = ["/usr/bin/faketime", "/usr/local/bin/faketime"].some((path) => existsSync(path))
if (!hasFaketime) process.stdout.write("faketime is not installed: tests of processes with other clocks are left out\n")

const started = Effect.fnUntraced(function* (options: SandboxOptions.SandboxOptions = {}) {
  yield* Program.build
  const folder = yield* Program.folder
  const sandbox = yield* Sandbox.start({ port: 0, records: 200, seed: 5, history: { cap: 50 }, ...options })
  const environment = {
    BTSE_BASE_URL: sandbox.baseUrl.href,
    BTSE_API_KEY: sandbox.apiKey,
    BTSE_API_SECRET: Redacted.value(sandbox.apiSecret),
    XDG_DATA_HOME: folder,
    BTSE_LEDGER: join(folder, "ledger.sqlite")
  }
  return { environment, folder, sandbox }
})

/** The most requests that arrived in any sliding second. */
const mostInASecond = Effect.fnUntraced(function* ({ received }: Sandbox.RunningSandbox) {
  const at = (yield* received).map((arrival) => arrival.at)
  return Math.max(...at.map((start) => at.filter((one) => one >= start && one < start + 1_000).length))
})

/** Runs a line of the program with its clock so far from the machine's. */
const at = (offset: string, words: string, environment: Program.Environment) =>
  Program.shell(offset === "" ? `$BTSE ${words}` : `faketime -f '${offset}' $BTSE ${words}`, environment)

describe("A budget whose file cannot be used", () => {
  it.scopedLive("leaves each of four processes its share, and says so", () =>
    Effect.gen(function* () {
      const { environment, folder, sandbox } = yield* started()
      const blocked = join(folder, "a-file")
      writeFileSync(blocked, "")
      const ended = yield* Effect.all(
        Array.from({ length: 4 }, (_, index) =>
          Program.shell("$BTSE balances && $BTSE history --count 1", {
            ...environment,
            XDG_DATA_HOME: blocked,
            BTSE_LEDGER: join(folder, `${index}.sqlite`)
          })
        ),
        { concurrency: 4 }
      )
      for (const { exitCode, stderr } of ended) {
        expect(exitCode).toBe(0)
        expect(stderr).toMatch(
          /^The budget of requests cannot be shared with other btse processes: .*a-file.* cannot be used\. This process sends 1 a second/
        )
      }
      expect(yield* mostInASecond(sandbox)).toBeLessThanOrEqual(5)
    })
  )
})

describe.skipIf(!hasFaketime)("Processes whose clocks differ", () => {
  it.scopedLive("keep to one limit together", () =>
    Effect.gen(function* () {
      const { environment, folder, sandbox } = yield* started({ nonceWindow: "1000 days" })
      const offsets = ["", "+5h", "-2d", "+30s", "-3s"]
      const ended = yield* Effect.all(
        offsets.map((offset, index) =>
          at(offset, "sync", { ...environment, BTSE_LEDGER: join(folder, `${index}.sqlite`) })
        ),
        { concurrency: offsets.length }
      )
      expect(ended.map(({ exitCode }) => exitCode)).toEqual(offsets.map(() => 0))
      const received = yield* sandbox.received
      expect(received.filter(({ status }) => status === 429)).toEqual([])
      expect(yield* mostInASecond(sandbox)).toBeLessThanOrEqual(5)
      process.stdout.write(`processes with other clocks: ${received.length} requests\n`)
    })
  )

  it.scopedLive("find a nonce that a fast clock has left unbelievable, and are accepted", () =>
    Effect.gen(function* () {
      const { environment } = yield* started()
      expect((yield* at("+5h", "balances", environment)).exitCode).toBe(4)
      expect(yield* at("", "balances --json", environment)).toMatchObject({ exitCode: 0, stderr: "" })
      yield* at("+5h", "balances", environment)
      const doctor = yield* at("", "doctor", environment)
      expect(doctor.stdout).toMatch(/btse-budget\.sqlite holds instants \d+h .*ahead of this machine's clock/)
    })
  )

  it.scopedLive("name the clock in sync and reconcile, and break no balance", () =>
    Effect.gen(function* () {
      const { environment, folder } = yield* started({ nonceWindow: "1000 days" })
      for (const [offset, words] of [
        ["-1h", "(59m \\d+s|1h) behind"],
        ["+1h", "(59m \\d+s|1h) ahead of"]
      ] as const) {
        const books = { ...environment, BTSE_LEDGER: join(folder, `ledger${offset}.sqlite`) }
        const sync = yield* at(offset, "sync", books)
        expect(sync.exitCode).toBe(0)
        expect(sync.stderr).toMatch(
          new RegExp(`This machine's clock is ${words} the exchange's\\. Times in the books follow`)
        )
        const reconcile = yield* at(offset, "reconcile", books)
        expect([reconcile.exitCode, reconcile.stdout]).toEqual([0, expect.stringContaining("matched")])
        expect(reconcile.stderr).toMatch(new RegExp(`machine's clock was at least ${words} the exchange's`))
      }
    })
  )

  it.scopedLive("have doctor name the clock, and not the key", () =>
    Effect.gen(function* () {
      const { environment } = yield* started()
      for (const offset of ["+5h", "-5h"]) {
        const { exitCode, stdout } = yield* at(offset, "doctor", environment)
        expect(exitCode).toBe(2)
        expect(stdout).toMatch(/fail +clock +this machine's clock is (4h 59m|5h).* the exchange's/)
        expect(stdout).toMatch(/skip +credentials +refused, as any key is while this machine's clock is off/)
      }
    })
  )

  it.scopedLive("hold at a gate that was closed while the clock was another", () =>
    Effect.gen(function* () {
      const { environment, sandbox } = yield* started({
        nonceWindow: "1000 days",
        rateLimits: { startsBlockedFor: "8 seconds", retryAfter: "seconds", requestsPerSecond: 1_000 }
      })
      yield* Effect.forEach(["+1h", "", "-1h", "+2h"], (offset) => at(offset, "balances", environment))
      const statuses = (yield* sandbox.received).map(({ status }) => status)
      expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    })
  )
})

it("the machine's uptime is one for all clocks", { skip: !hasFaketime }, () => {
  const words = ["-e", "process.stdout.write(String(require('node:os').uptime()))"]
  const [here, there] = [
    execFileSync(process.execPath, words),
    execFileSync("faketime", ["-f", "+5h", process.execPath, ...words])
  ].map(Number)
  expect(Math.abs(Number(here) - Number(there))).toBeLessThan(60)
})
