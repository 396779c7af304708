/**
 * An accounting policy in a file: read for a reconciliation or an export, written by `btse reconcile --fit`.
 *
 * @since 0.1.0
 */
import { AccountingPolicy } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { Array as Arr, Effect, ParseResult, Stream } from "effect"
import { InvalidInput } from "./CliError.ts"
import * as WholeFile from "./WholeFile.ts"

const advice =
  "Name a JSON file that holds an accounting policy with --policy; `btse reconcile --fit --write-policy FILE` writes one."

const expectation = /^Expected (.*), actual (.*)$/s

/** A field that may be one of several words comes as an issue for each of them. */
const together = (messages: ReadonlyArray<string>): string => {
  const matches = messages.map((message) => expectation.exec(message))
  const expected = matches.flatMap((match) => (match?.[1] === undefined ? [] : [match[1]]))
  return expected.length === messages.length
    ? `expected ${expected.join(" or ")}, found ${matches[0]?.[2]}`
    : messages.join("; ")
}

const problemOf = (error: ParseResult.ParseError): string => {
  const issues = Arr.groupBy(ParseResult.ArrayFormatter.formatErrorSync(error), ({ path }) =>
    path.map(String).join(".")
  )
  return Object.entries(issues)
    .map(([path, all]) => [...(path === "" ? [] : [path]), together(all.map(({ message }) => message))].join(": "))
    .join("; ")
    .replace(/\s+/g, " ")
}

/**
 * The policy of a file. Fails with `InvalidInput`, which names the field, where it cannot be read or is no policy.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fnUntraced(function* (operation: string, path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* Effect.mapError(
    fileSystem.readFileString(path),
    () => new InvalidInput({ operation, problem: `The policy ${path} cannot be read.`, advice })
  )
  return yield* Effect.mapError(
    AccountingPolicy.fromJson(text),
    (error) =>
      new InvalidInput({
        operation,
        problem: `${path} does not hold an accounting policy (${problemOf(error)}).`,
        advice
      })
  )
})

/**
 * Writes a policy into a file, over one that is there only where that was asked for. Fails with `InvalidInput`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const write = Effect.fnUntraced(function* (settings: {
  readonly operation: string
  readonly path: string
  readonly policy: AccountingPolicy.AccountingPolicy
  readonly overwrite: boolean
}) {
  const { operation, overwrite, path, policy } = settings
  yield* unlessThere(operation, path, overwrite)
  yield* WholeFile.write({ operation, path, content: Stream.make(AccountingPolicy.toJson(policy)) })
})

/**
 * Fails with `InvalidInput` where the file is there already and may not be written over.
 *
 * @since 0.1.0
 * @category assertions
 */
export const unlessThere = Effect.fnUntraced(function* (operation: string, path: string, overwrite: boolean) {
  const fileSystem = yield* FileSystem.FileSystem
  // A path that cannot be looked at cannot be written either, and writing says so.
  const there = yield* Effect.orElseSucceed(fileSystem.exists(path), () => false)
  if (there && !overwrite) {
    return yield* new InvalidInput({
      operation,
      problem: `${path} is there already and was left as it is.`,
      advice: "Name another file with --write-policy, or add --overwrite."
    })
  }
})
