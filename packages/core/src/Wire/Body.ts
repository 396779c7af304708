/**
 * Response bodies: text that its schema reads as lossless JSON.
 *
 * @since 0.1.0
 */
import { HttpApiSchema } from "@effect/platform"
import { Effect, JSONSchema, ParseResult, Schema } from "effect"
import { elements, parse, TooManyValues } from "../internal/losslessJson.ts"

const parseText =
  <A>(f: (text: string) => A) =>
  (text: string, _: unknown, ast: ParseResult.Type["ast"]) =>
    ParseResult.try({
      try: () => f(text),
      catch: (error) => new ParseResult.Type(ast, text, error instanceof TooManyValues ? tooManyValues : notJson)
    })

/**
 * The message of the parse issue for a body that is not JSON at all, as after a cut connection.
 *
 * @since 0.1.0
 * @category bodies
 */
export const notJson = "The body is not JSON"

/**
 * The message of the parse issue for a body with more values than an answer of its size has.
 *
 * @since 0.1.0
 * @category bodies
 */
export const tooManyValues = "The body holds more values than an answer of its size does"

const encodingIsTheSandboxs = <A>(value: A, _: unknown, ast: ParseResult.Type["ast"]) =>
  ParseResult.fail(new ParseResult.Forbidden(ast, value, "Responses are only decoded"))

/**
 * The body's JSON Schema: its wire side, with room for fields that the exchange adds. The schemas it refers to are in
 * `$defs`, from where the OpenAPI document moves them to its components.
 */
const jsonSchemaOf = ({ ast }: Schema.Schema.All): object => {
  const $defs = {}
  const body = JSONSchema.fromAST(ast, {
    definitions: $defs,
    definitionPath: "#/components/schemas/",
    target: "openApi3.1",
    additionalPropertiesStrategy: "allow"
  })
  return { ...body, $defs }
}

const asJsonBody = <A>(schema: Schema.Schema<A, string>, documented: Schema.Schema.All) =>
  schema
    .pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType: "application/json" }))
    .annotations({ jsonSchema: jsonSchemaOf(documented) })

/**
 * A JSON response body whose numbers reach the schema as literals. `JSON.parse` would have rounded them.
 *
 * @since 0.1.0
 * @category bodies
 */
export const Json = <A, I>(schema: Schema.Schema<A, I>): Schema.Schema<A, string> =>
  asJsonBody(
    Schema.compose(
      Schema.transformOrFail(Schema.String, Schema.Unknown, {
        strict: true,
        decode: parseText(parse),
        encode: encodingIsTheSandboxs
      }),
      schema,
      { strict: false }
    ),
    schema
  )

/**
 * An element of a JSON array: its source text, byte for byte, beside its value.
 *
 * @since 0.1.0
 * @category bodies
 */
export interface JsonRow {
  readonly text: string
  readonly value: unknown
}

/** Made here and nowhere else, so its elements are not looked at again. */
const JsonRowsFromSelf = Schema.declare((input): input is ReadonlyArray<JsonRow> => Array.isArray(input))

/**
 * A JSON array of rows, each left undecoded with its source text, so that one row that cannot be understood does not take
 * the others with it. `documented` is the row's schema for the OpenAPI document.
 *
 * @since 0.1.0
 * @category bodies
 */
export const JsonRows = (documented: Schema.Schema.AnyNoContext): Schema.Schema<ReadonlyArray<JsonRow>, string> =>
  asJsonBody(
    Schema.transformOrFail(Schema.String, JsonRowsFromSelf, {
      strict: true,
      decode: parseText(elements),
      encode: encodingIsTheSandboxs
    }),
    Schema.Array(documented)
  )

/**
 * A response body whose content does not matter: the status says it all. It is empty or JSON: a page of HTML is not the
 * exchange's answer.
 *
 * @since 0.1.0
 * @category bodies
 */
export const Anything: Schema.Schema<void, string> = Schema.transformOrFail(Schema.String, Schema.Void, {
  strict: true,
  decode: (text, options, ast) =>
    text.trim() === "" ? ParseResult.succeed(undefined) : Effect.asVoid(parseText(parse)(text, options, ast)),
  encode: () => ParseResult.succeed("")
})
  .pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType: "application/json" }))
  .annotations({ jsonSchema: {} })
