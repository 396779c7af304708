/**
 * `btse export`: the books for another program.
 *
 * @since 0.1.0
 */
import { Export } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { type DateTime, Effect, Option, Stream } from "effect"
import * as Books from "../Books.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import { Output } from "../Output.ts"
import * as WholeFile from "../WholeFile.ts"

const operation = "btse export"

interface Settings extends Global.Global {
  readonly format: "csv"
  readonly since: Option.Option<DateTime.Utc>
  readonly until: Option.Option<DateTime.Utc>
  readonly output: Option.Option<string>
}

const run = Effect.fn(operation)(function* (options: Settings) {
  const books = yield* Export.Export
  const output = yield* Output
  const csv = books.csv({ since: Option.getOrUndefined(options.since), until: Option.getOrUndefined(options.until) })
  yield* Option.match(options.output, {
    onNone: () => Stream.runForEach(csv, output.write),
    onSome: (path) => WholeFile.write({ operation, path, content: csv })
  })
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "export",
  {
    ...Global.all,
    format: BooksOptions.format,
    since: Time.optional("since", "Records from this time on."),
    until: Time.optional("until", "Records up to this time."),
    output: BooksOptions.output
  },
  run
).pipe(
  Command.withDescription("Write the books for another program."),
  Command.provide((options) => Books.layerBooks(operation, options))
)
