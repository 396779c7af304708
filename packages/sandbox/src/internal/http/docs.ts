/**
 * The OpenAPI document of the API, with this sandbox as its server, and a page to browse it that needs nothing from
 * elsewhere.
 */
import { BtseApi } from "@btse-wallet/core"
import { HttpApiSwagger, HttpLayerRouter, HttpServerRequest, HttpServerResponse, OpenApi } from "@effect/platform"
import { Effect } from "effect"

/** Relative, so that what is tried out on the page goes to the sandbox that serves it. */
const api = BtseApi.BtseApi.annotate(OpenApi.Servers, [{ url: "/spot", description: "This sandbox" }])

export const documentPath = "/sandbox/openapi.json"

export const pagePath = "/sandbox/docs"

export const document = Effect.sync(() => HttpServerResponse.unsafeJson(OpenApi.fromApi(api)))

const page = HttpLayerRouter.toHttpEffect(HttpApiSwagger.layerHttpLayerRouter({ api, path: pagePath }))

/** The page is megabytes of script, so it is put together when it is asked for. The router has no other path to miss. */
export const browse = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.flatten(page).pipe(
    Effect.provideService(HttpServerRequest.HttpServerRequest, request),
    Effect.scoped,
    Effect.orDie
  )
