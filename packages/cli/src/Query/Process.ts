/**
 * Queries in a process of their own. SQLite does not give way while it computes, and nothing ends it from outside but the end
 * of its process: so ctrl-C ends a query at once, whatever it is at.
 *
 * @since 0.1.0
 */
import { Command, CommandExecutor, FileSystem } from "@effect/platform"
import { Chunk, type DateTime, Duration, Effect, Layer, Option, Queue, RcMap, Ref, Schema, Stream } from "effect"
import { QueryRefused } from "../CliError.ts"
import { type Answer, Connecting, type Connection } from "./Connection.ts"
import * as Database from "./Database.ts"
import * as Message from "./Message.ts"

const operation = "btse query"

/** An idle one has only to close its file. */
const patience = "5 seconds"

const brokeOff = () =>
  new QueryRefused({
    operation,
    problem: "The query ended half-way: the process that ran it is gone.",
    advice: "It may have wanted more memory than there is: ask for less at once."
  })

/** A statement is refused; whatever else is said of it is of the ledger, which has been opened before. */
const refused = ({ error }: typeof Message.Refused.Type): QueryRefused =>
  error._tag === "QueryRefused" ? error : new QueryRefused({ operation, problem: error.message, advice: "" })

/** A process that has a ledger open. It is killed in the middle of a statement, and else left to end by itself. */
const start = Effect.fnUntraced(function* (options: Options, path: string, at: Option.Option<DateTime.Utc>) {
  const requests = yield* Queue.unbounded<string>()
  const busy = yield* Ref.make(true)
  yield* Database.leavingNoTrace(path)
  const lines = Stream.map(Stream.fromQueue(requests), (line) => `${line}\n`)
  const child = yield* Command.make(options.node, options.program).pipe(
    Command.stdin(Stream.encodeText(lines)),
    Command.start,
    Effect.mapError(brokeOff)
  )
  yield* Effect.addFinalizer(() =>
    Queue.shutdown(requests).pipe(
      Effect.zipRight(Effect.timeout(child.exitCode, patience)),
      Effect.ignore,
      Effect.unlessEffect(Ref.get(busy))
    )
  )
  const pull = yield* child.stdout.pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.mapEffect(Schema.decode(Message.Line)),
    Stream.rechunk(1),
    Stream.toPull
  )
  const next = Effect.flatMap(Effect.mapError(pull, brokeOff), (said) =>
    Option.match(Chunk.head(said), {
      onNone: () => Effect.fail(brokeOff()),
      onSome: (message) => Effect.as(Ref.set(busy, message._tag === "Columns" || message._tag === "Rows"), message)
    })
  )
  const ask = <I>(schema: Schema.Schema<I, string>, request: I) =>
    Ref.set(busy, true).pipe(
      // What is asked is made here, of what its schema says.
      Effect.zipRight(Effect.orDie(Schema.encode(schema)(request))),
      Effect.flatMap((line) => Queue.offer(requests, line)),
      Effect.zipRight(next)
    )
  const opened = yield* ask(Message.Opening, { path, at })
  if (opened._tag === "Refused") return yield* opened.error
  return { ask: (sql: string) => ask(Message.Statement, sql), busy: Ref.get(busy), next }
})

type Child = Effect.Effect.Success<ReturnType<typeof start>>

const answerOf = Effect.fnUntraced(function* (child: Child, sql: string) {
  const head = yield* child.ask(sql)
  if (head._tag === "Refused") return yield* refused(head)
  if (head._tag !== "Columns") return yield* brokeOff()
  const rows = Effect.flatMap(Effect.mapError(child.next, Option.some), (message) => {
    if (message._tag === "Rows") return Effect.succeed(Chunk.unsafeFromArray(message.rows))
    return Effect.fail(message._tag === "Refused" ? Option.some(refused(message)) : Option.none())
  })
  return { columns: head.columns, rows: Stream.repeatEffectChunkOption(rows) } satisfies Answer
})

/**
 * The program that is run for it, which `bin/query.ts` is, and by what.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly node: string
  readonly program: string
}

/**
 * `Connecting` to a process for each connection; one that is ended in the middle of a statement is started again for the next.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<never, never, CommandExecutor.CommandExecutor> =>
  Layer.effect(
    Connecting,
    Effect.map(CommandExecutor.CommandExecutor, (executor) => ({
      connect: Effect.fnUntraced(function* (path: string, at: Option.Option<DateTime.Utc>) {
        const fileSystem = yield* FileSystem.FileSystem
        const children = yield* RcMap.make({
          lookup: (path: string) =>
            start(options, path, at).pipe(
              Effect.provideService(CommandExecutor.CommandExecutor, executor),
              Effect.provideService(FileSystem.FileSystem, fileSystem)
            ),
          idleTimeToLive: Duration.infinity
        })
        const connection: Connection = {
          query: Effect.fnUntraced(function* (sql) {
            const child = yield* RcMap.get(children, path).pipe(
              Effect.tapError(() => RcMap.invalidate(children, path)),
              Effect.mapError((error) => refused({ _tag: "Refused", error }))
            )
            yield* Effect.addFinalizer(() => Effect.whenEffect(RcMap.invalidate(children, path), child.busy))
            return yield* answerOf(child, sql)
          })
        }
        // What is wrong with the file is said before anything is asked.
        yield* Effect.scoped(RcMap.get(children, path))
        return connection
      })
    }))
  )
