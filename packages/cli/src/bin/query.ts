/**
 * The process that queries: it is told a ledger and statements on stdin, and answers on stdout (Query/Message.ts). It takes no
 * signal of its own, so that whoever started it can end it at any time.
 *
 * @internal
 */
import { NodeFileSystem, NodeStream } from "@effect/platform-node"
import { Chunk, Effect, identity, Option, Schema, Sink, Stream } from "effect"
import { Worker } from "node:worker_threads"
import { Connecting, type Connection, type Unusable } from "../Query/Connection.ts"
import * as Message from "../Query/Message.ts"

// A statement that never ends is not to outlive who asked for it; this thread will not notice, as it computes.
const orphaned = `setInterval(() => { if (process.ppid !== ${process.ppid}) process.kill(process.pid, "SIGKILL") }, 500)`

const tell = (message: Message.Message) =>
  Effect.flatMap(Effect.orDie(Schema.encode(Message.Line)(message)), (line) =>
    Effect.async<void>((resume) => {
      process.stdout.write(`${line}\n`, () => resume(Effect.void))
    })
  )

const refuse = (error: Unusable) => tell({ _tag: "Refused", error })

const answer = (connection: Connection, sql: string) =>
  Effect.gen(function* () {
    const { columns, rows } = yield* connection.query(sql)
    yield* tell({ _tag: "Columns", columns })
    yield* Stream.runForEachChunk(rows, (some) => tell({ _tag: "Rows", rows: Chunk.toReadonlyArray(some) }))
    yield* tell({ _tag: "Ended" })
  }).pipe(Effect.scoped, Effect.catchTag("QueryRefused", refuse))

const lines = Stream.orDie(NodeStream.fromReadable<unknown, Uint8Array>(() => process.stdin, identity)).pipe(
  Stream.decodeText(),
  Stream.splitLines
)

const main = Effect.gen(function* () {
  const [opening, statements] = yield* Stream.peel(lines, Sink.head<string>())
  if (Option.isNone(opening)) return
  const { at, path } = yield* Schema.decode(Message.Opening)(opening.value)
  const { connect } = yield* Connecting
  const connection = yield* connect(path, at)
  yield* tell({ _tag: "Opened" })
  yield* statements.pipe(
    Stream.mapEffect(Schema.decode(Message.Statement)),
    Stream.runForEach((sql) => answer(connection, sql))
  )
}).pipe(
  Effect.scoped,
  Effect.catchTags({
    QueryRefused: refuse,
    LedgerFileUnusable: refuse,
    LedgerUnavailable: refuse,
    LedgerBusy: refuse
  }),
  Effect.provide(NodeFileSystem.layer)
)

// Whoever reads this is gone: then there is nothing to be done.
process.stdout.on("error", () => process.exit())
new Worker(orphaned, { eval: true }).unref()
Effect.runFork(main)
