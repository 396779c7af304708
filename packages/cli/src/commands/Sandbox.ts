/**
 * `btse sandbox`: an exchange on this machine.
 *
 * @since 0.1.0
 */
import { Command } from "@effect/cli"
import { Effect, Option, Redacted, Schema } from "effect"
import { InvalidInput } from "../CliError.ts"
import * as Document from "../Document.ts"
import * as Global from "../Options/Global.ts"
import * as SandboxOptions from "../Options/Sandbox.ts"
import * as Output from "../Output.ts"
import * as SandboxProcess from "../SandboxProcess.ts"

const operation = "btse sandbox"

const options = {
  port: SandboxOptions.port,
  records: SandboxOptions.records,
  seed: SandboxOptions.seed,
  faults: SandboxOptions.faults,
  faultKinds: SandboxOptions.faultKinds,
  dialect: SandboxOptions.dialect,
  order: SandboxOptions.order,
  late: SandboxOptions.late,
  blocks: SandboxOptions.blocks,
  retryAfter: SandboxOptions.retryAfter
}

type Settings = Command.Command.ParseConfig<typeof options> & { readonly json: boolean }

/** The sandbox knows which kinds there are, and is loaded only now. */
const kindsOf = Effect.fnUntraced(function* (kinds: Option.Option<ReadonlyArray<string>>) {
  if (Option.isNone(kinds)) return undefined
  const { Fault } = yield* Effect.promise(() => import("@btse-wallet/sandbox"))
  return yield* Schema.decodeUnknown(Schema.Array(Fault.FaultKind))(kinds.value).pipe(
    Effect.mapError(
      () =>
        new InvalidInput({
          operation,
          problem: `--fault-kinds cannot be "${kinds.value.join(",")}".`,
          advice: `It wants some of ${Fault.FaultKind.literals.join(", ")}.`
        })
    )
  )
})

const pasteable = (records: number) => (started: typeof Document.SandboxStarted.Type) =>
  [
    `# A BTSE exchange with ${records} records of history. It forgets all else when it stops: use a new ledger after a restart.`,
    "# Paste this into another terminal:",
    `export BTSE_BASE_URL=${started.baseUrl}`,
    `export BTSE_API_KEY=${started.apiKey}`,
    `export BTSE_API_SECRET=${started.apiSecret}`
  ].join("\n")

const run = Effect.fn(operation)(function* (settings: Settings) {
  const { blocks, dialect, json, late, order, port, records, retryAfter, seed } = settings
  const sandbox = yield* SandboxProcess.start({
    port,
    records,
    seed,
    dialect,
    history: { order, ...(late === 0 ? {} : { late: { share: late, by: "2 seconds" } }) },
    rateLimits: { blocks, retryAfter },
    faults: { rate: settings.faults, kinds: yield* kindsOf(settings.faultKinds) }
  })
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
export const command = Command.make("sandbox", { json: Global.json, ...options }, run).pipe(
  Command.withDescription("Serve a BTSE exchange on this machine, to try things on.")
)
