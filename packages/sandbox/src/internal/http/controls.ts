/**
 * The controls over HTTP, beside the API at `/sandbox`, for programs that are not in the sandbox's process. They are not
 * signed and not limited: the sandbox listens to this machine alone.
 */
import type { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Effect, Schema } from "effect"
import type { Controls as ExchangeControls, Operations } from "../../Exchange.ts"
import { FaultKind } from "../../Fault.ts"
import * as Refused from "../../Refused.ts"
import * as Amounts from "../amounts.ts"
import type { Arrivals } from "../arrivals.ts"
import type { FaultPlan } from "../faultPlan.ts"
import * as Docs from "./docs.ts"
import * as Responses from "./responses.ts"

export interface Controlled {
  readonly engine: Operations & ExchangeControls
  readonly arrivals: Arrivals
  readonly faults: FaultPlan
}

const Advance = Schema.Struct({ millis: Schema.NonNegativeInt })

const Injection = Schema.Struct({
  kind: FaultKind,
  times: Schema.optionalWith(Schema.Int.pipe(Schema.positive()), { exact: true }),
  method: Schema.optionalWith(Schema.String, { exact: true }),
  path: Schema.optionalWith(Schema.String, { exact: true }),
  done: Schema.optionalWith(Schema.Boolean, { exact: true }),
  location: Schema.optionalWith(Schema.String, { exact: true }),
  answer: Schema.optionalWith(
    Schema.Struct({
      status: Schema.Int.pipe(Schema.between(200, 599)),
      body: Schema.optionalWith(Schema.String, { exact: true }),
      headers: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), { exact: true })
    }),
    { exact: true }
  )
})

const Deposit = Schema.Struct({
  currency: Schema.NonEmptyTrimmedString,
  amount: Schema.String,
  orderId: Schema.optionalWith(Schema.NonEmptyTrimmedString, { exact: true })
})

type Answer = Effect.Effect<HttpServerResponse.HttpServerResponse, Refused.Refused>

const notUnderstood = () => Refused.invalidRequest("the control request cannot be understood")

const body = <A, I>(request: HttpServerRequest.HttpServerRequest, schema: Schema.Schema<A, I>) =>
  Effect.mapError(Effect.flatMap(request.text, Schema.decode(Schema.parseJson(schema))), notUnderstood)

/** The answer to a control request, by method and path. */
export const make = ({ arrivals, engine, faults }: Controlled) => {
  const summary: Answer = Effect.gen(function* () {
    const balances = yield* engine.balances
    const received = arrivals.all()
    return Responses.ok({
      now: yield* engine.now,
      records: yield* engine.count,
      balances: balances.map(({ available, currency, total }) => ({
        currency,
        total: Amounts.plain(total),
        available: Amounts.plain(available)
      })),
      requests: received.length,
      refusedForRate: received.filter(({ status }) => status === 429).length
    })
  })

  const received: Answer = Effect.sync(() => Responses.ok(arrivals.all().map((arrival) => ({ ...arrival }))))

  const advance = (request: HttpServerRequest.HttpServerRequest): Answer =>
    Effect.gen(function* () {
      const { millis } = yield* body(request, Advance)
      yield* engine.advance(millis)
      return Responses.ok({ now: yield* engine.now })
    })

  const inject = (request: HttpServerRequest.HttpServerRequest): Answer =>
    Effect.map(body(request, Injection), (injection) => {
      faults.inject(injection)
      return Responses.ok({ injected: injection.kind })
    })

  const deposit = (request: HttpServerRequest.HttpServerRequest): Answer =>
    Effect.gen(function* () {
      const { amount, ...rest } = yield* body(request, Deposit)
      const row = yield* engine.deposit({
        ...rest,
        amount: yield* Effect.mapError(Amounts.read(amount), notUnderstood)
      })
      return Responses.ok({ orderId: row.orderId })
    })

  const controls: Readonly<Record<string, (request: HttpServerRequest.HttpServerRequest) => Answer>> = {
    "GET /sandbox": () => summary,
    "GET /sandbox/received": () => received,
    "POST /sandbox/advance": advance,
    "POST /sandbox/faults": inject,
    "POST /sandbox/deposits": deposit,
    [`GET ${Docs.documentPath}`]: () => Docs.document,
    [`GET ${Docs.pagePath}`]: Docs.browse
  }

  return (request: HttpServerRequest.HttpServerRequest, path: string) => {
    const control = controls[`${request.method} ${path}`]
    return control === undefined
      ? Effect.succeed(Responses.notFound(path))
      : Effect.catchAll(control(request), ({ errorCode, reason }) =>
          Effect.succeed(Responses.error(400, errorCode, reason))
        )
  }
}
