import { LedgerStatus } from "@btse-wallet/ledger"
import { Sandbox } from "@btse-wallet/sandbox"
import { expect, it } from "@effect/vitest"
import { Clock, Effect, Redacted, Schema } from "effect"
import { join } from "node:path"
import * as Program from "./Program.ts"

const day = 86_400_000

/** The status of a ledger synced from an exchange that shows only so many days, for programs and for eyes. */
const synced = Effect.fnUntraced(function* (beyond: "refuse" | "clip", days: number, exitCode = 0) {
  const sandbox = yield* Sandbox.start({
    records: 300,
    seed: 5,
    history: { reach: { back: `${days} days`, beyond } },
    rateLimits: { requestsPerSecond: 5_000 }
  })
  const environment = {
    BTSE_BASE_URL: sandbox.baseUrl.href,
    BTSE_API_KEY: sandbox.apiKey,
    BTSE_API_SECRET: Redacted.value(sandbox.apiSecret),
    BTSE_RATE_LIMIT: "1000",
    BTSE_LEDGER: join(yield* Program.folder, "ledger.sqlite")
  }
  expect(yield* Program.btse(["sync"], environment)).toMatchObject({
    exitCode,
    stderr: exitCode === 0 ? "" : expect.stringContaining("The records do not explain the balances of ")
  })
  const { stdout } = yield* Program.btse(["status", "--json"], environment)
  const status = yield* Schema.decode(Schema.parseJson(LedgerStatus.StatusReport))(stdout)
  return { status, eyes: (yield* Program.btse(["status"], environment)).stdout }
})

it.scopedLive("btse status tells how far back an exchange can be asked that refuses what is older", () =>
  Effect.gen(function* () {
    yield* Program.build
    const { eyes, status } = yield* synced("refuse", 400)
    const { reach } = status.certificate
    const back = (yield* Clock.currentTimeMillis) - 400 * day
    expect(reach).toMatchObject({ limited: true })
    expect(Math.abs((reach.from?.epochMillis ?? 0) - back)).toBeLessThan(day)
    expect(eyes).toMatch(/^reaches back +\S+, the oldest the exchange can be asked for$/m)
  })
)

it.scopedLive("btse status doubts an exchange that leaves old rows out and says nothing, from the first sync on", () =>
  Effect.gen(function* () {
    yield* Program.build
    const { eyes, status } = yield* synced("clip", 400, 3)
    expect(status.certificate.reach.unexplained).toContain("BTC")
    expect(eyes).toMatch(/^reaches back .+, and perhaps not all\n +the records do not add up to the balances of /m)
    const { status: whole } = yield* synced("clip", 4_000)
    expect(whole.certificate).toMatchObject({ complete: true, reach: { limited: false, unexplained: [] } })
  })
)
