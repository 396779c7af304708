/**
 * What the OpenAPI document says that does not follow from the shapes of requests and answers: who may call, with which
 * headers, what the statuses mean. It is taken from the declaration's annotations.
 *
 * @since 0.1.0
 */
import type { HttpApiGroup, OpenApi } from "@effect/platform"
import { HttpApi } from "@effect/platform"
import { Context, Option, Predicate, Record } from "effect"
import { Authentication, Example, Permission, Repeatable } from "./Annotations.ts"
import * as Failures from "./Failures.ts"

/**
 * The document's own description ("Overview", 1.1.0).
 *
 * @since 0.1.0
 * @category documents
 */
export const description = [
  "Version 1.1.0 of the wallet API, and what the exchange has added since. This document is derived from a client's declaration: it describes what the client sends, and every form of an answer that it takes.",
  "**Signature.** Signed requests carry the API key, a nonce (the current time in milliseconds) and `HMAC-SHA384(secret, path + nonce + body)` in hex. The path is the one listed here, without the server's own (`/spot`) and without the query; the body is empty where there is none. The headers are `btse-api`, `btse-nonce` and `btse-sign`, or, since October 2023, `request-api`, `request-nonce` and `request-sign`.",
  "**Rate limit.** 5 requests a second per user. Whoever goes on is blocked, for longer each time: 1 second, 5 minutes, 15 minutes.",
  "**Amounts** are decimals whose every digit counts. In requests they are strings; in answers numbers or strings."
].join("\n\n")

const prefixes = ["btse", "request"]

const schemes: ReadonlyArray<readonly [name: string, description: string]> = [
  ["api", "The API key"],
  ["nonce", "The current time in milliseconds; no nonce is taken twice"],
  ["sign", "HMAC-SHA384(secret, path + nonce + body), in hex"]
]

const securitySchemes = Object.fromEntries(
  prefixes.flatMap((prefix) =>
    schemes.map(([name, description]) => [
      `${prefix}-${name}`,
      { type: "apiKey", in: "header", name: `${prefix}-${name}`, description }
    ])
  )
)

/** All three headers together, with either prefix. */
const signed = prefixes.map((prefix) => Object.fromEntries(schemes.map(([name]) => [`${prefix}-${name}`, []])))

const security = { public: [], optional: [...signed, {}], signed }

const sentences = (endpoint: Endpoint): string => {
  const calls = {
    public: "Needs no credentials.",
    optional: "Needs no credentials; takes them.",
    signed: `Signed. Permission of the API key: \`${endpoint.permission}\`.`
  }
  const again = endpoint.repeatable
    ? "Can be sent again."
    : "Changes something: after a timeout, a reset or a 5xx it may have happened, so it must not be sent again unseen."
  return `${calls[endpoint.authentication]} ${again}`
}

interface Endpoint {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly authentication: keyof typeof security
  readonly permission: string
  readonly repeatable: boolean
  readonly example: Option.Option<unknown>
}

const endpointsOf = <Id extends string, Groups extends HttpApiGroup.HttpApiGroup.Any, E, R>(
  api: HttpApi.HttpApi<Id, Groups, E, R>
): ReadonlyArray<Endpoint> => {
  const endpoints: Array<Endpoint> = []
  HttpApi.reflect(api, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint: { method, name, path }, mergedAnnotations }) => {
      endpoints.push({
        name,
        method: method.toLowerCase(),
        path,
        authentication: Context.get(mergedAnnotations, Authentication),
        permission: Context.get(mergedAnnotations, Permission),
        repeatable: Context.get(mergedAnnotations, Repeatable),
        example: Context.getOption(mergedAnnotations, Example)
      })
    }
  })
  return endpoints
}

/** Of a derived document, what is changed here. */
interface Response {
  readonly description: string
  readonly content?: Record<string, { readonly schema: Record<string, unknown> }>
}

type Derived = {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, unknown> }
  readonly servers?: ReadonlyArray<OpenApi.OpenAPISpecServer>
}

interface Operation {
  readonly description?: string
  readonly responses: Record<string, Response>
}

/** A body's schema without the schemas it refers to, which go where it refers to them. */
const withoutDefinitions = (schema: Record<string, unknown>) => Record.remove(schema, "$defs")

const definitionsOf = (operations: ReadonlyArray<Operation>): Record<string, unknown> =>
  Object.assign(
    {},
    ...operations
      .flatMap(({ responses }) => Object.values(responses))
      .flatMap(({ content = {} }) => Object.values(content).map(({ schema }) => schema["$defs"]))
  )

const success = ({ content, description }: Response, example: Option.Option<unknown>) => ({
  description,
  ...(content === undefined
    ? {}
    : {
        content: Record.map(content, ({ schema, ...rest }) => ({
          ...rest,
          schema: withoutDefinitions(schema),
          ...Option.match(example, { onNone: () => ({}), onSome: (example) => ({ example }) })
        }))
      })
})

/** What stands under `/public-api` is beside the servers' own path. */
const rootServers = (servers: ReadonlyArray<OpenApi.OpenAPISpecServer>) =>
  servers.map(({ url, ...server }) => ({ ...server, url: url.replace(/\/spot$/, "") || "/" }))

const operation = (endpoint: Endpoint, derived: Operation, servers: ReadonlyArray<OpenApi.OpenAPISpecServer>) => ({
  ...derived,
  operationId: endpoint.name,
  description: [derived.description, sentences(endpoint)].filter(Predicate.isNotUndefined).join("\n\n"),
  ...(endpoint.path.startsWith("/public-api/") ? { servers: rootServers(servers) } : {}),
  security: security[endpoint.authentication],
  responses: {
    ...Record.map(
      Record.filter(derived.responses, (_, status) => status.startsWith("2")),
      (response) => success(response, endpoint.example)
    ),
    ...Failures.referredTo(endpoint.authentication !== "public")
  },
  "x-permission": endpoint.permission,
  "x-repeatable": endpoint.repeatable
})

/** The schemas of failures that only this library's own servers answer. */
const unheard = new Set(["HttpApiDecodeError", "Issue", "PropertyKey"])

/**
 * Completes the document that is derived from an API: security, statuses, examples, and each endpoint's permission.
 *
 * @since 0.1.0
 * @category documents
 */
export const complete =
  <Id extends string, Groups extends HttpApiGroup.HttpApiGroup.Any, E, R>(api: HttpApi.HttpApi<Id, Groups, E, R>) =>
  (spec: Record<string, unknown>): Record<string, unknown> => {
    const { components, paths, servers = [] } = spec as Derived
    const endpoints = new Map(endpointsOf(api).map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]))
    return {
      ...spec,
      paths: Record.map(paths, (methods, path) =>
        Record.map(methods, (derived, method) => {
          const endpoint = endpoints.get(`${method} ${path}`)
          return endpoint === undefined ? derived : operation(endpoint, derived, servers)
        })
      ),
      components: {
        schemas: {
          ...Record.filter(components.schemas, (_, name) => !unheard.has(name)),
          ...definitionsOf(Object.values(paths).flatMap((methods) => Object.values(methods))),
          Failure: Failures.schema
        },
        responses: Failures.responses,
        securitySchemes
      }
    }
  }
