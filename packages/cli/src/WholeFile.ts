/**
 * A file that is written whole or not at all.
 *
 * @since 0.1.0
 */
import { FileSystem } from "@effect/platform"
import { Effect, Random, Stream } from "effect"
import { InvalidInput } from "./CliError.ts"

/**
 * Writes a stream of text beside the file and puts it in the file's place when it is complete. Fails with `InvalidInput`
 * where the file cannot be written, and leaves what was there.
 *
 * @since 0.1.0
 * @category constructors
 */
export const write = Effect.fnUntraced(function* <E, R>(settings: {
  readonly operation: string
  readonly path: string
  readonly content: Stream.Stream<string, E, R>
  /** Who may do what with it; by default as the user's mask has it. */
  readonly mode?: number | undefined
  /** What to do where it cannot be written. */
  readonly advice?: string | undefined
}) {
  const { content, mode, operation, path } = settings
  const fileSystem = yield* FileSystem.FileSystem
  const part = `${path}.${(yield* Random.nextIntBetween(0, 2 ** 31)).toString(36)}.part`
  const unwritable = () =>
    new InvalidInput({
      operation,
      problem: `${path} cannot be written; what was there is left as it was.`,
      advice: settings.advice ?? "Name a file in a folder that exists and can be written with --output."
    })
  const written = Effect.gen(function* () {
    const file = yield* Effect.mapError(
      fileSystem.open(part, { flag: "wx", ...(mode === undefined ? {} : { mode }) }),
      unwritable
    )
    yield* Stream.runForEach(Stream.encodeText(content), (bytes) => Effect.mapError(file.writeAll(bytes), unwritable))
  }).pipe(Effect.scoped, Effect.zipRight(Effect.mapError(fileSystem.rename(part, path), unwritable)))
  yield* Effect.onError(written, () => Effect.ignore(fileSystem.remove(part)))
})
