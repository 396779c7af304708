import { BtseApi } from "@btse-wallet/core"
import { Sandbox } from "@btse-wallet/sandbox"
import { OpenApi } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SignedClient from "./SignedClient.ts"

const started = Effect.gen(function* () {
  const sandbox = yield* Sandbox.start()
  const get = (path: string) =>
    SignedClient.unsigned({ ...sandbox, baseUrl: new URL(sandbox.baseUrl.origin) }, { path: path.slice(1) })
  return { sandbox, get }
})

describe("the sandbox's documents", () => {
  it.scopedLive("are the declaration's, with the sandbox as the only server", () =>
    Effect.gen(function* () {
      const { get, sandbox } = yield* started
      const { headers, json, status, text } = yield* get("/sandbox/openapi.json")
      const declared = OpenApi.fromApi(BtseApi.BtseApi)
      expect([status, headers["content-type"]]).toEqual([200, "application/json"])
      expect(json).toMatchObject({ info: declared.info, servers: [{ url: "/spot" }], components: declared.components })
      expect(Object.keys((json as OpenApi.OpenAPISpec).paths)).toEqual(Object.keys(declared.paths))
      expect(json).toHaveProperty(["paths", "/public-api/wallet/v1/crypto/networks", "get", "servers", 0, "url"], "/")
      expect(text).not.toContain("btse.com")
      expect(yield* sandbox.received).toEqual([])
    })
  )

  it.scopedLive("can be browsed on a page that fetches nothing from elsewhere", () =>
    Effect.gen(function* () {
      const { get } = yield* started
      for (const _ of [1, 2]) {
        const { headers, status, text } = yield* get("/sandbox/docs")
        expect([status, headers["content-type"]]).toEqual([200, "text/html"])
        expect(text).toContain("SwaggerUIBundle({")
        expect(text).toContain(`"operationId":"withdraw"`)
        const [head = ""] = text.split("<style>")
        expect(`${head}${text.slice(text.lastIndexOf("</script>"))}`).not.toMatch(/(src|href)\s*=/)
        expect(text.match(/<(script|link|img|iframe)\b[^>]*\b(src|href)=["']?(https?:)?\/\//g)).toBeNull()
      }
    })
  )
})
