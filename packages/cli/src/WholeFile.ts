/**
 * A file that is written whole or not at all.
 *
 * @since 0.1.0
 */
import { FileSystem } from "@effect/platform"
import { Effect, Option, Random, Stream } from "effect"
import { InvalidInput } from "./CliError.ts"
import * as FileAccess from "./FileAccess.ts"

/** The file that a path names, behind its links, and whether it is an ordinary one or none yet. */
const target = (path: string) =>
  Effect.gen(function* () {
    const fileSystem = yield* FileSystem.FileSystem
    const place = yield* Effect.orElseSucceed(fileSystem.realPath(path), () => path)
    const found = yield* Effect.option(fileSystem.stat(place))
    return { place, writable: Option.match(found, { onNone: () => true, onSome: ({ type }) => type === "File" }) }
  })

/**
 * Writes a stream of text, for its user alone, beside the file and puts it in the file's place when it is complete. Fails with `InvalidInput`
 * where the file cannot be written, and leaves what was there.
 *
 * @since 0.1.0
 * @category constructors
 */
export const write = Effect.fnUntraced(function* <E, R>(settings: {
  readonly operation: string
  readonly path: string
  readonly content: Stream.Stream<string, E, R>
  /** What to do where it cannot be written. */
  readonly advice?: string | undefined
}) {
  const { content, operation, path } = settings
  const fileSystem = yield* FileSystem.FileSystem
  const { place, writable } = yield* target(path)
  const part = `${place}.${(yield* Random.nextIntBetween(0, 2 ** 31)).toString(36)}.part`
  const unwritable = () =>
    new InvalidInput({
      operation,
      problem: `${path} cannot be written; what was there is left as it was.`,
      advice: settings.advice ?? "Name a file in a folder that exists and can be written with --output."
    })
  // A device or a pipe has no place that another file could be put in.
  if (!writable) return yield* unwritable()
  const written = Effect.gen(function* () {
    const file = yield* Effect.mapError(fileSystem.open(part, { flag: "wx", mode: FileAccess.ownerOnly }), unwritable)
    yield* Stream.runForEach(Stream.encodeText(content), (bytes) => Effect.mapError(file.writeAll(bytes), unwritable))
  }).pipe(Effect.scoped, Effect.zipRight(Effect.mapError(fileSystem.rename(part, place), unwritable)))
  yield* Effect.onError(written, () => Effect.ignore(fileSystem.remove(part)))
})
