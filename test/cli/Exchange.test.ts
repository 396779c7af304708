import { Document } from "@btse-wallet/cli"
import { Decimal } from "@btse-wallet/core"
import { Payment } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, Context, Effect, Layer, Schema } from "effect"
import * as Program from "./Program.ts"

class Sandbox extends Context.Tag("@btse-wallet/test/cli/Exchange.test/Sandbox")<Sandbox, Program.RunningSandbox>() {
  static readonly layer = Layer.scoped(
    Sandbox,
    Effect.zipRight(Program.build, Program.sandbox(["--records", "300", "--seed", "7"]))
  )
}

const btse = Effect.fnUntraced(function* (line: string) {
  const { environment, secret } = yield* Sandbox
  const ended = yield* Program.btse(line.split(" "), environment)
  expect(ended.stdout + ended.stderr).not.toContain(secret)
  return ended
})

/** The one JSON document of a command that succeeds, by its published schema. */
const json = Effect.fnUntraced(function* <A, I>(schema: Schema.Schema<A, I>, line: string) {
  const { exitCode, stderr, stdout } = yield* btse(`${line} --json`)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
  expect(stdout.trimEnd().split("\n")).toHaveLength(1)
  return yield* Schema.decode(Schema.parseJson(schema))(stdout)
})

it.layer(Sandbox.layer, { timeout: "30 seconds" })("btse and the exchange", (it) => {
  it.effect("shows balances, for eyes and for programs", () =>
    Effect.gen(function* () {
      const balances = yield* json(Document.Balances, "balances")
      expect(balances.map(({ currency }) => currency)).toContain("BTC")
      const { exitCode, stdout } = yield* btse("balances")
      expect(exitCode).toBe(0)
      for (const { currency, total } of balances) {
        expect(stdout).toMatch(new RegExp(`^${currency} +${Decimal.toText(total).replace(".", "\\.")} `, "m"))
      }
    })
  )

  it.effect("shows a page of history as the exchange has it", () =>
    Effect.gen(function* () {
      const page = yield* json(Document.History, "history --count 7")
      expect(page).toHaveLength(7)
      const bitcoin = yield* json(Document.History, "history --currency BTC --until 2025-01-01")
      expect(bitcoin.length).toBeGreaterThan(0)
      for (const entry of bitcoin) {
        expect(entry).toMatchObject({ currency: "BTC" })
        if ("timestamp" in entry) expect(entry.timestamp.epochMillis).toBeLessThanOrEqual(Date.UTC(2025, 0, 1))
      }
    })
  )

  it.effect("lists currencies and networks, and tells a rate", () =>
    Effect.gen(function* () {
      expect(yield* json(Document.Names, "currencies --action WITHDRAW")).toContain("BTC")
      expect(yield* json(Document.Names, "networks --currency BTC")).toEqual(["Bitcoin", "Liquid"])
      const { rate } = yield* json(Document.Rate, "rate --from BTC --to USD")
      expect(Decimal.toText(rate)).toBe("36051.55950285")
      expect((yield* btse("rate --from BTC --to USD")).stdout).toBe("1 BTC = 36051.55950285 USD\n")
    })
  )

  it.effect("creates an address once, and names the one that is still unused", () =>
    Effect.gen(function* () {
      const pair = "--currency BTC --network Liquid"
      const [created] = yield* json(Document.Addresses, `address create ${pair} --yes`)
      const again = yield* btse(`address create ${pair} --yes`)
      expect(again).toEqual({
        exitCode: 2,
        stdout: "",
        stderr: `No address was created: an earlier one has not been used yet. Use ${created?.address}\n`
      })
      expect(yield* json(Document.Addresses, `address get ${pair}`)).toEqual([created])
    })
  )

  it.scoped("converts and transfers exactly what was asked for", () =>
    Effect.gen(function* () {
      const folder = yield* Program.folder
      const on = `--yes --ledger ${folder}/ledger.sqlite`
      const converted = yield* json(
        Payment.Conversion,
        `convert --amount 0.00100000 --from BTC --to USD --key converted ${on}`
      )
      expect(converted.amount).toSatisfy((amount: BigDecimal.BigDecimal) =>
        BigDecimal.equals(amount, BigDecimal.unsafeFromString("0.001"))
      )
      const transferred = yield* json(
        Payment.Transfer,
        `transfer --amount 0.002 --asset BTC --to-user bob --to-mail bob@example.com --key transferred ${on}`
      )
      expect(transferred).toMatchObject({ currency: "BTC", toUser: "bob", toMail: "bob@example.com" })
    })
  )

  it.effect("moves nothing without a yes where there is no terminal to ask on", () =>
    Effect.gen(function* () {
      const balances = yield* json(Document.Balances, "balances")
      const moves = [
        "convert --amount 1 --from BTC --to USD",
        "transfer --amount 1 --asset BTC --to-user bob --to-mail bob@example.com",
        "withdraw --amount 1 --currency BTC --network Bitcoin --address somewhere",
        "address create --currency ETH --network Ethereum"
      ]
      for (const move of moves) {
        const { exitCode, stderr, stdout } = yield* btse(move)
        expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" })
        expect(stderr).toMatch(/^Nothing was sent: .* Add --yes to act without being asked\.\n$/)
      }
      expect(yield* json(Document.Balances, "balances")).toEqual(balances)
    })
  )

  it.effect("shows a withdrawal without sending it", () =>
    Effect.gen(function* () {
      const dry = yield* json(
        Document.DryRun,
        "withdraw --amount 0.00150000 --currency BTC --network BITCOIN --address somewhere --fee-on-top --dry-run"
      )
      expect(dry.request).toMatchObject({ currency: "BTC", network: "BITCOIN", address: "somewhere", feeOnTop: true })
      expect(Decimal.toText(dry.request.amount)).toBe("0.00150000")
    })
  )

  it.effect("writes no control characters through a pipe, with or without NO_COLOR", () =>
    Effect.gen(function* () {
      const { environment } = yield* Sandbox
      for (const variables of [environment, { ...environment, NO_COLOR: "1" }]) {
        for (const args of [["history"], ["balances", "--help"], ["rate"]]) {
          const { stderr, stdout } = yield* Program.btse(args, variables)
          // oxlint-disable-next-line no-control-regex -- what must not be there
          expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
        }
      }
    })
  )
})

describe("btse sandbox", () => {
  it.scoped("prints what is to be pasted, and ends with 0 when interrupted", () =>
    Effect.gen(function* () {
      yield* Program.build
      const line = "$BTSE sandbox --port 0 & read -t 0.1 -u 1 2>/dev/null; sleep 1.5; kill -INT $!; wait $!"
      const { exitCode, stdout } = yield* Program.shell(line)
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^export BTSE_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/spot$/m)
      expect(stdout).toMatch(/^export BTSE_API_KEY=[0-9a-f]{64}$/m)
      expect(stdout).toMatch(/^export BTSE_API_SECRET=[0-9a-f]{64}$/m)
    })
  )
})
