/**
 * Runs a command: joins the program to the process. With `bin.ts` the only place that touches the process.
 *
 * @internal
 */
import {
  NodeCommandExecutor,
  NodeFileSystem,
  NodePath,
  NodeRuntime,
  NodeStream,
  NodeTerminal
} from "@effect/platform-node"
import { WaitNotice } from "@btse-wallet/core"
import { LeaseHolder } from "@btse-wallet/ledger"
import {
  type Cause,
  Config,
  Effect,
  Either,
  identity,
  Layer,
  Logger,
  LogLevel,
  Option,
  Predicate,
  Stream
} from "effect"
import { hostname } from "node:os"
import { fileURLToPath } from "node:url"
import * as Btse from "../Btse.ts"
import { Interactive } from "../Confirmation.ts"
import * as ExitCode from "../ExitCode.ts"
import * as FileAccess from "../FileAccess.ts"
import * as Failure from "../Failure.ts"
import * as Instant from "../Instant.ts"
import * as Output from "../Output.ts"
import * as Profiles from "../Profiles.ts"
import * as QueryProcess from "../Query/Process.ts"
import { Stdin, type Terminal } from "../Stdin.ts"
import * as Visible from "../Visible.ts"

const output = Layer.unwrapEffect(
  Config.string("NO_COLOR").pipe(
    Config.withDefault(""),
    Effect.orElseSucceed(() => ""),
    Effect.map((noColor) =>
      Output.layer({
        stdout: process.stdout,
        stderr: process.stderr,
        color: noColor === "",
        timeZone: Instant.machineZone()
      })
    )
  )
)

// Logs go to stderr; unless asked for with --log-level, only to a terminal.
const logging = Layer.merge(
  Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.map(Logger.logfmtLogger, Visible.lines))),
  Logger.minimumLogLevel(process.stderr.isTTY ? LogLevel.Warning : LogLevel.None)
)

/** Signal 0 only asks. A process of another user is there, but may not be asked. */
const isGone = (pid: number): boolean =>
  Either.match(
    Either.try(() => process.kill(pid, 0)),
    {
      onLeft: (cause) => Predicate.hasProperty(cause, "code") && cause.code === "ESRCH",
      onRight: () => false
    }
  )

/** Processes of this machine are known to be gone; of others on a shared disk nothing is known. */
const leaseHolder = Layer.succeed(LeaseHolder.LeaseHolder, {
  name: `process ${process.pid} on ${hostname()}`,
  isGone: (name) => {
    const pid = /^process (\d+) on (.*)$/.exec(name)
    return pid?.[2] === hostname() && isGone(Number(pid[1]))
  }
})

const system = Layer.mergeAll(output, NodeFileSystem.layer, NodePath.layer)

/** No wait of more than a second without a word, whoever reads it. */
const waits = Layer.effect(
  WaitNotice.WaitNotice,
  Effect.map(Output.Output, ({ note }) => ({ waiting: ({ reason }: WaitNotice.Wait) => note(reason) }))
)

/** The bundle has it beside every one of its files. */
const queries = QueryProcess.layer({
  node: process.execPath,
  program: fileURLToPath(new URL("./query.js", import.meta.url))
}).pipe(Layer.provide(NodeCommandExecutor.layer), Layer.provide(NodeFileSystem.layer))

const machine = Layer.mergeAll(
  leaseHolder,
  logging,
  queries,
  NodeTerminal.layer,
  Layer.succeed(Stdin, {
    terminal: process.stdin.isTTY
      ? Option.some({ input: process.stdin, output: process.stdout })
      : Option.none<Terminal>(),
    text: Stream.runFold(
      Stream.decodeText(Stream.orDie(NodeStream.fromReadable(() => process.stdin, identity))),
      "",
      (text, more) => text + more
    )
  }),
  Layer.succeed(FileAccess.User, Option.fromNullable(process.getuid?.())),
  Layer.succeed(Interactive, process.stdin.isTTY === true && process.stderr.isTTY === true)
).pipe(Layer.merge(Layer.provideMerge(Layer.merge(Profiles.layer, waits), system)))

/** What fails before there is a command is told as what fails in one. */
const unready = (json: boolean) => (cause: Cause.Cause<unknown>) =>
  Option.match(Failure.fromCause(cause, []), {
    onNone: () => Effect.succeed(ExitCode.interrupted),
    onSome: (failure) => Effect.as(Failure.report(failure, json), failure.exitCode)
  }).pipe(Effect.provide(output))

/** Runs the command line of this process, and ends it. */
export const run = (version: string): void => {
  const words = process.argv.slice(2)
  const program = Btse.run(words, version).pipe(
    Effect.provide(machine),
    Effect.catchAllCause(unready(words.includes("--json"))),
    Effect.tap((exitCode) =>
      Effect.sync(() => {
        // Where the command's own is 0, what became of its words stands: bin.ts knows.
        process.exitCode = exitCode === 0 ? (process.exitCode ?? 0) : exitCode
      })
    ),
    // Btse.run interrupts the command; the exit code is set all the same.
    Effect.uninterruptible
  )
  NodeRuntime.runMain(program, {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    // Leaving at once: a connection that is kept alive for the next request would hold the process for seconds.
    // An interrupted fiber ends interrupted whatever its effect returned, so the code is where the program put it.
    teardown: () => process.exit(process.exitCode ?? 1)
  })
}
