/**
 * A forward proxy on loopback: requests in absolute form, and tunnels by CONNECT. Every host that ends with `.test` is this
 * machine, and `mode` is how it treats those who ask.
 */
import { Effect } from "effect"
import { createServer, request } from "node:http"
import { type AddressInfo, connect } from "node:net"

export type Mode = "ok" | "credentials" | "refused" | "drop" | "silent"

const local = (host: string): string => (host.endsWith(".test") ? "127.0.0.1" : host)

export const start = Effect.map(
  Effect.acquireRelease(
    Effect.async<{
      readonly server: ReturnType<typeof createServer>
      readonly seen: Array<string>
      readonly set: (mode: Mode) => void
    }>((resume) => {
      let mode: Mode = "ok"
      const seen: Array<string> = []
      const server = createServer((req, res) => {
        seen.push(`${req.method} ${req.url} ${req.headers["proxy-authorization"] ?? ""}`.trim())
        if (mode !== "ok") return void res.writeHead(mode === "credentials" ? 407 : 502).end()
        const to = new URL(req.url ?? "")
        const { "proxy-authorization": _, ...headers } = req.headers
        const options = {
          host: local(to.hostname),
          port: to.port,
          path: to.pathname + to.search,
          method: req.method,
          headers
        }
        req.pipe(request(options, (answer) => answer.pipe(res.writeHead(answer.statusCode ?? 502, answer.headers))))
      })
      server.on("connect", (req, socket) => {
        socket.on("error", () => undefined)
        seen.push(`CONNECT ${req.url} ${req.headers["proxy-authorization"] ?? ""}`.trim())
        if (mode === "silent") return
        if (mode === "drop") return void socket.destroy()
        if (mode !== "ok") return void socket.end(`HTTP/1.1 ${mode === "credentials" ? 407 : 502} No\r\n\r\n`)
        const [host = "", port] = (req.url ?? "").split(":")
        const upstream = connect(Number(port), local(host), () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\n")
          upstream.pipe(socket).pipe(upstream)
        })
        upstream.on("error", () => socket.destroy())
      })
      server.listen(0, "127.0.0.1", () =>
        resume(Effect.succeed({ server, seen, set: (wanted) => void (mode = wanted) }))
      )
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  ),
  ({ seen, server, set }) => ({ seen, set, host: `127.0.0.1:${(server.address() as AddressInfo).port}` })
)
