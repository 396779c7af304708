import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import * as Program from "./Program.ts"

/** A line whose reader is gone before the program writes its first word: the code is the program's own. */
const unread = (line: string, environment: Program.Environment) =>
  Effect.map(Program.shell(`${line} 2>&1 | :`, environment), ({ exitCode }) => exitCode)

const withdraw = "$BTSE withdraw --currency BTC --network Bitcoin --amount 0.01 --address bc1qsomewhere"

const fault = (baseUrl: string, body: string) =>
  Effect.promise(() => fetch(new URL("/sandbox/faults", baseUrl), { method: "POST", body }))

describe("a reader that goes away", () => {
  it.scoped(
    "hides neither what became of money nor a refusal, and ends what only reads",
    () =>
      Effect.gen(function* () {
        yield* Program.build
        const folder = yield* Program.folder
        const sandbox = yield* Program.sandbox(["--records", "60", "--seed", "5"])
        const environment = { ...sandbox.environment, BTSE_LEDGER: join(folder, "ledger.sqlite") }
        expect(yield* unread("$BTSE history", environment)).toBe(0)
        const { stdout } = yield* Program.shell("$BTSE history | head -1", environment)
        expect(stdout).toMatch(/^TIME +TYPE .*\n$/)
        yield* fault(
          sandbox.baseUrl,
          `{"kind": "reset-after", "method": "POST", "path": "/api/v3.2/user/wallet/withdraw"}`
        )
        expect(yield* unread(`${withdraw} --yes --key lost`, environment)).toBe(6)
        // Not confirmed.
        expect(yield* unread(withdraw, environment)).toBe(2)
        expect(yield* unread("$BTSE history --count 0", environment)).toBe(2)
        expect(yield* unread("$BTSE balances", { ...environment, BTSE_API_SECRET: "0123456789abcdef" })).toBe(4)
        // A command that is cut short only in its words does all of its work.
        expect(yield* unread("$BTSE sync", environment)).toBe(0)
        const counted = yield* Program.btse(["query", "select count(*) from wallet_history", "--json"], environment)
        expect(counted.stdout).not.toContain(`":0}`)
      }),
    { timeout: 60_000 }
  )

  it.scoped(
    "ends what would go on without end",
    () =>
      Effect.gen(function* () {
        yield* Program.build
        const folder = yield* Program.folder
        const sandbox = yield* Program.sandbox(["--records", "20", "--seed", "5"])
        const environment = { ...sandbox.environment, BTSE_LEDGER: join(folder, "ledger.sqlite") }
        expect(yield* unread("$BTSE sync --watch 1s", environment)).toBe(0)
      }),
    { timeout: 60_000 }
  )

  it.scoped("says that what it wrote is not whole where it was not for a reader's sake", () =>
    Effect.gen(function* () {
      yield* Program.build
      const { exitCode, stderr } = yield* Program.shell("$BTSE profile list --json > /dev/full")
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: "What was written to stdout is not whole (ENOSPC). Write it elsewhere.\n"
      })
    })
  )
})
