/**
 * A conversation in SQL: statements over as many lines as they need, ended by a semicolon.
 *
 * @since 0.1.0
 */
import { FileSystem, Path } from "@effect/platform"
import { Effect, Match, MutableRef, Option, Queue, Ref } from "effect"
import { createInterface, type Interface } from "node:readline"
import type { QueryRefused } from "../CliError.ts"
import * as LedgerFile from "../LedgerFile.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Query.ts"
import type { Terminal } from "../Stdin.ts"
import * as Table from "../Table.ts"
import type { Connection } from "./Connection.ts"
import * as Decimals from "./Decimals.ts"
import * as Statements from "./Statements.ts"

const modes: ReadonlyArray<Render.Mode> = ["table", "csv", "json"]

/**
 * What a conversation is about: a ledger, and on which terminal.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly connection: Connection
  readonly path: string
  readonly terminal: Terminal
  readonly mode: Render.Mode
}

type Heard =
  | { readonly _tag: "Line"; readonly text: string }
  | { readonly _tag: "Cleared" }
  | { readonly _tag: "Ended" }

const longestHistory = 1_000

const help = [
  "A statement ends with a semicolon, and may stand on several lines.",
  "  .tables        the views",
  "  .schema NAME   the columns of a view",
  "  .mode MODE     how rows are shown: table, csv or json",
  "  .quit          leave, as ctrl-D does",
  "Ctrl-C ends the query that runs, or clears what was typed.",
  `The functions on amounts are ${Decimals.functions}.`
].join("\n")

/** What was typed in earlier conversations, the newest first. Without it there is just no history. */
const historyFile = Effect.map(Effect.all([LedgerFile.dataDirectory(), Path.Path]), ([directory, path]) =>
  path.join(directory, "query-history")
)

const readHistory = Effect.gen(function* () {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* Effect.orElseSucceed(Effect.flatMap(historyFile, fileSystem.readFileString), () => "")
  return text.split("\n").filter((line) => line !== "")
})

const keepHistory = Effect.fnUntraced(function* (lines: ReadonlyArray<string>) {
  const fileSystem = yield* FileSystem.FileSystem
  const content = `${lines.slice(0, longestHistory).join("\n")}\n`
  yield* Effect.catchAll(
    Effect.flatMap(historyFile, (path) => fileSystem.writeFileString(path, content, { mode: 0o600 })),
    (cause) => Effect.logDebug("The history of queries cannot be kept", cause)
  )
})

/** The lines of a terminal and what else happens on it, in their order. */
const listen = Effect.fnUntraced(function* ({ input, output }: Terminal) {
  const heard = yield* Queue.unbounded<Heard>()
  const running = MutableRef.make(false)
  const ended = yield* Queue.sliding<void>(1)
  const lines = yield* Ref.make(yield* readHistory)
  const typed = yield* Effect.acquireRelease(
    Effect.map(Ref.get(lines), (history) =>
      createInterface({ input, output, terminal: true, history: [...history], historySize: longestHistory })
    ),
    (typed) =>
      Effect.zipRight(
        Effect.sync(() => typed.close()),
        Effect.flatMap(Ref.get(lines), keepHistory)
      )
  )
  typed.on("line", (text) => Queue.unsafeOffer(heard, { _tag: "Line", text }))
  // At once: what is typed after it is not to be cleared with it.
  typed.on("SIGINT", () => {
    if (MutableRef.get(running)) return void Queue.unsafeOffer(ended, undefined)
    typed.write(null, { ctrl: true, name: "e" })
    typed.write(null, { ctrl: true, name: "u" })
    output.write("^C\n")
    Queue.unsafeOffer(heard, { _tag: "Cleared" })
  })
  typed.on("close", () => Queue.unsafeOffer(heard, { _tag: "Ended" }))
  const remember = (text: string) => Ref.update(lines, (earlier) => [text, ...earlier.filter((one) => one !== text)])
  /** Runs until it is done, or ctrl-C ends it. */
  const untilEnded = <A, E, R>(statement: Effect.Effect<A, E, R>) =>
    Effect.acquireUseRelease(
      Effect.zipRight(
        Queue.takeAll(ended),
        Effect.sync(() => MutableRef.set(running, true))
      ),
      () => Effect.raceFirst(Effect.asSome(statement), Effect.as(Queue.take(ended), Option.none<A>())),
      () => Effect.sync(() => MutableRef.set(running, false))
    )
  return { heard, typed, remember, untilEnded }
})

