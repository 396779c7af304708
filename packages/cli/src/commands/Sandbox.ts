/**
 * `btse sandbox`: an exchange on this machine.
 *
 * @since 0.1.0
 */
import { Command } from "@effect/cli"
import { Effect, Redacted } from "effect"
import * as Document from "../Document.ts"
import * as Global from "../Options/Global.ts"
import * as SandboxOptions from "../Options/Sandbox.ts"
import * as Output from "../Output.ts"
import * as SandboxProcess from "../SandboxProcess.ts"

const operation = "btse sandbox"

interface Settings {
  readonly json: boolean
  readonly port: number
  readonly records: number
  readonly seed: number
}

const pasteable = (records: number) => (started: typeof Document.SandboxStarted.Type) =>
  [
    `# A BTSE exchange with ${records} records of history. Paste this into another terminal:`,
    `export BTSE_BASE_URL=${started.baseUrl}`,
    `export BTSE_API_KEY=${started.apiKey}`,
    `export BTSE_API_SECRET=${started.apiSecret}`
  ].join("\n")

const run = Effect.fn(operation)(function* ({ json, port, records, seed }: Settings) {
  const sandbox = yield* SandboxProcess.start({ port, records, seed })
  yield* Output.result({
    json,
    schema: Document.SandboxStarted,
    value: {
      baseUrl: sandbox.baseUrl.href,
      apiKey: sandbox.apiKey,
      // Of the sandbox alone: it opens nothing else.
      apiSecret: Redacted.value(sandbox.apiSecret)
    },
    render: pasteable(records)
  })
  const output = yield* Output.Output
  yield* output.progress("Serving until interrupted (ctrl-C).")
  return yield* Effect.never
}, Effect.scoped)

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "sandbox",
  { json: Global.json, port: SandboxOptions.port, records: SandboxOptions.records, seed: SandboxOptions.seed },
  run
).pipe(Command.withDescription("Serve a BTSE exchange on this machine, to try things on."))
