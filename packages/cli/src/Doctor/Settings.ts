/**
 * The configuration, and where each value of it came from.
 *
 * @internal
 */
import { BtseConfig } from "@btse-wallet/core"
import { Array as Arr, Effect, Either, Option, Redacted } from "effect"
import * as Configuration from "../Configuration.ts"
import { failed, type Finding, ok, type Setting, warn } from "../Doctor.ts"
import * as LedgerFile from "../LedgerFile.ts"
import type { Global } from "../Options/Global.ts"
import { masked } from "../Profile.ts"
import * as Profiles from "../Profiles.ts"
import * as Proxy from "../Proxy.ts"

const names = [
  ["BTSE_BASE_URL", "base URL"],
  ["BTSE_ENVIRONMENT", "environment"],
  ["BTSE_AUTH_HEADERS", "auth headers"],
  ["BTSE_RATE_LIMIT", "rate limit"],
  ["BTSE_API_KEY", "API key"],
  ["BTSE_API_SECRET", "API secret"]
] as const

const defaults: ReadonlyMap<string, string> = new Map([
  ["BTSE_BASE_URL", BtseConfig.environments.production.href],
  ["BTSE_AUTH_HEADERS", "btse"],
  ["BTSE_RATE_LIMIT", "5"]
])

const shown = ({ value, variable }: Configuration.Setting): string => {
  if (variable === "BTSE_API_SECRET") return "set"
  if (variable === "BTSE_API_KEY") return masked(Redacted.value(value))
  // Some write credentials into a URL.
  return Redacted.value(value).replace(/\/\/[^/@]*@/, "//…@")
}

const listed = (found: ReadonlyArray<Configuration.Setting>): ReadonlyArray<Setting> =>
  names.flatMap(([variable, name]): ReadonlyArray<Setting> => {
    const setting = found.find((one) => one.variable === variable)
    if (setting !== undefined) return [{ name, value: shown(setting), from: setting.from }]
    const value = defaults.get(variable)
    // An environment that is named says which base URL it is.
    const placed = variable === "BTSE_BASE_URL" && found.some((one) => one.variable === "BTSE_ENVIRONMENT")
    return value === undefined || placed ? [] : [{ name, value, from: "default" }]
  })

/** The proxy between here and the exchange, or why it is not used. */
const proxyOf = Effect.fnUntraced(function* (operation: string, config: Option.Option<BtseConfig.BtseConfig>) {
  const found = yield* Effect.transposeMapOption(config, ({ baseUrl }) => Proxy.named(operation, baseUrl))
  return Option.match(Option.flatten(found), {
    onNone: (): ReadonlyArray<Setting> => [],
    onSome: ({ unused, url, variable }): ReadonlyArray<Setting> => [
      {
        name: "proxy",
        value: `${Proxy.masked(url)} (${variable}${Option.match(unused, { onNone: () => "", onSome: (why) => `; not used: ${why}` })})`,
        from: "environment"
      }
    ]
  })
})

const booksOf = Effect.fnUntraced(function* (options: Global) {
  const { account, profile } = yield* Profiles.selected(options.profile)
  const { from, path } = yield* LedgerFile.located(options)
  const settings: ReadonlyArray<Setting> = [
    { name: "ledger", value: path, from },
    { name: "account", value: account, from: profile.account === undefined ? "default" : "profile" }
  ]
  return settings
})

/**
 * The settings as they may be shown, what is to be said of them, and the configuration that they make: `None` where they
 * make none.
 */
export const check = Effect.fnUntraced(function* (operation: string, options: Global) {
  const found = yield* Effect.either(Configuration.publicSettings(options))
  const credentials = yield* Effect.either(Configuration.credentials(operation, options))
  const all = [...Either.getOrElse(found, Arr.empty), ...Either.getOrElse(credentials, Arr.empty)]
  const config = yield* Effect.either(Configuration.decode(operation, all))
  const books = yield* Effect.either(booksOf(options))
  const proxy = yield* Effect.either(proxyOf(operation, Either.getRight(config)))
  const settings = [...listed(all), ...Either.getOrElse(proxy, Arr.empty), ...Either.getOrElse(books, Arr.empty)]
  // The first of them is the cause of the others.
  const [problem] = Arr.getSomes(
    [found, credentials, config, proxy, books].map((one) => Either.getLeft<unknown, Problem>(one))
  )
  const finding: Finding =
    problem !== undefined
      ? failed("configuration", problem.message, 2)
      : all.some(({ variable }) => variable === "BTSE_API_KEY")
        ? ok("configuration", "complete")
        : warn(
            "configuration",
            "there is no API key, so that only public commands work",
            "Set BTSE_API_KEY and BTSE_API_SECRET, or add a profile with `btse profile add`."
          )
  return {
    settings,
    finding,
    config: Either.isLeft(found) || Either.isLeft(proxy) ? Option.none() : Either.getRight(config)
  }
})

interface Problem {
  readonly message: string
}
