import { BtseApi } from "@btse-wallet/core"
import { HttpApi, OpenApi } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Option, Schema } from "effect"
import * as Documented from "./Documented.ts"

const document = OpenApi.fromApi(BtseApi.BtseApi)

const text = `${JSON.stringify(document, null, 2)}\n`

interface Endpoint {
  readonly name: string
  readonly operation: OpenApi.OpenAPISpecOperation | undefined
  readonly annotations: Context.Context<never>
  readonly success: Schema.Schema<unknown, string>
}

const endpoints: Array<Endpoint> = []

HttpApi.reflect(BtseApi.BtseApi, {
  onGroup: () => undefined,
  onEndpoint: ({ endpoint, mergedAnnotations, successes }) => {
    const ast = Option.flatMap(Option.fromNullable(successes.get(200)), ({ ast }) => ast)
    const method = endpoint.method.toLowerCase() as OpenApi.OpenAPISpecMethodName
    endpoints.push({
      name: endpoint.name,
      operation: document.paths[endpoint.path]?.[method],
      annotations: mergedAnnotations,
      success: Schema.make(Option.getOrThrow(ast))
    })
  }
})

/** The 1.1.0 document's own examples. */
const documented: Readonly<Record<string, string>> = {
  availableCurrencyNetworks: Documented.networks,
  exchangeRate: Documented.exchangeRate,
  availableCurrencies: Documented.currencies,
  balance: Documented.balance,
  history: Documented.history,
  createAddress: Documented.address,
  getAddress: Documented.address,
  withdraw: Documented.withdraw,
  convert: Documented.convert,
  transfer: Documented.transfer
}

const headers = (prefix: string) => ({ [`${prefix}-api`]: [], [`${prefix}-nonce`]: [], [`${prefix}-sign`]: [] })

describe("The OpenAPI document", () => {
  it("in docs/reference is the one of the declaration; `pnpm docs:update` writes it anew", () =>
    expect(text).toMatchFileSnapshot("../../docs/reference/openapi.json"))

  it("holds every schema and answer that it refers to, and no definitions beside them", () => {
    const at = (path: string) =>
      path
        .split("/")
        .slice(1)
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document)
    const references = [...text.matchAll(/"\$ref": "(.+?)"/g)].map(([, path]) => path ?? "")
    expect(references.length).toBeGreaterThan(50)
    for (const path of references) expect(at(path), path).toBeDefined()
    expect(text).not.toMatch(/\$defs|\$schema|HttpApiDecodeError/)
  })

  it("describes each endpoint, its parameters and its fields", () => {
    for (const { name, operation } of endpoints) {
      expect(operation, name).toMatchObject({ operationId: name, summary: expect.stringMatching(/./) })
      for (const { description, name: parameter } of operation?.parameters ?? []) {
        expect(description, `${name}.${parameter}`).toMatch(/./)
      }
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      if (!("properties" in schema) || name === "Failure") continue
      for (const [field, { description }] of Object.entries(schema.properties)) {
        expect(description, `${name}.${field}`).toMatch(/./)
      }
    }
  })

  it("says who may call an endpoint, with which headers, and whether it can be sent again", () => {
    for (const { annotations, name, operation } of endpoints) {
      const authentication = Context.get(annotations, BtseApi.Authentication)
      const permission = Context.get(annotations, BtseApi.Permission)
      const credentials = [headers("btse"), headers("request")]
      const expected = { public: [], optional: [...credentials, {}], signed: credentials }
      expect(operation?.security, name).toEqual(expected[authentication])
      if (authentication === "signed") expect(operation?.description, name).toContain(`\`${permission}\``)
      expect(operation, name).toHaveProperty("x-repeatable", Context.get(annotations, BtseApi.Repeatable))
      expect("401" in (operation?.responses ?? {}), name).toBe(authentication !== "public")
    }
    const schemes = [...Object.keys(headers("btse")), ...Object.keys(headers("request"))]
    expect(document.components.securitySchemes).toEqual(
      Object.fromEntries(
        schemes.map((name) => [name, { type: "apiKey", in: "header", name, description: expect.any(String) }])
      )
    )
  })

  it("gives answers as JSON objects and lists, with numbers in them", () => {
    const schemas = document.components.schemas
    expect(document.paths["/api/v3.2/user/wallet"]?.get?.responses[200]?.content).toMatchObject({
      "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/Balance" } } }
    })
    expect(schemas["Balance"]).toMatchObject({
      type: "object",
      required: ["currency", "total", "available"],
      properties: { total: { allOf: [{ $ref: "#/components/schemas/Amount" }], description: "Total balance" } }
    })
    expect(schemas["Amount"]).toMatchObject({ type: ["number", "string"] })
    expect(document.paths["/api/v3.2/user/wallet_history"]?.get?.parameters[1]?.schema).toMatchObject({
      type: "integer"
    })
  })

  it("puts what is not under the base URL's path at the host's root", () => {
    expect(document.paths["/public-api/wallet/v1/crypto/networks"]?.get).toMatchObject({
      servers: [{ url: "https://api.btse.com" }, { url: "https://testapi.btse.io" }]
    })
  })

  it.effect("has the examples of version 1.1.0, and the declaration reads them", () =>
    Effect.gen(function* () {
      const parseJson = Schema.decode(Schema.parseJson())
      const examples = endpoints.flatMap(({ name, operation, success }) => {
        const body = operation?.responses[200]?.content?.["application/json"]
        return body !== undefined && "example" in body ? [{ name, success, example: body.example }] : []
      })
      expect(examples.map(({ name }) => name)).toEqual(Object.keys(documented))
      for (const { example, name, success } of examples) {
        expect(example, name).toEqual(yield* parseJson(documented[name] ?? ""))
        yield* Schema.decode(success)(yield* Schema.encode(Schema.parseJson())(example))
      }
    })
  )
})
