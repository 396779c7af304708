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
