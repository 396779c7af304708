/**
 * `btse export`: the books for another program.
 *
 * @since 0.1.0
 */
import { Export } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { Effect, Option, Ref, Schema, Stream } from "effect"
import * as AccountingPolicyFile from "../AccountingPolicyFile.ts"
import * as Books from "../Books.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Progress from "../Render/Progress.ts"
import * as Table from "../Table.ts"
import * as WholeFile from "../WholeFile.ts"

const operation = "btse export"

interface Settings extends Global.Global {
  readonly format: Export.Format
  readonly range: Time.Range
  readonly output: Option.Option<string>
  readonly policy: Option.Option<string>
  readonly listLeftOut: boolean
}

/** With `--json` a document: on stdout where the books went to a file, else on stderr, because stdout has the books. */
const tell = Effect.fnUntraced(function* (options: Settings, report: Export.ExportReport) {
  if (!options.json) {
    const lines = report.leftOut.flatMap((one) => [
      Export.leftOutLine(one),
      ...one.records.map((id) => `  ${Table.plain(id)}`)
    ])
    yield* Effect.forEach(lines, Output.note, { discard: true })
    if (lines.length > 0 && !options.listLeftOut) yield* Output.note("--list-left-out names each of them.")
    return
  }
  if (Option.isSome(options.output)) return yield* Output.document(Export.ExportReport, report)
  // A report that its own schema cannot write is a defect of this program.
  yield* Effect.flatMap(Effect.orDie(Schema.encode(Schema.parseJson(Export.ExportReport))(report)), Output.note)
})

const linesIn = (text: string): number => text.split("\n").length - 1

const run = Effect.fn(operation)(function* (options: Settings) {
  const books = yield* Export.Export
  const output = yield* Output.Output
  const policy = yield* Effect.transposeMapOption(options.policy, (path) => AccountingPolicyFile.read(operation, path))
  const { content, leftOut } = yield* books.books({
    format: options.format,
    since: Option.getOrUndefined(options.range.since),
    until: Option.getOrUndefined(options.range.until),
    policy: Option.getOrUndefined(policy),
    listLeftOut: options.listLeftOut
  })
  const lines = yield* Ref.make(0)
  const counted = Stream.tap(content, (text) => Ref.update(lines, (count) => count + linesIn(text)))
  const written = Option.match(options.output, {
    // For nobody it need not go on.
    onNone: () => Effect.raceFirst(Stream.runForEach(counted, output.write), output.unread),
    onSome: (path) => WholeFile.write({ operation, path, content: counted })
  })
  const exporting = (elapsed: number) =>
    Effect.map(Ref.get(lines), (count) => Progress.working("exporting", elapsed, count))
  // Where the books come to the terminal themselves, they show how far they are.
  const seen = Option.isNone(options.output) && output.columns !== undefined
  yield* seen ? written : Progress.during(exporting)(written)
  if (Option.isSome(options.output) && !options.json) {
    yield* Output.note(`Wrote ${yield* Ref.get(lines)} lines to ${options.output.value}.`)
  }
  yield* tell(options, { format: options.format, leftOut: yield* leftOut })
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
    range: Time.range({
      begin: ["since", "Records from this time on; a journal opens with what the wallet held before."],
      end: ["until", "Records before this time; of a date, to the end of its day."]
    }),
    output: BooksOptions.output,
    policy: BooksOptions.policy,
    listLeftOut: BooksOptions.listLeftOut
  },
  run
).pipe(
  Command.withDescription("Write the books for another program, and say on stderr what it cannot be told and why."),
  Command.provide((options) => Books.layerBooks(operation, options))
)
