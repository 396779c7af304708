/**
 * The border to the terminal: data goes to stdout, everything else to stderr, and what is only for watching only to a
 * terminal. No character that a terminal would obey or hide passes it raw; to a file or a pipe stdout is exact.
 *
 * @since 0.1.0
 */
import { Context, Deferred, Effect, Layer, Option, Predicate, Ref, Schema } from "effect"
import type { Writable } from "node:stream"
import { type Screen, of as style, type Style } from "./Style.ts"
import * as Visible from "./Visible.ts"

/**
 * What of a standard stream the program needs.
 *
 * @since 0.1.0
 * @category models
 */
export interface StandardStream extends Pick<Writable, "write">, Screen {}

/**
 * The program's three kinds of words.
 *
 * @since 0.1.0
 * @category services
 */
export class Output extends Context.Tag("@btse-wallet/cli/Output")<
  Output,
  {
    /** Data: to stdout, on a terminal with its hidden characters in notation, else as it is. */
    readonly write: (text: string) => Effect.Effect<void>
    /** Text for eyes: to stdout, with this program's colours. */
    readonly show: (text: string) => Effect.Effect<void>
    /** A line that matters beside the data: to stderr. */
    readonly note: (line: string) => Effect.Effect<void>
    /** A line that tells how far things are: to stderr, and only to a terminal, each over the last. */
    readonly progress: (line: string) => Effect.Effect<void>
    /** A question's text: to stderr as it is. */
    readonly ask: (text: string) => Effect.Effect<void>
    /** Remembers that the one JSON document of this run is out, so that no second one follows. */
    readonly documentPrinted: Ref.Ref<boolean>
    /** Remembers the key of the payment that this run sends: whatever is told of its end names it. */
    readonly paymentKey: Ref.Ref<Option.Option<string>>
    /** Ends when the reader of stdout is known to be gone, as `head` is when it has seen enough. */
    readonly unread: Effect.Effect<void>
    /** Whether stderr is a terminal, so that somebody may see what is written there. */
    readonly attended: boolean
    /** Whether stdout is a terminal that wants colour. */
    readonly colored: boolean
    /** How wide the terminal at stdout is; `undefined` where stdout is none. */
    readonly columns: number | undefined
    /** The time zone of the person who reads; `undefined` for UTC. */
    readonly timeZone: Style["timeZone"]
  }
>() {}

/**
 * `Output` on a process's streams.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: {
  readonly stdout: StandardStream
  readonly stderr: StandardStream
  /** False where the environment has NO_COLOR. */
  readonly color: boolean
  /** The machine's, where it is not UTC. */
  readonly timeZone?: Style["timeZone"]
}): Layer.Layer<Output> => Layer.effect(Output, make(options))

const make = Effect.fnUntraced(function* (options: {
  readonly stdout: StandardStream
  readonly stderr: StandardStream
  readonly color: boolean
  readonly timeZone?: Style["timeZone"]
}) {
  const documentPrinted = yield* Ref.make(false)
  const paymentKey = yield* Ref.make(Option.none<string>())
  const progressShown = yield* Ref.make(false)
  const unread = yield* Deferred.make<void>()
  const lost = Effect.asVoid(Deferred.succeed(unread, undefined))
  const clear = Effect.flatMap(Ref.getAndSet(progressShown, false), (shown) =>
    shown ? tell("\r\u001b[2K") : Effect.void
  )
  const tell = (text: string) => Effect.asVoid(send(options.stderr, text))
  const screen = style(options.stdout, options.color)
  const print = (colored: boolean) => (text: string) =>
    Effect.zipRight(
      clear,
      Effect.flatMap(
        send(options.stdout, screen.columns === undefined ? text : Visible.screen(text, colored)),
        (sent) => (sent ? Effect.void : lost)
      )
    )
  return Output.of({
    write: print(false),
    show: print(screen.colored),
    note: (line) => Effect.zipRight(clear, tell(`${Visible.lines(line)}\n`)),
    progress: (line) =>
      options.stderr.isTTY === true
        ? clear.pipe(
            Effect.zipRight(Ref.set(progressShown, true)),
            Effect.zipRight(tell(Visible.cut(Visible.line(line), (options.stderr.columns ?? 80) - 1)))
          )
        : Effect.void,
    ask: (text) => Effect.zipRight(clear, tell(Visible.question(text))),
    documentPrinted,
    paymentKey,
    attended: options.stderr.isTTY === true,
    unread: Deferred.await(unread),
    ...screen,
    timeZone: options.timeZone
  })
})

/** Whether it was written: nobody may read there any more, or the disk may be full. */
const send = (stream: StandardStream, text: string): Effect.Effect<boolean> =>
  Effect.async<boolean>((resume) => {
    stream.write(text, (error) => resume(Effect.succeed(Predicate.isNullable(error))))
  })

/**
 * A value as JSON that a terminal shows and does not obey.
 *
 * @since 0.1.0
 * @category conversions
 */
export const encoded = <A, I, R>(schema: Schema.Schema<A, I, R>, value: A): Effect.Effect<string, never, R> =>
  // A value that its own schema cannot write is a defect of this program.
  Effect.orDie(Effect.map(Schema.encode(Schema.parseJson(schema))(value), Visible.lines))

/**
 * How text for eyes may look there.
 *
 * @since 0.1.0
 * @category getters
 */
export const styleOf = ({ colored, columns, timeZone }: typeof Output.Service): Style => ({
  colored,
  columns,
  timeZone
})

/**
 * Prints the one JSON document of a run.
 *
 * @since 0.1.0
 * @category printing
 */
export const document = Effect.fnUntraced(function* <A, I, R>(schema: Schema.Schema<A, I, R>, value: A) {
  const output = yield* Output
  yield* output.write(`${yield* encoded(schema, value)}\n`)
  yield* Ref.set(output.documentPrinted, true)
})

/**
 * Prints one JSON document of a stream of them, a line each.
 *
 * @since 0.1.0
 * @category printing
 */
export const line = Effect.fnUntraced(function* <A, I, R>(schema: Schema.Schema<A, I, R>, value: A) {
  const output = yield* Output
  yield* output.write(`${yield* encoded(schema, value)}\n`)
})

/**
 * Prints text for eyes to stdout, ended by a newline.
 *
 * @since 0.1.0
 * @category printing
 */
export const text = Effect.fnUntraced(function* (content: string) {
  const output = yield* Output
  yield* output.show(content.endsWith("\n") ? content : `${content}\n`)
})

/**
 * Prints a line to stderr.
 *
 * @since 0.1.0
 * @category printing
 */
export const note = Effect.fnUntraced(function* (content: string) {
  const output = yield* Output
  yield* output.note(content)
})

/**
 * Prints a value: as its document where `--json` was given, else as `render` shows it.
 *
 * @since 0.1.0
 * @category printing
 */
export const result = Effect.fnUntraced(function* <A, I, R>(options: {
  readonly json: boolean
  readonly schema: Schema.Schema<A, I, R>
  readonly value: A
  readonly render: (value: A, style: Style) => string
}) {
  const output = yield* Output
  if (options.json) return yield* document(options.schema, options.value)
  yield* text(options.render(options.value, styleOf(output)))
})
