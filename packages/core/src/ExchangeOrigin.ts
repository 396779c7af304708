/**
 * The canonical origin of an exchange: what its limiter, its shared budget and its books are kept under.
 *
 * @since 0.1.0
 */

/** IPv4 addresses of this machine, also in the form that IPv6 has for them; a URL's parser has normalized both. */
const thisMachine = /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\])$/

/**
 * Returns one text for all spellings of an exchange: scheme, host in lower case without a trailing dot, port unless it is
 * the scheme's own. Every name of this machine (`127.0.0.1`, `[::1]`) is `localhost`.
 *
 * @example
 * ```ts
 * import { ExchangeOrigin } from "@btse-wallet/core"
 *
 * export const origin = ExchangeOrigin.of(new URL("https://API.btse.com.:443/spot")) // "https://api.btse.com"
 * ```
 *
 * @since 0.1.0
 * @category conversions
 */
export const of = ({ hostname, port, protocol }: Pick<URL, "hostname" | "port" | "protocol">): string => {
  const host = hostname.toLowerCase().replace(/\.+$/, "")
  const name = thisMachine.test(host) || host.endsWith(".localhost") ? "localhost" : host
  return `${protocol}//${name}${port === "" ? "" : `:${port}`}`
}

/**
 * {@link of} for an origin or URL as text; a text that is no URL stays as it is.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (text: string): string => (URL.canParse(text) ? of(new URL(text)) : text)
