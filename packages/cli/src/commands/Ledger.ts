/**
 * `btse ledger`: the ledger's file itself.
 *
 * @since 0.1.0
 */
import { LedgerBackup } from "@btse-wallet/ledger"
import { Args, Command } from "@effect/cli"
import { Path } from "@effect/platform"
import { Effect } from "effect"
import * as Books from "../Books.ts"
import * as Document from "../Document.ts"
import * as LedgerFile from "../LedgerFile.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"

const operation = "btse ledger backup"

const backup = Effect.fn(operation)(function* (options: Global.Global & { readonly file: string }) {
  const paths = yield* Path.Path
  const ledger = yield* LedgerFile.resolve(options)
  const copy = paths.resolve(options.file)
  yield* LedgerFile.check({ operation, path: ledger, existing: true })
  yield* Effect.provide(LedgerBackup.backup(copy), Books.layerReadOnly(operation, ledger))
  yield* Output.result({
    json: options.json,
    schema: Document.Backup,
    value: { ledger, backup: copy },
    render: ({ backup, ledger }, style) =>
      Table.renderFields(
        [
          ["ledger", ledger],
          ["backup", backup]
        ],
        style
      )
  })
})

const backupCommand = Command.make(
  "backup",
  {
    ...Global.all,
    file: Args.text({ name: "FILE" }).pipe(Args.withDescription("The file to make; it may not exist."))
  },
  backup
).pipe(
  Command.withDescription(
    "Write a consistent copy of the ledger, also while other commands write to it. A plain copy of the file lacks what is in the log beside it."
  )
)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("ledger").pipe(
  Command.withDescription("Look after the ledger's file."),
  Command.withSubcommands([backupCommand])
)
