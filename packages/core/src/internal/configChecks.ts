/**
 * The checks of a configuration's fields. Each gives the problem in words that hold no secret, or nothing.
 *
 * @internal
 */
import { Duration, Option, Predicate } from "effect"

/** The reason why a value cannot be used. */
export type Problem = Option.Option<string>

const fine: Problem = Option.none()

const problem = (text: string): Problem => Option.some(text)

/** The problem of a base URL that is no URL, or of another protocol. */
export const notHttp = "Expected an http or https URL, such as https://api.btse.com/spot"

/** A base URL: http or https, an origin and a path, nothing else. */
export const baseUrl = (url: unknown): Problem => {
  if (!(url instanceof URL)) return problem('Expected a URL object, as new URL("https://api.btse.com/spot") makes it')
  if (url.protocol !== "https:" && url.protocol !== "http:") return problem(notHttp)
  if (url.username !== "" || url.password !== "") {
    return problem("Expected no user and no password in the URL: it holds a user or a password, which no base URL has")
  }
  if (url.href.includes("?")) {
    return problem("Expected no query in the URL: end it before the question mark, the paths of the API come after it")
  }
  if (url.href.includes("#")) {
    return problem("Expected no fragment in the URL: end it before the #, the paths of the API come after it")
  }
  return fine
}

/** One half of the credentials; a line break from a file or a fancy dash from a page would fail when a request is made. */
export const credential = (text: unknown): Problem => {
  if (!Predicate.isString(text)) return problem("Expected a text, as Redacted")
  if (text === "") return problem("Expected some text: it is empty")
  if (/^\s/.test(text)) {
    return problem("Expected no white space at its beginning: it begins with a space, a tab or a line end. Remove that")
  }
  if (/\s$/.test(text)) {
    return problem("Expected no white space at its end: it ends with a space, a tab or a line end. Remove that")
  }
  return /^[\u0021-\u007e]+$/.test(text)
    ? fine
    : problem("Expected letters, digits and plain signs only, without spaces, line ends or other characters inside")
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Reports a key that would cross a network in the clear. */
export const plainHttp = (url: URL, signs: boolean, insecureHttp: boolean): Problem =>
  url.protocol === "http:" && signs && !insecureHttp && !loopback.test(url.hostname)
    ? problem(
        `Expected https: with http the API key and what it signs would cross the network to ${url.host} unencrypted. Use https, or allow it for a network you trust with BTSE_INSECURE_HTTP=1 (insecureHttp)`
      )
    : fine

const wholeNumber =
  (least: number, most: number) =>
  (value: unknown): Problem =>
    Predicate.isNumber(value) && Number.isInteger(value) && value >= least && value <= most
      ? fine
      : problem(`Expected a whole number from ${least} to ${most}`)

/** Requests in any second, as an environment may set them. */
export const requestsPerSecond = wholeNumber(1, 1_000)

/** Requests in any second, as a program may set them: a measurement wants no limit. */
export const anyRequestsPerSecond = wholeNumber(1, 1_000_000)

/** The size limit of an answer, in bytes. */
export const maxAnswerBytes = wholeNumber(1_024, 1_073_741_824)

const durationWithin =
  (least: Duration.Duration, most: Duration.Duration) =>
  (value: unknown): Problem =>
    Option.exists(Duration.decodeUnknown(value), Duration.between({ minimum: least, maximum: most }))
      ? fine
      : problem(`Expected a duration from ${Duration.format(least)} to ${Duration.format(most)}`)

/** The time that one attempt of a request may take. */
export const attemptTimeout = durationWithin(Duration.millis(1), Duration.hours(1))

/** The time that a request waits at a closed gate. */
export const patience = durationWithin(Duration.zero, Duration.hours(1))

/** The prefix of the authentication headers. */
export const authHeaders = (value: unknown): Problem =>
  value === "btse" || value === "request" ? fine : problem('Expected "btse" or "request"')

/** A switch. */
export const boolean = (value: unknown): Problem =>
  Predicate.isBoolean(value) ? fine : problem("Expected true or false")
