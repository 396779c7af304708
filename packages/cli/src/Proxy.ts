/**
 * The proxy between this machine and the exchange, from the variables that other programs read too: `HTTPS_PROXY`, `HTTP_PROXY`
 * and `NO_PROXY`, or the same in lower case, which come first.
 *
 * @since 0.1.0
 */
import { Config, Effect, Either, Option } from "effect"
import { ConfigurationInvalid } from "./CliError.ts"

/**
 * A proxy that a variable names for an exchange. `unused` is the reason why the exchange is asked directly all the same.
 *
 * @since 0.1.0
 * @category models
 */
export interface Proxy {
  readonly variable: string
  readonly url: URL
  readonly unused: Option.Option<string>
}

const set = (name: string) =>
  Effect.map(
    Effect.firstSuccessOf(
      [name.toLowerCase(), name].map((variable) =>
        Effect.map(Config.nonEmptyString(variable), (value) => ({ variable, value }))
      )
    ),
    Option.some
  ).pipe(Effect.orElseSucceed(() => Option.none<{ readonly variable: string; readonly value: string }>()))

/** A proxy is most often written without `http://`. */
const parsed = (operation: string, variable: string, value: string) =>
  Either.try(() => new URL(value.includes("://") ? value : `http://${value}`)).pipe(
    Either.filterOrLeft(
      ({ hostname, protocol }) => hostname !== "" && (protocol === "http:" || protocol === "https:"),
      () => undefined
    ),
    // The value may hold a password.
    Either.mapLeft(
      () =>
        new ConfigurationInvalid({
          operation,
          variable,
          problem: "cannot be used (it is not the URL of an http or https proxy, such as http://proxy.example:3128)"
        })
    )
  )

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

const bare = (host: string): string => host.replace(/^\[|\]$/g, "").toLowerCase()

/** An entry is a host, with what is below it, and may have a port; `*` is every host. */
const names = (entry: string, exchange: URL): boolean => {
  if (entry === "*") return true
  const [, host = entry, port = ""] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? []
  const domain = bare(host).replace(/^\*?\./, "")
  const asked = bare(exchange.hostname)
  const at = exchange.port === "" ? (exchange.protocol === "https:" ? "443" : "80") : exchange.port
  return (port === "" || port === at) && domain !== "" && (asked === domain || asked.endsWith(`.${domain}`))
}

const reasonNot = (exchange: URL, proxy: URL, exceptions: string): Option.Option<string> => {
  const entry = exceptions.split(/[,\s]+/).find((one) => one !== "" && names(one, exchange))
  if (entry !== undefined) return Option.some(`NO_PROXY names ${entry}`)
  return loopback.test(exchange.hostname) && !loopback.test(proxy.hostname)
    ? Option.some("the exchange is on this machine, and the proxy is not")
    : Option.none()
}

/**
 * The proxy that the environment names for an exchange. Fails with `ConfigurationInvalid` where it is no URL.
 *
 * @since 0.1.0
 * @category getters
 */
export const named = Effect.fnUntraced(function* (operation: string, exchange: URL) {
  const found = yield* set(exchange.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY")
  if (Option.isNone(found)) return Option.none<Proxy>()
  const { value, variable } = found.value
  const url = yield* parsed(operation, variable, value)
  const exceptions = Option.match(yield* set("NO_PROXY"), { onNone: () => "", onSome: ({ value }) => value })
  return Option.some<Proxy>({ variable, url, unused: reasonNot(exchange, url, exceptions) })
})

/**
 * The proxy that requests to an exchange go through; `None` where they go directly.
 *
 * @since 0.1.0
 * @category getters
 */
export const used = (operation: string, exchange: URL) =>
  Effect.map(
    named(operation, exchange),
    Option.filter(({ unused }) => Option.isNone(unused))
  )

/**
 * A proxy's URL as it may be shown: without the password in it.
 *
 * @since 0.1.0
 * @category conversions
 */
export const masked = ({ host, password, protocol, username }: URL): string =>
  `${protocol}//${username === "" && password === "" ? "" : "…@"}${host}`
