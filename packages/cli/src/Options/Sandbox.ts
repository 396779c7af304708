/**
 * The options of the sandbox.
 *
 * @since 0.1.0
 */
import { Options } from "@effect/cli"
import { Option } from "effect"
import * as Input from "./Input.ts"

const whole = (most: number) => (text: string) =>
  Option.liftPredicate(Number(text), (n) => /^\d{1,10}$/.test(text) && n <= most)

/**
 * @since 0.1.0
 * @category options
 */
export const port = Input.option({
  name: "port",
  placeholder: "PORT",
  description: "The port to serve on; 0 picks a free one. 8420 by default.",
  expected: "a port from 0 to 65535",
  read: whole(65_535)
}).pipe(Options.withDefault(8420))

/**
 * @since 0.1.0
 * @category options
 */
export const records = Input.option({
  name: "records",
  placeholder: "N",
  description: "How many records the history holds at the start. 200 by default.",
  expected: "a whole number up to 5000000",
  read: whole(5_000_000)
}).pipe(Options.withDefault(200))

/**
 * @since 0.1.0
 * @category options
 */
export const seed = Input.option({
  name: "seed",
  placeholder: "S",
  description: "What history and credentials are made from: the same seed makes the same. 1 by default.",
  expected: "a whole number up to 4294967295",
  read: whole(4_294_967_295)
}).pipe(Options.withDefault(1))

const share = (text: string) => Option.liftPredicate(Number(text), (n) => /^\d?(\.\d{1,6})?$/.test(text) && n <= 1)

/**
 * @since 0.1.0
 * @category options
 */
export const faults = Input.option({
  name: "faults",
  placeholder: "RATE",
  description:
    "How many of the requests meet a fault (a reset, a 5xx, half an answer, a 429, …), from 0 to 1. None by default.",
  expected: "a rate from 0 to 1",
  read: share
}).pipe(Options.withDefault(0))

/**
 * @since 0.1.0
 * @category options
 */
export const faultKinds = Input.option({
  name: "fault-kinds",
  placeholder: "KIND,…",
  description: "Which kinds of faults, all by default. An unknown kind is answered with those that there are.",
  expected: "kinds of faults with commas between them, as in latency,reset-after",
  read: (text) => Option.some(text.split(",").map((kind) => kind.trim()))
}).pipe(Options.optional)

/**
 * The words of `--dialect`.
 *
 * @since 0.1.0
 * @category options
 */
export const dialectChoice = {
  name: "dialect",
  choices: ["1.1.0", "today"],
  description: "The spelling of responses: the document's, or the live exchange's. 1.1.0 by default."
} as const satisfies Input.Choice

/**
 * @since 0.1.0
 * @category options
 */
export const dialect = Input.choice(dialectChoice).pipe(Options.withDefault("1.1.0"))

/**
 * The words of `--order`.
 *
 * @since 0.1.0
 * @category options
 */
export const orderChoice = {
  name: "order",
  choices: ["newest-first", "oldest-first", "shuffled"],
  description: "The order of history rows on a page. newest-first by default."
} as const satisfies Input.Choice

/**
 * @since 0.1.0
 * @category options
 */
export const order = Input.choice(orderChoice).pipe(Options.withDefault("newest-first"))

/**
 * @since 0.1.0
 * @category options
 */
export const late = Input.option({
  name: "late",
  placeholder: "SHARE",
  description: "How many of the new history rows show up to 2 seconds late, from 0 to 1. None by default.",
  expected: "a share from 0 to 1",
  read: share
}).pipe(Options.withDefault(0))

/**
 * The words of `--blocks`.
 *
 * @since 0.1.0
 * @category options
 */
export const blocksChoice = {
  name: "blocks",
  choices: ["none", "escalating"],
  description: "What going over the rate limit brings: a refusal, or blocks of 1 s, 5 and 15 minutes. none by default."
} as const satisfies Input.Choice

/**
 * @since 0.1.0
 * @category options
 */
export const blocks = Input.choice(blocksChoice).pipe(Options.withDefault("none"))

/**
 * The words of `--retry-after`.
 *
 * @since 0.1.0
 * @category options
 */
export const retryAfterChoice = {
  name: "retry-after",
  choices: ["seconds", "epoch-seconds", "epoch-millis", "http-date", "none"],
  description: "How Retry-After is written. seconds by default."
} as const satisfies Input.Choice

/**
 * @since 0.1.0
 * @category options
 */
export const retryAfter = Input.choice(retryAfterChoice).pipe(Options.withDefault("seconds"))
