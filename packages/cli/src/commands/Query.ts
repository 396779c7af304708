/**
 * `btse query`: read-only SQL over the public views. Without SQL it reads statements from a pipe, or asks for them.
 *
 * @since 0.1.0
 */
import { Args, Command } from "@effect/cli"
import { type DateTime, Effect, Option } from "effect"
import * as Books from "../Books.ts"
import { InvalidInput } from "../CliError.ts"
import * as LedgerFile from "../LedgerFile.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Database from "../Query/Database.ts"
import * as Decimals from "../Query/Decimals.ts"
import * as Repl from "../Query/Repl.ts"
import * as Statements from "../Query/Statements.ts"
import * as Render from "../Render/Query.ts"
import { Stdin } from "../Stdin.ts"

const operation = "btse query"

interface Settings extends Global.Global {
  readonly asOf: Option.Option<DateTime.Utc>
  readonly csv: boolean
  readonly sql: Option.Option<string>
}

const show = Effect.fnUntraced(function* (options: Settings, result: Database.Result) {
  if (options.json) return yield* Output.document(Database.Rows, Render.objects(result))
  const output = yield* Output.Output
  yield* options.csv ? output.write(Render.csv(result)) : Output.text(Render.table(result, output))
})

/** The statements of a pipe, one after the other: the last may lack its semicolon. */
const piped = Effect.fnUntraced(function* (options: Settings, connection: Database.Connection) {
  const { text } = yield* Stdin
  const { complete, rest } = Statements.split(yield* text)
  const statements = [...complete, ...(Statements.isEmpty(rest) ? [] : [rest])]
  if (statements.length === 0) {
    return yield* new InvalidInput({
      operation,
      problem: "There is no SQL: none was given, and stdin had none.",
      advice: "Give a statement in quotes, or pipe some."
    })
  }
  yield* Effect.forEach(statements, (sql) => Effect.flatMap(connection.run(sql), (result) => show(options, result)), {
    discard: true
  })
})

const run = Effect.fn(operation)(function* (options: Settings) {
  const path = yield* LedgerFile.resolve(options)
  yield* LedgerFile.check({ operation, path, existing: true })
  const connection = yield* Database.connect(
    path,
    Option.getOrUndefined(Option.map(options.asOf, (at) => Books.overlay(operation, path, at)))
  )
  if (Option.isSome(options.sql)) return yield* show(options, yield* connection.run(options.sql.value))
  const { terminal } = yield* Stdin
  const { columns } = yield* Output.Output
  if (Option.isNone(terminal)) return yield* piped(options, connection)
  if (columns === undefined) {
    return yield* new InvalidInput({
      operation,
      problem: "There is no SQL, and stdout is no terminal to ask on.",
      advice: "Give a statement in quotes, or pipe some."
    })
  }
  const mode = options.json ? "json" : options.csv ? "csv" : "table"
  yield* Repl.run({ connection, path, terminal: terminal.value, mode })
}, Effect.scoped)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "query",
  {
    ...Global.all,
    asOf: Time.asOf,
    csv: BooksOptions.csv,
    sql: Args.text({ name: "SQL" }).pipe(
      Args.withDescription("One statement that reads, in quotes; without it they are read from a pipe, or asked for."),
      Args.optional
    )
  },
  run
).pipe(
  Command.withDescription(
    `Run read-only SQL over the ledger's public views: ${Database.views}. Amounts are exact text, which SQLite's own sum, max, > and order by do not read as numbers: use ${Decimals.functions}.`
  )
)