const show = (connection: Connection, sql: string, mode: Render.Mode) => Render.answer(mode, connection, sql)

const quoted = (name: string): string => `'${name.replaceAll("'", "''")}'`

/** Answers a word that begins with a dot; `false` ends the conversation. */
const answer = Effect.fnUntraced(function* (
  words: ReadonlyArray<string>,
  connection: Connection,
  mode: Ref.Ref<Render.Mode>
) {
  const [word, name = ""] = words
  switch (word) {
    case ".quit":
    case ".exit":
      return false
    case ".tables":
      yield* show(connection, "select name from sqlite_master where type = 'view' order by name", "table")
      return true
    case ".schema":
      yield* show(
        connection,
        `select name as column from pragma_table_info(${quoted(name || "wallet_history")})`,
        "table"
      )
      return true
    case ".mode": {
      const wanted = modes.find((one) => one === name)
      yield* wanted === undefined ? Output.text(`.mode wants one of ${modes.join(", ")}.`) : Ref.set(mode, wanted)
      return true
    }
    default:
      yield* Output.text(help)
      return true
  }
})

const told = ({ message }: QueryRefused) => Output.note(Table.plain(message))

const prompt = (typed: Interface, unfinished: string): Effect.Effect<void> =>
  Effect.sync(() => {
    typed.setPrompt(Statements.isEmpty(unfinished) ? "btse> " : "  ...> ")
    typed.prompt()
  })

/**
 * Reads statements from a terminal and answers each, until it ends. What is wrong with one is told, and the next is read.
 *
 * @since 0.1.0
 * @category running
 */
export const run = Effect.fnUntraced(function* ({ connection, mode: first, path, terminal }: Options) {
  const { heard, remember, typed, untilEnded } = yield* listen(terminal)
  const mode = yield* Ref.make(first)
  yield* Output.text(`${path}, for reading. .help says what else there is; ctrl-D ends.`)

  const statement = (sql: string) =>
    Effect.flatMap(Ref.get(mode), (mode) => untilEnded(show(connection, sql, mode))).pipe(
      Effect.flatMap((done) => (Option.isNone(done) ? Output.note("\nThe query was ended.") : Effect.void)),
      Effect.catchTag("QueryRefused", told)
    )

  /** What is unfinished after a line; `None` where it was the last. */
  const line = Effect.fnUntraced(function* (unfinished: string, text: string) {
    if (Statements.isEmpty(unfinished) && text.trim().startsWith(".")) {
      const goesOn = yield* Effect.catchTag(
        answer(text.trim().split(/\s+/), connection, mode),
        "QueryRefused",
        (error) => Effect.as(told(error), true)
      )
      return goesOn ? Option.some("") : Option.none()
    }
    const { complete, rest } = Statements.split(`${unfinished}${text}\n`)
    if (complete.length > 0) yield* remember(`${unfinished}${text}`.replace(/\s*\n\s*/g, " ").trim())
    yield* Effect.forEach(complete, statement, { discard: true })
    return Option.some(Statements.isEmpty(rest) ? "" : rest)
  })

  const step = Effect.fnUntraced(function* (unfinished: string) {
    yield* prompt(typed, unfinished)
    return yield* Match.valueTags(yield* Queue.take(heard), {
      Line: ({ text }) => line(unfinished, text),
      Cleared: () => Effect.succeedSome(""),
      Ended: () => Effect.as(Output.text(""), Option.none<string>())
    })
  })

  const converse = (unfinished: string): Effect.Effect<void, never, Effect.Effect.Context<ReturnType<typeof step>>> =>
    Effect.flatMap(
      step(unfinished),
      Option.match({ onNone: () => Effect.void, onSome: (rest) => Effect.suspend(() => converse(rest)) })
    )

  yield* converse("")
})
