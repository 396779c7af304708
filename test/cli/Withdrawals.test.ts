import { Document, Failure } from "@btse-wallet/cli"
import { Decimal } from "@btse-wallet/core"
import { Payment } from "@btse-wallet/ledger"
import { expect, it } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Program from "./Program.ts"

class Desk extends Context.Tag("@btse-wallet/test/cli/Withdrawals.test/Desk")<
  Desk,
  { readonly folder: string; readonly ledger: string; readonly sandbox: Program.RunningSandbox }
>() {
  static readonly layer = Layer.scoped(
    Desk,
    Effect.gen(function* () {
      yield* Program.build
      const sandbox = yield* Program.sandbox(["--records", "200", "--seed", "7"])
      const folder = yield* Program.folder
      return { folder, ledger: join(folder, "ledger.sqlite"), sandbox }
    })
  )
}

const words = "withdraw --currency BTC --network Bitcoin --amount 0.01 --address bc1qsomewhere"

const btse = Effect.fnUntraced(function* (line: string, environment: Program.Environment = {}) {
  const { ledger, sandbox } = yield* Desk
  return yield* Program.btse(line.split(" "), { ...sandbox.environment, BTSE_LEDGER: ledger, ...environment })
})

const parsed = <A, I>(schema: Schema.Schema<A, I>, text: string) => Schema.decode(Schema.parseJson(schema))(text)

const failure = (text: string) => Effect.map(parsed(Failure.FailureDocument, text), ({ error }) => error)

/** Makes the next withdrawal's answer go astray, after the exchange has done it. */
const loseAnswer = Effect.flatMap(Desk, ({ sandbox }) =>
  Effect.promise(() =>
    fetch(new URL("/sandbox/faults", sandbox.baseUrl), {
      method: "POST",
      body: `{"kind": "reset-after", "method": "POST", "path": "/api/v3.2/user/wallet/withdraw"}`
    })
  )
)

it.layer(Desk.layer, { timeout: "60 seconds" })("btse and withdrawals", (it) => {
  it.effect("shows every check and the fee in a dry run, and leaves no ledger behind", () =>
    Effect.gen(function* () {
      const { ledger } = yield* Desk
      const { exitCode, stdout } = yield* btse(`${words} --fee-on-top --dry-run --json`)
      expect(exitCode).toBe(0)
      const dry = yield* parsed(Document.DryRun, stdout)
      expect(dry.checks.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
        "amount passed",
        "network passed",
        "minimum passed",
        "fee passed",
        "balance passed"
      ])
      expect([dry.fee, dry.received].map((amount) => amount && Decimal.toText(amount))).toEqual(["0.0005", "0.01"])
      const text = yield* btse(`${words} --dry-run`)
      expect(text.stdout).toMatch(/^arrives +0\.0095 BTC$/m)
      expect(text.stdout).toMatch(/^balance +passed /m)
      expect(existsSync(ledger)).toBe(false)
    })
  )

  it.effect("keeps to the policy file, by its variable or its place, and sends nothing where it is broken", () =>
    Effect.gen(function* () {
      const { folder } = yield* Desk
      const home = join(folder, "config")
      mkdirSync(join(home, "btse-wallet"), { recursive: true })
      writeFileSync(
        join(home, "btse-wallet", "withdrawal-policy.json"),
        `{"allow": [{"address": "bc1qcold"}], "limits": {"BTC": {"perWithdrawal": "0.005"}}}`
      )
      const placed = { XDG_CONFIG_HOME: home }
      const dry = yield* btse(`${words} --dry-run`, placed)
      expect(dry.exitCode).toBe(2)
      expect(dry.stdout).toMatch(/^address +failed /m)
      expect(dry.stdout).toMatch(/^limit +failed +at most 0\.005 BTC in one withdrawal/m)
      const sent = yield* btse(`${words} --yes --key policy --json`, placed)
      expect(sent.exitCode).toBe(2)
      expect(yield* failure(sent.stdout)).toMatchObject({ tag: "PaymentBlocked" })
      expect((yield* btse("withdrawals show policy")).exitCode).toBe(2)
      const misspelt = join(folder, "misspelt.json")
      writeFileSync(misspelt, `{"limits": {"BTC": {"perDays": "1"}}}`)
      for (const file of [misspelt, join(folder, "none.json")]) {
        const { exitCode, stderr } = yield* btse(`${words} --yes`, { BTSE_WITHDRAWAL_POLICY: file })
        expect({ exitCode, stderr }).toMatchObject({
          exitCode: 2,
          stderr: expect.stringContaining("Nothing was sent.")
        })
      }
    })
  )

  it.effect(
    "asks a person where two rows fit two withdrawals, takes the answer, and follows both at once",
    () =>
      Effect.gen(function* () {
        for (const key of ["one", "two"]) {
          yield* loseAnswer
          expect((yield* btse(`${words} --yes --key ${key}`)).exitCode).toBe(6)
        }
        const asked = yield* btse("withdrawals resolve --json")
        expect(asked.exitCode).toBe(6)
        expect(asked.stderr).toMatch(
          /may be \d+ \(0\.01 BTC, .*\) or \d+ \(.*against it: it names no address.*--as ORDER_ID --reason TEXT/
        )
        const [two, one] = yield* parsed(Schema.Array(Payment.Resolution), asked.stdout)
        expect([one?.verdict, two?.verdict]).toEqual(["ambiguous", "ambiguous"])
        const [first, second] = one?.candidates.map(({ orderId }) => orderId) ?? []
        expect((yield* btse(`withdrawals resolve one --as ${first}`)).stderr).toContain("Add --reason TEXT")
        expect((yield* btse(`withdrawals resolve one --as 12345 --reason a-guess`)).exitCode).toBe(2)
        const told = yield* btse(`withdrawals resolve one --as ${first} --reason its-time --json`)
        expect(yield* parsed(Payment.Withdrawal, told.stdout)).toMatchObject({
          key: "one",
          withdrawId: first,
          reason: "a person decided: its-time"
        })
        // The row that is left names no receiver, so that a person decides about it too.
        const rest = yield* btse("withdrawals resolve --json")
        expect(rest.exitCode).toBe(6)
        expect(yield* parsed(Schema.Array(Payment.Resolution), rest.stdout)).toMatchObject([
          { key: "two", verdict: "ambiguous", candidates: [{ orderId: second, against: ["it names no address"] }] }
        ])
        expect((yield* btse("withdrawals show two")).stdout).toContain("it names no address")
        const early = yield* btse("withdrawals resolve two --not-sent --reason its-time")
        expect(early).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("may still show up") })
        const decided = yield* btse(`withdrawals resolve two --as ${second} --reason its-time --json`)
        expect(yield* parsed(Payment.Withdrawal, decided.stdout)).toMatchObject({ key: "two", withdrawId: second })
        const { exitCode, stdout } = yield* btse("withdrawals track one two --json")
        expect(exitCode).toBe(0)
        const steps = yield* Effect.forEach(stdout.trimEnd().split("\n"), (line) =>
          parsed(Payment.PaymentTransition, line)
        )
        for (const id of [first, second]) {
          const statuses = steps.filter(({ withdrawId }) => withdrawId === id).map(({ status }) => status)
          expect(statuses[0]).toBe("SUBMITTED")
          expect(statuses.at(-1)).toBe("COMPLETED")
          expect(new Set(statuses).size).toBe(statuses.length)
        }
      }),
    120_000
  )
})
