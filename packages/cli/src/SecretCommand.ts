/**
 * Runs the command that prints an API secret, as `pass show btse` does. What it prints is never shown, not even where it
 * fails.
 *
 * @since 0.1.0
 */
import { Effect, Either, Redacted } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { argvOf } from "./Profile.ts"

const patience = "2 minutes"

/** A secret is one line. */
const longest = 65_536

/** Asks it to end, and after a while does not ask. It stays in the terminal's group, where it may ask for a passphrase. */
const end = (child: ChildProcess): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    child.once("exit", () => resume(Effect.void))
    if (!child.kill("SIGTERM")) resume(Effect.void)
  }).pipe(
    Effect.interruptible,
    Effect.timeoutTo({ duration: "2 seconds", onSuccess: () => true, onTimeout: () => child.kill("SIGKILL") }),
    Effect.asVoid
  )

/** How a command ended that printed no secret. */
type Ending = string

/**
 * The first line of what the command prints. It reads from the terminal, where it may ask for a passphrase; what it writes
 * to stderr is shown where somebody sees it (`stderr`), and else dropped. Fails with how it ended, as the end of a sentence.
 *
 * @since 0.1.0
 * @category running
 */
export const run = (
  command: string,
  stderr: "ignore" | "inherit" = "ignore"
): Effect.Effect<Redacted.Redacted, Ending> => {
  const [program, ...args] = argvOf(command)
  return Effect.async<Redacted.Redacted, Ending>((resume) => {
    const started = Either.try(() => spawn(program, args, { stdio: ["inherit", "pipe", stderr] }))
    if (Either.isLeft(started)) return resume(Effect.fail("could not be started"))
    const child = started.right
    const printed: Array<Buffer> = []
    let length = 0
    child.stdout.on("data", (bytes: Buffer) => {
      length += bytes.length
      if (length <= longest) printed.push(bytes)
    })
    child.once("error", () => resume(Effect.fail("could not be started")))
    child.once("close", (code, signal) => {
      if (signal !== null) return resume(Effect.fail(`was ended by ${signal}`))
      if (code !== 0) return resume(Effect.fail(`ended with exit code ${code}`))
      const line = Buffer.concat(printed).toString("utf8").split(/\r?\n/, 1)[0]?.trim() ?? ""
      return resume(
        line === "" ? Effect.fail("printed nothing on its first line") : Effect.succeed(Redacted.make(line))
      )
    })
    return end(child)
  }).pipe(Effect.timeoutFail({ duration: patience, onTimeout: (): Ending => `did not end within ${patience}` }))
}
