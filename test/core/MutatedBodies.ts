/**
 * Ways in which a response body can be wrong, from a seed.
 */
import { Effect, Random } from "effect"

const utf8 = new TextEncoder()

const pick = <A>(all: ReadonlyArray<A>) => Effect.map(Random.nextIntBetween(0, all.length), (at) => all[at] as A)

/** A value of another type, or of a size nobody expects, as JSON text. */
const strange: ReadonlyArray<string> = [
  "null",
  "true",
  "[]",
  "{}",
  `""`,
  `"\\u0000"`,
  `"x"`,
  "0",
  "-0",
  "1e400",
  "1e-400",
  "1e999999999",
  "-1E+7",
  "9".repeat(400),
  `0.${"1".repeat(400)}`,
  "90071992547409931",
  `"90071992547409931"`,
  `"1,5"`,
  `"NaN"`,
  "[[[[]]]]",
  `{"__proto__":{"a":1}}`,
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
  `"${"y".repeat(10_000)}"`
]

/** `"key": value` of flat JSON, the value a scalar. */
const field = /"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|true|false|null)/g

const fieldsOf = (body: string) => [...body.matchAll(field)]

const replaceField = Effect.fnUntraced(function* (
  body: string,
  by: (whole: string, key: string, value: string) => Effect.Effect<string>
) {
  const fields = fieldsOf(body)
  if (fields.length === 0) return body
  const one = yield* pick(fields)
  const text = yield* by(one[0], one[1] ?? "", one[2] ?? "")
  return body.slice(0, one.index) + text + body.slice(one.index + one[0].length)
})

const mutations: ReadonlyArray<(body: string) => Effect.Effect<string>> = [
  // a field dropped
  (body) => replaceField(body, (_, key) => Effect.succeed(`"${key}Gone": 1`)),
  // retyped
  (body) => replaceField(body, (_, key) => Effect.map(pick(strange), (value) => `"${key}": ${value}`)),
  // a number for its string, a string for its number
  (body) =>
    replaceField(body, (_, key, value) =>
      Effect.succeed(`"${key}": ${value.startsWith('"') ? value.slice(1, -1) : `"${value}"`}`)
    ),
  // duplicated, with another value
  (body) => replaceField(body, (whole, key) => Effect.map(pick(strange), (value) => `${whole}, "${key}": ${value}`)),
  // a field nobody knows
  (body) => replaceField(body, (whole) => Effect.map(pick(strange), (value) => `${whole}, "unknown": ${value}`)),
  // cut off
  (body) => Effect.map(Random.nextIntBetween(0, body.length + 1), (at) => body.slice(0, at)),
  // a character lost, or another in its place
  (body) => Effect.map(Random.nextIntBetween(0, body.length), (at) => body.slice(0, at) + body.slice(at + 1)),
  (body) =>
    Effect.zipWith(
      Random.nextIntBetween(0, body.length),
      pick(['"', "{", "}", "[", "]", ",", ":", "\\", "\u0000", "\ufeff", "é", "\ud800"]),
      (at, other) => body.slice(0, at) + other + body.slice(at + 1)
    ),
  // wrapped, or not what was asked for at all
  (body) => Effect.succeed(`{"data": ${body}, "success": true}`),
  (body) => Effect.succeed(`[${body}]`),
  () =>
    pick([
      "",
      " ",
      "null",
      "[]",
      "{}",
      "<html></html>",
      "undefined",
      "[",
      '{"success":false}',
      '{"status":500}',
      ...strange
    ])
]

/** The body of this example after one to three mutations, as bytes: now and then in an encoding that is not UTF-8. */
export const mutated = Effect.fnUntraced(function* (example: string) {
  let body = example
  const times = yield* Random.nextIntBetween(1, 4)
  for (let i = 0; i < times; i++) body = yield* Effect.flatMap(pick(mutations), (mutate) => mutate(body))
  const encoding = yield* Random.nextIntBetween(0, 20)
  if (encoding === 0) return new Uint8Array(Buffer.from(body, "utf16le"))
  if (encoding === 1) return new Uint8Array(Buffer.from(body, "latin1"))
  return utf8.encode(body)
})
