import { AccountingPolicy } from "@btse-wallet/ledger"
import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, ParseResult } from "effect"

const page = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const here = yield* path.fromFileUrl(new URL(import.meta.url))
  return yield* fs.readFileString(path.join(path.dirname(here), "../../docs/reference/policy.md"))
})

const problems = (json: string) =>
  Effect.map(Effect.flip(AccountingPolicy.fromJson(json)), (error) =>
    ParseResult.ArrayFormatter.formatErrorSync(error).map(({ path }) => path.join("."))
  )

describe("The reference of policies", () => {
  it.effect("shows the standard policy as it is in the code", () =>
    Effect.gen(function* () {
      const shown = /```json\n([^]*?)```/.exec(yield* page)?.[1] ?? ""
      expect(shown).toBe(AccountingPolicy.toJson(AccountingPolicy.standard))
      expect(yield* AccountingPolicy.fromJson(shown)).toEqual(AccountingPolicy.standard)
    }).pipe(Effect.provide(NodeContext.layer))
  )
})

describe("A policy's file", () => {
  it.effect("may leave out what has a default, and no more", () =>
    Effect.gen(function* () {
      expect(yield* AccountingPolicy.fromJson(`{"name": "mine", "types": {}}`)).toEqual({
        name: "mine",
        types: {},
        unknown: { direction: "signed", fees: "included" },
        pending: "held"
      })
      expect(yield* problems(`{"types": {}}`)).toEqual(["name"])
    })
  )

  it.effect("that is misspelt is refused by the field", () =>
    Effect.gen(function* () {
      expect(
        yield* problems(`{"name": "mine", "types": {"Withdraw": {"direction": "out", "fees": "inside"}}}`)
      ).toContain("types.Withdraw.fees")
      expect(yield* problems(`{"name": "mine", "types": {}, "pendng": "deducted"}`)).toEqual(["pendng"])
    })
  )

  it("has one canonical form, whatever the order of its keys", () => {
    const { Deposit, ...others } = AccountingPolicy.standard.types
    const reordered = {
      ...AccountingPolicy.standard,
      types: { ...others, ...(Deposit === undefined ? {} : { Deposit }) }
    }
    expect(AccountingPolicy.canonical(reordered)).toBe(AccountingPolicy.canonical(AccountingPolicy.standard))
    expect(AccountingPolicy.canonical({ ...reordered, pending: "deducted" })).not.toBe(
      AccountingPolicy.canonical(reordered)
    )
  })
})
