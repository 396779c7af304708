/**
 * `btse import`: movements of another source, from a file.
 *
 * @since 0.1.0
 */
import { Entries } from "@btse-wallet/ledger"
import { Args, Command } from "@effect/cli"
import { Effect } from "effect"
import * as Books from "../Books.ts"
import * as ImportFile from "../ImportFile.ts"
import * as Entry from "../Options/Entry.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Progress from "../Render/Progress.ts"
import * as Render from "../Render/Entry.ts"

const operation = "btse import"

const importing = (elapsed: number) => Effect.succeed(Progress.working("importing", elapsed))

const run = Effect.fn(operation)(function* (
  options: Global.Global & { readonly file: string; readonly dryRun: boolean }
) {
  const entries = yield* Entries.Entries
  const { file, rows } = yield* ImportFile.read(operation, options.file)
  const report = yield* Progress.during(importing)(entries.import({ file, rows, dryRun: options.dryRun }))
  yield* Output.result({ json: options.json, schema: Entries.ImportReport, value: report, render: Render.imported })
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "import",
  {
    ...Global.all,
    dryRun: Entry.dryRun,
    file: Args.text({ name: "FILE" }).pipe(
      Args.withDescription("A CSV file with a header: id, time, currency, amount and, as needed, fee and others.")
    )
  },
  run
).pipe(
  Command.withDescription(
    "Enter trades and other movements that wallet history does not hold, from a CSV file: all of it or nothing, and each row once however often it is imported."
  ),
  Command.provide((options) => Books.layerBooks(operation, options))
)
