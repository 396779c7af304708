import { Wire } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { Either, FastCheck, Predicate, Schema } from "effect"

const decode = Schema.decodeEither(Wire.Json(Schema.Unknown))
const decodeRows = Schema.decodeEither(Wire.JsonRows(Schema.Unknown))
const isNumber = Schema.is(Wire.JsonNumber)

/** With numbers as `JSON.parse` has them, rounded. */
const rounded = (value: unknown): unknown => {
  if (isNumber(value)) return Number(value.value)
  if (Array.isArray(value)) return value.map(rounded)
  if (!Predicate.isRecord(value)) return value
  const all: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(value)) {
    Object.defineProperty(all, key, { value: rounded(field), enumerable: true, configurable: true, writable: true })
  }
  return all
}

const expected = Either.liftPredicate(
  (text: string) => Either.isRight(Either.try(() => JSON.parse(text))),
  () => "not JSON"
)

/** Takes what `JSON.parse` takes, as the same value. */
const agrees = (text: string) => {
  const ours = decode(text)
  expect([text, Either.isRight(ours)]).toEqual([text, Either.isRight(expected(text))])
  if (Either.isRight(ours)) expect(rounded(ours.right)).toStrictEqual(JSON.parse(text))
}

/** JSON text with some of everything that its grammar has. */
const json: FastCheck.Arbitrary<string> = FastCheck.letrec<{ value: string }>((tie) => {
  const space = FastCheck.constantFrom("", "", "", " ", "\n", "\t\r ")
  const spaced = (text: FastCheck.Arbitrary<string>) =>
    FastCheck.tuple(space, text, space).map(([before, text, after]) => `${before}${text}${after}`)
  const string = FastCheck.oneof(
    FastCheck.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    FastCheck.constantFrom(`"\\u00e9\\/\\b"`, `"\\ud800"`, `"\\\\"`, `"a\\"b"`, `""`, `"__proto__"`)
  )
  const digits = FastCheck.stringMatching(/^\d{1,30}$/)
  const whole = digits.map((text) => text.replace(/^0+(?=\d)/, ""))
  const number = FastCheck.tuple(
    FastCheck.constantFrom("", "-"),
    whole,
    FastCheck.option(digits, { nil: "" }),
    FastCheck.constantFrom("", "", "e5", "E-7", "e+400", "E12")
  ).map(([sign, whole, part, exponent]) => `${sign}${whole}${part === "" ? "" : `.${part}`}${exponent}`)
  const list = (item: FastCheck.Arbitrary<string>) =>
    FastCheck.array(spaced(item), { maxLength: 4 }).map((items) => items.join(","))
  const member = FastCheck.tuple(
    spaced(FastCheck.oneof(string, FastCheck.constantFrom(`"a"`, `"__proto__"`))),
    spaced(tie("value"))
  )
  return {
    value: FastCheck.oneof(
      { maxDepth: 4 },
      FastCheck.constantFrom("null", "true", "false"),
      string,
      number,
      list(tie("value")).map((items) => `[${items}]`),
      list(member.map((pair) => pair.join(":"))).map((members) => `{${members}}`)
    )
  }
}).value

/** Texts that begin alike, some of them the same text written otherwise, some of them no text at all. */
const alike = FastCheck.constantFrom(`""`, `"a"`, `"ab"`, `"a\\"b"`, `"a\\\\"`, `"\\u0061"`, `"a`, `"a\\`, `a"`)

const runs = { fastCheck: { numRuns: 2_000 } }

describe("A JSON body", () => {
  it.prop("is read as JSON.parse reads it, but for the numbers", [json], ([text]) => agrees(text), runs)

  it.prop(
    "is read as it is where its rows repeat each other, or nearly",
    [FastCheck.array(FastCheck.array(FastCheck.tuple(alike, alike), { maxLength: 3 }), { minLength: 2, maxLength: 6 })],
    ([rows]) => agrees(`[${rows.map((row) => `{${row.map((pair) => pair.join(" : ")).join(",")}}`).join(",")}]`),
    runs
  )

  it.prop(
    "is refused where JSON.parse refuses it",
    [
      json,
      FastCheck.nat(),
      FastCheck.constantFrom(0, 1),
      FastCheck.constantFrom(
        "",
        "0",
        "-",
        ".",
        "e",
        '"',
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\n",
        "\u0000",
        "\u00a0",
        "x"
      )
    ],
    ([text, at, cut, other]) => {
      const place = at % (text.length + 1)
      agrees(`${text.slice(0, place)}${other}${text.slice(place + cut)}`)
    },
    runs
  )

  it("keeps every digit of a number, and tells it from a string", () => {
    for (const literal of [
      "-0",
      "0.10",
      "2.78E7",
      "1e400",
      "90071992547409931",
      `${"9".repeat(300)}.${"1".repeat(300)}`
    ]) {
      const body = Either.getOrThrow(decode(`[${literal},"${literal}"]`))
      expect(body).toEqual([expect.objectContaining({ value: literal }), literal])
      expect(Array.isArray(body) && body.map(isNumber)).toEqual([true, false])
    }
  })

  it("is refused where a number is none", () => {
    for (const text of ["01", "1.", ".5", "+1", "1e", "1e+", "--1", "-", "0x1", "NaN", "Infinity", "1 2", "1,"])
      agrees(text)
  })

  it("is refused where it is nested deeper than the stack holds, and read where it is not", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`
    agrees(nested(500))
    agrees(`[${nested(499)},${nested(499)}]`)
    for (const text of [nested(501), nested(1_000_000), `${'{"a":'.repeat(501)}1${"}".repeat(501)}`]) {
      expect(Either.isLeft(decode(text))).toBe(true)
    }
  })

  it.prop(
    "that is a list gives each element with its source text",
    [FastCheck.array(json, { maxLength: 5 })],
    ([elements]) => {
      const rows = Either.getOrThrow(decodeRows(` [ ${elements.join(" ,")}\n] `))
      expect(rows.map(({ text }) => text)).toEqual(
        elements.map((text) => text.replaceAll(/^[ \n\r\t]+|[ \n\r\t]+$/g, ""))
      )
      for (const { text, value } of rows) expect(value).toEqual(Either.getOrThrow(decode(text)))
    },
    runs
  )

  it("that is no list gives no elements", () => {
    for (const text of ["", "{}", "1", "[1", "[1,]", "[,1]", "[1]]", "[1] 2", "[1}", `["a]`, '[{"a":1]}']) {
      expect([text, Either.isLeft(decodeRows(text))]).toEqual([text, true])
    }
  })
})
