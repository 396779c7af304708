/**
 * `btse query`: read-only SQL over the public views. Without SQL it reads statements from a pipe, or asks for them.
 *
 * @since 0.1.0
 */
import { Args, Command } from "@effect/cli"
import { type DateTime, Effect, Option } from "effect"
import { InvalidInput } from "../CliError.ts"
import * as LedgerFile from "../LedgerFile.ts"
import * as BooksOptions from "../Options/Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import { Connecting, type Connection } from "../Query/Connection.ts"
import * as Database from "../Query/Database.ts"
import * as Decimals from "../Query/Decimals.ts"
import * as Repl from "../Query/Repl.ts"
import * as Statements from "../Query/Statements.ts"
import * as ReadOnlyPlace from "../ReadOnlyPlace.ts"
import * as Render from "../Render/Query.ts"
import { Stdin } from "../Stdin.ts"

const operation = "btse query"

interface Settings extends Global.Global {
  readonly asOf: Option.Option<DateTime.Utc>
  readonly csv: boolean
  readonly sql: Option.Option<string>
}

const modeOf = ({ csv, json }: Settings): Render.Mode => (json ? "json" : csv ? "csv" : "table")

const show = (options: Settings, connection: Connection, sql: string) => Render.answer(modeOf(options), connection, sql)

/** The statements of a pipe, one after the other: the last may lack its semicolon. */
const piped = Effect.fnUntraced(function* (options: Settings, connection: Connection) {
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
  yield* Effect.forEach(statements, (sql) => show(options, connection, sql), { discard: true })
})

const run = Effect.fn(operation)(function* (options: Settings) {
  const path = yield* LedgerFile.resolve(options)
  yield* LedgerFile.check({ operation, path, existing: true })
  const { connect } = yield* Connecting
  const place = yield* ReadOnlyPlace.readable(operation, path)
  const connection = yield* connect(place.path, options.asOf)
  if (Option.isSome(options.sql)) return yield* show(options, connection, options.sql.value)
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
  yield* Repl.run({ connection, path, terminal: terminal.value, mode: modeOf(options) })
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
