/**
 * `btse doctor`: configuration, connection, clock, credentials and permissions, ledger: each checked and explained.
 *
 * @since 0.1.0
 */
import type { BtseConfig } from "@btse-wallet/core"
import { Command } from "@effect/cli"
import { Array as Arr, Cause, DateTime, Effect, Option, Struct } from "effect"
import * as Budget from "../Budget.ts"
import { NotWell } from "../CliError.ts"
import * as Doctor from "../Doctor.ts"
import * as DoctorClock from "../Doctor/Clock.ts"
import * as DoctorExchange from "../Doctor/Exchange.ts"
import * as DoctorFiles from "../Doctor/Files.ts"
import * as DoctorLedger from "../Doctor/Ledger.ts"
import * as DoctorSettings from "../Doctor/Settings.ts"
import * as Exchange from "../Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Doctor.ts"

const operation = "btse doctor"

/** How much of the budget is left before doctor takes of it. */
const budget = Effect.fnUntraced(function* (config: BtseConfig.BtseConfig, credentials: BtseConfig.Credentials) {
  const limit = config.requestsPerSecond
  return yield* Budget.standing(config, credentials).pipe(
    Effect.map(({ ahead, filename, free, opensAt }) => {
      if (Option.isSome(opensAt)) {
        return Doctor.warn(
          "rate budget",
          `the exchange takes no requests with this key before ${DateTime.formatIso(opensAt.value)}`,
          "Wait until then: asking earlier lengthens the block."
        )
      }
      if (Option.isSome(ahead)) return DoctorClock.futureBudget(filename, ahead.value)
      return Doctor.ok("rate budget", `${free} of ${limit} requests a second are free now`)
    }),
    // The driver throws where it cannot open a file.
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause)
        ? Effect.interrupt
        : Effect.succeed(
            Doctor.warn(
              "rate budget",
              "the file that processes share it in cannot be used",
              "Check the data directory's permissions, and do not run several commands at once until then."
            )
          )
    )
  )
})

const signed = Effect.fnUntraced(function* (config: BtseConfig.BtseConfig, clock: Doctor.Finding | undefined) {
  const { accepted, finding } = yield* DoctorExchange.credentials(config)
  return Option.isNone(accepted)
    ? [DoctorClock.excuseKey(finding, clock)]
    : [finding, yield* DoctorExchange.permissions(accepted.value)]
})

const exchange = Effect.fnUntraced(function* (config: BtseConfig.BtseConfig) {
  const { credentials } = config
  const left = yield* Effect.transposeMapOption(credentials, (credentials) => budget(config, credentials))
  const reached = yield* Effect.provide(DoctorExchange.reachable(config), Exchange.layerOf(operation, config))
  const unreached = reached.some(({ outcome }) => outcome === "fail" && reached.length === 1)
  const asked = Option.isNone(credentials)
    ? [Doctor.skip("credentials", "there are none")]
    : unreached
      ? [Doctor.skip("credentials", "not asked: the exchange gave no answer")]
      : yield* signed(
          config,
          reached.find(({ check }) => check === "clock")
        )
  return [...Option.toArray(left), ...reached, yield* DoctorExchange.signing, ...asked]
})

const run = Effect.fn(operation)(function* (options: Global.Global) {
  const output = yield* Output.Output
  yield* output.progress("looking at the configuration, the exchange and the ledger …")
  const { config, finding, settings } = yield* DoctorSettings.check(operation, options)
  const abroad = yield* Effect.transposeMapOption(config, exchange)
  const ledger = yield* DoctorLedger.check(operation, options, config).pipe(
    // What is wrong with the profile has been told.
    Effect.catchTag("InvalidInput", () =>
      Effect.succeed([Doctor.skip("ledger", "not looked at: which one is not known")])
    )
  )
  const findings = [finding, ...(yield* DoctorFiles.check(options)), ...Option.getOrElse(abroad, Arr.empty), ...ledger]
  const checks = findings.map((one): Doctor.Check => Struct.omit(one, "exitCode"))
  yield* Output.result({
    json: options.json,
    schema: Doctor.Report,
    value: { status: Doctor.statusOf(checks), profile: options.profile, settings, checks },
    render: Render.report
  })
  const failed = findings.filter(({ outcome }) => outcome === "fail")
  const exitCode = failed[0]?.exitCode
  if (exitCode !== undefined && exitCode !== null) {
    return yield* new NotWell({ operation, checks: failed.map(({ check }) => check), exitCode })
  }
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("doctor", Global.all, run).pipe(
  Command.withDescription(
    "Check the configuration, the exchange, the key and the ledger, and say what to do. It only reads."
  )
)
