/**
 * Terminals that a test types into and looks at, as a person does: tmux holds them.
 */
import { Command, type CommandExecutor } from "@effect/platform"
import { Data, Effect, Random, Schedule } from "effect"

/** The shell's prompt; what a command leaves on the screen ends where it stands again. */
export const prompt = "$"

class NotOnScreen extends Data.TaggedError("NotOnScreen")<{ readonly wanted: string; readonly screen: string }> {
  override get message(): string {
    return `${this.wanted} did not come. The terminal shows:\n${this.screen}`
  }
}

export interface Terminal {
  readonly type: (text: string) => Effect.Effect<void, never, CommandExecutor.CommandExecutor>
  readonly press: (key: string) => Effect.Effect<void, never, CommandExecutor.CommandExecutor>
  /** The lines of the screen and of what has scrolled away; one that the terminal has broken is whole again. */
  readonly lines: Effect.Effect<ReadonlyArray<string>, never, CommandExecutor.CommandExecutor>
  /** The lines, as soon as they are as wanted. */
  readonly until: (
    wanted: string,
    is: (lines: ReadonlyArray<string>) => boolean
  ) => Effect.Effect<ReadonlyArray<string>, NotOnScreen, CommandExecutor.CommandExecutor>
}

const patience = Schedule.upTo(Schedule.spaced("100 millis"), "30 seconds")

const tmux = (socket: string, ...words: ReadonlyArray<string>) =>
  Effect.orDie(Command.string(Command.make("tmux", "-L", socket, "-f", "/dev/null", ...words)))

const withoutEnd = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.slice(0, lines.findLastIndex((line) => line !== "") + 1)

const terminal = (socket: string, window: string): Terminal => {
  const run = (...words: ReadonlyArray<string>) => Effect.asVoid(tmux(socket, ...words))
  const lines = Effect.map(tmux(socket, "capture-pane", "-t", window, "-p", "-J", "-S", "-"), (text) =>
    withoutEnd(text.split("\n").map((line) => line.trimEnd()))
  )
  const type = (text: string) => run("send-keys", "-t", window, "-l", text)
  const press = (key: string) => run("send-keys", "-t", window, key)
  const until: Terminal["until"] = (wanted, is) =>
    lines.pipe(
      Effect.filterOrFail(is, (shown) => new NotOnScreen({ wanted, screen: shown.join("\n") })),
      Effect.retry(patience)
    )
  return { type, press, lines, until }
}

/**
 * Makes terminals of so many columns in a folder, each with a shell that has these variables alone; all are gone when the
 * scope closes.
 */
export const make = Effect.fnUntraced(function* (options: {
  readonly columns: number
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}) {
  const socket = `btse-test-${yield* Random.nextIntBetween(0, 2 ** 31)}`
  const variables = Object.entries({ ...options.environment, PS1: `${prompt} `, PS2: "> ", TERM: "xterm-256color" })
  const shell = ["env", "-i", ...variables.map(([name, value]) => `${name}=${value}`), "bash", "--norc", "--noprofile"]
  const size = ["-x", String(options.columns), "-y", "50"]
  yield* Effect.acquireRelease(tmux(socket, "new-session", "-d", ...size, "-n", "keeper", "cat"), () =>
    tmux(socket, "kill-server")
  )
  yield* tmux(socket, "set-option", "-g", "history-limit", "5000")
  return {
    open: Effect.fnUntraced(function* (window: string) {
      yield* tmux(socket, "new-window", "-d", "-n", window, "-c", options.folder, ...shell)
      const opened = terminal(socket, window)
      yield* opened.until("a prompt", (lines) => lines.at(-1) === prompt)
      return opened
    })
  }
})
