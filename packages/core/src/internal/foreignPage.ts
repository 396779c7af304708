/**
 * Answers that are not the exchange's own: pages of a CDN, a proxy, a gateway, and redirects.
 *
 * @internal
 */
import type { Headers } from "@effect/platform"
import { Option } from "effect"
import * as E from "../WalletError.ts"
import type { Operation } from "./operations.ts"

/** What the answer is, in words that say nothing of its content. */
export interface Page {
  readonly kind: "blocked" | "maintenance" | "gateway"
  readonly reason: string
  readonly advice?: string
  readonly retryable: boolean
}

/** An answer as it came. */
export interface Arrived {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
  /** Whether another address answered than the one that was asked. */
  readonly elsewhere: boolean
}

const maintenance =
  /maintenance|(?:system|scheduled|service) (?:upgrade|downtime)|we(?:'|’)?ll be (?:right )?back|be back (?:soon|shortly)|系统维护|メンテナンス|점검/

const blocked =
  /attention required|access (?:is |was |has been )?(?:denied|blocked)|just a moment|checking your browser|you have been blocked|error(?: code:?)? 10(?:05|06|07|08|09|10|12|20)\b|(?:not available|unavailable|restricted|blocked|prohibited) (?:in|from|for) (?:your|this) (?:country|region|location|jurisdiction)|block access from your country|geo-?block|legal reasons|captcha/

/** A page is told by its beginning. */
const looksAt = 65_536

/** The statuses of gateways: what stands before the exchange has no answer of it. */
const isGateway = (status: number): boolean => status === 502 || status === 504 || (status >= 520 && status <= 530)

const between = (text: string, open: string, close: string): string => {
  const start = text.indexOf(open)
  if (start < 0) return ""
  const end = text.indexOf(close, start)
  return text.slice(start, end < 0 ? start + 500 : end)
}

/** The words by which a page is told: all of a short one, of a long one its title and headings. */
const wordsOf = (page: string): string =>
  page.length < 16_384
    ? page
    : [between(page, "<title", "</title"), between(page, "<h1", "</h1"), between(page, "<h2", "</h2")].join(" ")

/** Who stands before the exchange, where the answer says so. */
const frontOf = ({ headers }: Arrived, page: string): string => {
  const server = (headers["server"] ?? "").toLowerCase()
  if (server.includes("cloudflare") || headers["cf-ray"] !== undefined || page.includes("cloudflare"))
    return "Cloudflare"
  if (server.includes("akamai")) return "Akamai"
  return server.includes("cloudfront") || headers["x-amz-cf-id"] !== undefined ? "CloudFront" : "a CDN or a proxy"
}

const redirect: Page = {
  kind: "gateway",
  reason: "the request was answered by a redirect to another address, not followed",
  advice: "Check the base URL: it must be the exchange's own address.",
  retryable: false
}

const proxyWantsCredentials: Page = {
  kind: "gateway",
  reason: "a proxy on the way wants credentials of its own",
  advice: "Set the proxy's user and password, or go without the proxy.",
  retryable: false
}

const isJson = (opening: string): boolean => opening.startsWith("{") || opening.startsWith("[")

/** A page where JSON was to come. A text without markup is one only under a failing status. */
const isPage = ({ headers, status }: Arrived, opening: string): boolean => {
  if (opening === "" || isJson(opening)) return false
  const html = opening.startsWith("<") || (headers["content-type"] ?? "").toLowerCase().includes("text/html")
  return html || (status >= 400 && !opening.startsWith('"'))
}

const gateway = (reason: string, retryable: boolean): Page => ({ kind: "gateway", reason, retryable })

/** Recognizes what is not the exchange's own answer. */
export const recognize = (arrived: Arrived): Option.Option<Page> => {
  const { elsewhere, headers, status } = arrived
  if (elsewhere || status === 0 || (status >= 300 && status < 400)) return Option.some(redirect)
  if (status === 407) return Option.some(proxyWantsCredentials)
  const opening = arrived.text.slice(0, looksAt).trimStart().toLowerCase()
  const challenged = headers["cf-mitigated"] !== undefined && status !== 429
  if (!challenged && !isPage(arrived, opening)) {
    return isGateway(status) && !isJson(opening)
      ? Option.some(gateway("a gateway had no answer of it", true))
      : Option.none()
  }
  const words = wordsOf(opening)
  if (isGateway(status)) return Option.some(gateway("a gateway answered with a page of its own", true))
  if (!challenged && maintenance.test(words)) {
    return Option.some({ kind: "maintenance", reason: "a page announces maintenance", retryable: true })
  }
  if (challenged || status === 403 || status === 451 || blocked.test(words)) {
    return Option.some({ kind: "blocked", reason: frontOf(arrived, words), retryable: false })
  }
  const reason = "a page came that is not the exchange's"
  return Option.some(gateway(reason, status < 300 || status >= 500 || status === 408))
}

/** The page in a sentence's words. */
export const inWords = (page: Page, status: number): string => {
  switch (page.kind) {
    case "blocked":
      return `it was answered by ${page.reason} before the exchange, with a page that blocks this address or its country, HTTP ${status}`
    case "maintenance":
      return `it was answered with a page that announces maintenance, HTTP ${status}`
    case "gateway":
      return `the exchange did not answer itself: ${page.reason}, HTTP ${status}`
  }
}

/** The error that a page is for what is no payment. */
export const errorOf = (operation: Operation, page: Page, status: number) => {
  const done: E.Done = operation.repeatable ? "nothing" : "unknown"
  const fields = { operation: operation.name, status, done }
  switch (page.kind) {
    case "blocked":
      return new E.AddressBlocked({ ...fields, by: page.reason })
    case "maintenance":
      return new E.UnderMaintenance(fields)
    case "gateway":
      return new E.BadGateway({
        ...fields,
        reason: page.reason,
        retryable: page.retryable,
        ...(page.advice === undefined ? {} : { advice: page.advice })
      })
  }
}
