/**
 * An exchange whose every text is hostile to a terminal, on a real server.
 */
import { Effect } from "effect"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** What a terminal would obey, reorder or hide, of every kind. */
export const hostile =
  "a\u001b[31mred\u001b[0m\u001b]0;title\u0007\u009b2J\u0000\u007f\r\n\tb\u202egnp.exe\u2066c\u2069\u200b\u200d\ufeff\u00ad\u2028\u2029\u{e0041}\ufe0f\u3164 end"

/** A character of these is not to be seen raw: nothing of it is a line break, which output has, or a blank. */
export const raw = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}\u3164]/u

const text = JSON.stringify(hostile)

const row = (id: number, timestamp: number, more: string) =>
  `{"orderId":"${id}","currency":"BTC","type":"Deposit","status":"COMPLETED","amount":"1.5","fees":"0","timestamp":${timestamp},"description":${text},"wallet":"@SPOT","username":${text},"txid":${text},"currencyNetwork":${text},"toAddress":${text}${more}}`

const rows = [
  row(1, 1_760_000_000_000, ""),
  row(2, 1_760_000_001_000, "").replace('"currency":"BTC"', `"currency":${JSON.stringify("B\u202eX\u001b[2J")}`),
  row(3, 1_760_000_002_000, "").replace('"type":"Deposit"', `"type":${text}`),
  row(4, 1_760_000_003_000, "").replace('"status":"COMPLETED"', `"status":${text}`),
  // A row that cannot be read.
  row(5, 1_760_000_004_000, "").replace('"amount":"1.5"', `"amount":${text}`)
]

const bodies: Readonly<Record<string, string>> = {
  "/api/v3.2/user/wallet": `[{"currency":"BTC","total":4.5,"available":4.5},{"currency":${JSON.stringify("B\u202eX\u001b[2J")},"total":1,"available":1}]`,
  "/api/v3.2/availableCurrencies": `["BTC","XRP",${text}]`,
  "/api/v3.2/availableCurrencyNetworks": `["Bitcoin",${text}]`,
  "/api/v3.2/user/wallet/address": `[{"address":${text},"created":1592627542}]`
}

const answer = (url: URL, response: ServerResponse): void => {
  const path = url.pathname.replace(/^\/spot/, "")
  const json = (status: number, body: string) => {
    response.writeHead(status, { "content-type": "application/json" })
    response.end(body)
  }
  if (path === "/api/v3.2/user/wallet_history") {
    const from = Number(url.searchParams.get("startTime") ?? 0)
    const to = Number(url.searchParams.get("endTime") ?? Number.MAX_SAFE_INTEGER)
    const time = (one: string) => Number(/"timestamp":(\d+)/.exec(one)?.[1])
    return json(200, `[${rows.filter((one) => time(one) >= from && time(one) <= to).join(",")}]`)
  }
  const body = bodies[path]
  return body === undefined ? json(400, `{"errorCode":400,"message":${text},"status":400}`) : json(200, body)
}

/** Serves until the scope closes; returns the variables with which `btse` talks to it. */
export const start = Effect.map(
  Effect.acquireRelease(
    Effect.async<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((request, response) => answer(new URL(request.url ?? "/", "http://x"), response))
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  ),
  (server) => ({
    BTSE_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/spot`,
    BTSE_API_KEY: "key",
    BTSE_API_SECRET: "secret",
    BTSE_RATE_LIMIT: "1000"
  })
)
