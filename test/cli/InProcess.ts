/**
 * Runs the program in the test's own process and on its clock: a story of many commands takes no process each.
 */
import { Btse, Failure, Output, Profiles } from "@btse-wallet/cli"
import { Interactive } from "@btse-wallet/cli/Confirmation"
import type { Terminal } from "@effect/platform"
import { NodeFileSystem, NodePath, NodeTerminal } from "@effect/platform-node"
import { expect } from "@effect/vitest"
import { ConfigProvider, type DateTime, Effect, Layer, Schema } from "effect"
import { origin } from "../ledger/Bench.ts"
import type { Ended, Environment } from "./Program.ts"

export const btse = (
  args: ReadonlyArray<string>,
  environment: Environment = {},
  timeZone?: DateTime.TimeZone,
  /** A terminal at stdout and stderr, where there is one. */
  terminal?: { readonly columns: number; readonly color: boolean },
  /** Somebody to ask, where there is one. */
  person?: Layer.Layer<Terminal.Terminal>
): Effect.Effect<Ended> =>
  Effect.suspend(() => {
    const said = { stdout: "", stderr: "" }
    const stream = (name: "stdout" | "stderr"): Output.StandardStream => ({
      isTTY: terminal !== undefined,
      columns: terminal?.columns,
      write: (text: string, done?: unknown) => {
        said[name] += text
        if (typeof done === "function") done()
        return true
      }
    })
    const system = Layer.mergeAll(
      Output.layer({ stdout: stream("stdout"), stderr: stream("stderr"), color: terminal?.color === true, timeZone }),
      NodeFileSystem.layer,
      NodePath.layer,
      person ?? NodeTerminal.layer,
      Layer.succeed(Interactive, person !== undefined)
    )
    const machine = Layer.provideMerge(Profiles.layer, system)
    return Btse.run(args, "0.0.0").pipe(
      Effect.map((exitCode) => ({ exitCode, ...said })),
      // Nothing of this machine's own; the machine itself looks there too.
      Effect.provide(machine),
      Effect.withConfigProvider(
        ConfigProvider.fromMap(new Map(Object.entries({ XDG_CONFIG_HOME: "/nowhere", ...environment })))
      ),
      Effect.scoped
    )
  })

/** Runs commands on a ledger of the tests' exchange, and reads the document of each as its schema writes it. */
export const onLedger = (filename: string) =>
  Effect.fnUntraced(function* <A, I>(schema: Schema.Schema<A, I>, words: ReadonlyArray<string>, exitCode = 0) {
    const exchange = words[0] === "verify" ? [] : ["--base-url", origin]
    const ended = yield* btse([...words, "--ledger", filename, ...exchange, "--json"])
    expect({ words, ...ended }).toMatchObject({ exitCode })
    return yield* Schema.decode(Schema.parseJson(Schema.encodedSchema(schema)))(ended.stdout)
  })

/** The error of a command that fails. */
export const failedOn =
  (filename: string) =>
  (words: ReadonlyArray<string>, exitCode = 2) =>
    Effect.map(onLedger(filename)(Failure.FailureDocument, words, exitCode), ({ error }) => error)
