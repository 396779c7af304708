/**
 * Whether the ledger is whole, and is this account's. The file is opened for reading: an older one stays as it is.
 *
 * @internal
 */
import type { BtseConfig } from "@btse-wallet/core"
import { LedgerFile as Kept, Verify } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { Effect, Option } from "effect"
import * as Books from "../Books.ts"
import { type Finding, fail, failed, ok, skip, warn } from "../Doctor.ts"
import * as ExitCode from "../ExitCode.ts"
import * as LedgerFile from "../LedgerFile.ts"
import type { Global } from "../Options/Global.ts"
import * as Profiles from "../Profiles.ts"
import * as Render from "../Render/Withdrawal.ts"
import * as Table from "../Table.ts"

const another = "Name another file with --ledger or BTSE_LEDGER."

const salvage =
  "Keep the file, and restore your last copy of it, or sync into a new --ledger: the history comes again, but adjustments, imports, closes and the keys of withdrawals stand in this file alone. `sqlite3 FILE .recover` often saves them."

const damaged = (said: string) => fail("ledger", `the file is damaged: ${Table.plain(said).trim()}`, salvage, 3)

const verified = Effect.fnUntraced(function* () {
  const verify = yield* Verify.Verify
  const { events, problems, records, status } = yield* verify.run
  return status === "intact"
    ? ok("ledger", `intact: ${records} records, ${events} events`)
    : fail("ledger", `touched: ${problems} problems`, "Run `btse verify` to see where, and keep the file.", 3)
})

const writable = Effect.fnUntraced(function* (path: string, finding: Finding) {
  const fileSystem = yield* FileSystem.FileSystem
  const refused = yield* Effect.isFailure(fileSystem.access(path, { writable: true }))
  return finding.outcome === "ok" && refused
    ? warn(
        "ledger",
        `${finding.detail}; it may not be written`,
        "To sync into it, give yourself the right to write it and its folder; for `btse query` reading is enough."
      )
    : finding
})

/** The tables of one version are not those of another: only a file of this one is verified. */
const whole = Effect.fnUntraced(function* (
  path: string,
  { latest, version }: Extract<Kept.Inspection, { _tag: "Kept" }>
) {
  if (version > latest) {
    return fail(
      "ledger",
      `a newer btse wrote it, with tables of version ${version} where this one knows ${latest}`,
      "Update btse.",
      2
    )
  }
  if (version < latest) {
    return warn(
      "ledger",
      `an older btse wrote it, with tables of version ${version} where this one's are ${latest}; not verified`,
      "The first command that opens it, as `btse status`, brings it to this version, which an older btse does not read: copy it before, if one is still to."
    )
  }
  return yield* writable(path, yield* Effect.provide(verified(), Verify.layer))
})

const account = (name: string, config: BtseConfig.BtseConfig, accounts: ReadonlyArray<Kept.AccountOfFile>) => {
  const found = accounts.find((one) => one.name === name)
  if (found === undefined) return skip("account", "the ledger has no books of it yet: `btse sync` begins them")
  return found.exchange === config.baseUrl.origin
    ? ok("account", "the ledger has its books, from this exchange")
    : fail(
        "account",
        `account "${name}" of this ledger belongs to ${found.exchange}, not to ${config.baseUrl.origin}`,
        "Choose another --ledger or --profile.",
        2
      )
}

/** A finding for each row that showed up for a payment which was not to have one. */
const alarmed = Effect.map(Kept.alarms, (alarms) =>
  alarms.map((alarm) =>
    fail("payments", Render.alarm(alarm), "Find out whose row it is before anything is sent again.", 3)
  )
)

const inspected = Effect.fnUntraced(function* (
  path: string,
  options: Global,
  config: Option.Option<BtseConfig.BtseConfig>
) {
  const found = yield* Kept.inspect
  switch (found._tag) {
    case "Empty":
      return [skip("ledger", "the file is empty: `btse sync` makes a ledger of it")]
    case "Foreign":
      return [fail("ledger", "the file is another program's SQLite database", another, 2)]
    case "Damaged":
      return [damaged(found.said)]
    case "Kept": {
      const finding = yield* whole(path, found)
      if (finding.outcome === "fail") return [finding]
      const alarms = found.version === found.latest ? yield* alarmed : []
      if (Option.isNone(config)) return [finding, ...alarms]
      const selected = yield* Profiles.selected(options.profile)
      return [finding, account(selected.account, config.value, found.accounts), ...alarms]
    }
  }
})

const codeOf = (tag: string): 2 | 3 => (ExitCode.fromTag(tag) === 3 ? 3 : 2)

/** The file itself, what is written in it, and whose account it holds where the exchange is known. */
export const check = Effect.fnUntraced(function* (
  operation: string,
  options: Global,
  config: Option.Option<BtseConfig.BtseConfig>
) {
  const path = yield* LedgerFile.resolve(options)
  return yield* LedgerFile.check({ operation, path, existing: true }).pipe(
    Effect.zipRight(Effect.provide(inspected(path, options, config), Books.layerReadOnly(operation, path))),
    Effect.catchAll((error) => {
      // What is wrong with the profile has been told.
      if (error._tag === "InvalidInput") return Effect.fail(error)
      return Effect.succeed([
        error._tag === "LedgerFileUnusable" && error.reason === "missing"
          ? skip("ledger", "there is none yet: `btse sync` makes it")
          : failed("ledger", error.message, codeOf(error._tag))
      ])
    })
  )
})
