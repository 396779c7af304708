/**
 * Whether the ledger is whole, and is this account's.
 *
 * @internal
 */
import { Verify } from "@btse-wallet/ledger"
import { Effect, Either, Layer, Option } from "effect"
import * as Books from "../Books.ts"
import { type Finding, fail, failed, ok, skip } from "../Doctor.ts"
import * as ExitCode from "../ExitCode.ts"
import * as LedgerFile from "../LedgerFile.ts"
import type { Global } from "../Options/Global.ts"

const codeOf = (tag: string): 2 | 3 => (ExitCode.fromTag(tag) === 3 ? 3 : 2)

const fileOf = Effect.fnUntraced(function* (operation: string, path: string) {
  yield* LedgerFile.check({ operation, path, existing: true })
  return yield* Books.damage(operation, path)
})

const verified = (operation: string, options: Global) =>
  Effect.flatMap(Verify.Verify, (verify) => verify.run).pipe(Effect.provide(Books.layerVerify(operation, options)))

/** Opening the books binds nothing, and tells whose they are. */
const accountOf = (operation: string, options: Global) =>
  Layer.build(Books.layerBooks(operation, options)).pipe(Effect.asVoid, Effect.scoped)

const account = Effect.fnUntraced(function* (operation: string, options: Global) {
  const opened = yield* Effect.either(accountOf(operation, options))
  if (Either.isRight(opened)) return ok("account", "the ledger has its books, from this exchange")
  const { left } = opened
  return left._tag === "AccountUnknown"
    ? skip("account", "the ledger has no books of it yet: `btse sync` begins them")
    : failed("account", left.message, codeOf(left._tag))
})

/** The file itself, what is written in it, and whose account it holds where the exchange is known (`placed`). */
export const check = Effect.fnUntraced(function* (operation: string, options: Global, placed: boolean) {
  const path = yield* LedgerFile.resolve(options)
  const file = yield* Effect.either(fileOf(operation, path))
  if (Either.isLeft(file)) {
    const { left } = file
    return left._tag === "LedgerFileUnusable" && left.reason === "missing"
      ? [skip("ledger", "there is none yet: `btse sync` makes it")]
      : [failed("ledger", left.message, codeOf(left._tag))]
  }
  if (Option.isSome(file.right)) {
    return [fail("ledger", `the file is damaged: ${file.right.value}`, "Restore it from a copy, or sync anew.", 3)]
  }
  const report = yield* Effect.either(verified(operation, options))
  if (Either.isLeft(report)) return [failed("ledger", report.left.message, codeOf(report.left._tag))]
  const { events, problems, records, status } = report.right
  const whole: Finding =
    status === "intact"
      ? ok("ledger", `intact: ${records} records, ${events} events`)
      : fail("ledger", `touched: ${problems} problems`, "Run `btse verify` to see where, and keep the file.", 3)
  return placed ? [whole, yield* account(operation, options)] : [whole]
})
