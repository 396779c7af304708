/**
 * Who else can read or write this program's files: ledgers, budget, profiles and policies hold addresses and amounts, and say
 * what is run and where money may go.
 *
 * @internal
 */
import { Path } from "@effect/platform"
import { Array as Arr, Config, Effect, Option } from "effect"
import * as ConfigurationFile from "../ConfigurationFile.ts"
import { type Finding, warn } from "../Doctor.ts"
import * as FileAccess from "../FileAccess.ts"
import * as LedgerFile from "../LedgerFile.ts"
import type { Global } from "../Options/Global.ts"

const others = 0o077

/** The files that may be there; a place that is not known has none. */
const paths = Effect.fnUntraced(function* (options: Global) {
  const path = yield* Path.Path
  const ledger = Effect.map(LedgerFile.resolve(options), (file) => [file, `${file}-wal`, `${file}-shm`])
  const data = Effect.map(LedgerFile.dataDirectory(), (folder) =>
    ["btse-budget.sqlite", "query-history"].map((name) => path.join(folder, name))
  )
  const configuration = Effect.forEach(["profiles.json", "withdrawal-policy.json"], ConfigurationFile.at)
  const policy = Effect.map(Effect.option(Config.nonEmptyString("BTSE_WITHDRAWAL_POLICY")), Option.toArray)
  const found = yield* Effect.forEach([ledger, data, configuration, policy], (some) =>
    Effect.orElseSucceed(some, (): ReadonlyArray<string> => [])
  )
  return Arr.dedupe(found.flat())
})

/** A warning that names every file that others can read or write, with its mode. */
export const check = Effect.fnUntraced(function* (options: Global) {
  const open = yield* Effect.forEach(yield* paths(options), (path) =>
    Effect.map(
      FileAccess.mode(path),
      Option.filterMap((mode) => ((mode & others) === 0 ? Option.none() : Option.some({ path, mode })))
    )
  )
  const wide = Arr.getSomes(open)
  const findings: ReadonlyArray<Finding> = Arr.isNonEmptyArray(wide)
    ? [
        warn(
          "files",
          `others than you may have access to ${wide.map(({ mode, path }) => `${path} (mode ${(mode & 0o777).toString(8)})`).join(", ")}`,
          `Run \`chmod 600 ${wide.map(({ path }) => path).join(" ")}\`, unless they are shared on purpose.`
        )
      ]
    : []
  return findings
})
