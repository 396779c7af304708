/**
 * Requests through a proxy: by CONNECT to an exchange over https, in absolute form to one over http. No redirect is followed.
 *
 * @since 0.1.0
 */
import { NodeHttpClient, Undici } from "@effect/platform-node"
import { HttpClient, HttpClientError } from "@effect/platform"
import { Duration, Effect, Layer, Predicate } from "effect"

/** Time for the proxy to make the connection, as undici gives a direct one. */
const patience = Duration.seconds(10)

/** The proxy made no connection: not a byte of the request has left, as after a failed `connect` of the system. */
class NotConnected extends Error {
  readonly syscall = "connect"
  readonly code: string
  constructor(code: string, cause?: unknown) {
    super("The proxy made no connection", { cause })
    this.code = code
  }
}

type TunnelOptions = Parameters<InstanceType<typeof Undici.Pool>["connect"]>[0]

/** A pool of connections to the proxy, whose every failure comes before the tunnel and so before the request. */
// oxlint-disable-next-line import/namespace -- it comes from undici itself
class Tunnels extends Undici.Pool {
  override connect(options: TunnelOptions): Promise<Undici.Dispatcher.ConnectData>
  override connect(
    options: TunnelOptions,
    callback: (error: Error | null, data: Undici.Dispatcher.ConnectData) => void
  ): void
  override connect(options: TunnelOptions): Promise<Undici.Dispatcher.ConnectData> {
    return super.connect(options).then(
      (answer) => {
        if (answer.statusCode === 200) return answer
        answer.socket.on("error", () => undefined).destroy()
        throw new NotConnected(answer.statusCode === 407 ? "PROXY_CREDENTIALS" : "PROXY_REFUSED")
      },
      (cause: unknown) => {
        throw new NotConnected("PROXY_UNREACHABLE", cause)
      }
    )
  }
}

const token = ({ password, username }: URL): { readonly token?: string } =>
  username === "" && password === ""
    ? {}
    : {
        token: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`
      }

/** The 407 of a proxy in absolute form is an answer to a request that has left, and undici's code for it is one of before. */
const answered = (error: HttpClientError.HttpClientError): HttpClientError.HttpClientError =>
  error._tag === "RequestError" && Predicate.isError(error.cause) && error.cause.message.includes("(407)")
    ? new HttpClientError.RequestError({
        request: error.request,
        reason: "Transport",
        cause: Object.assign(new Error("The proxy wants other credentials"), { code: "PROXY_CREDENTIALS" })
      })
    : error

/**
 * `HttpClient` through the proxy at a URL.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (proxy: URL, timeout: Duration.Duration = patience): Layer.Layer<HttpClient.HttpClient> => {
  const make = () =>
    // oxlint-disable-next-line import/namespace -- as above
    new Undici.ProxyAgent({
      ...token(proxy),
      uri: proxy.origin,
      proxyTunnel: false,
      clientFactory: (origin, options) =>
        new Tunnels(origin, { ...options, headersTimeout: Duration.toMillis(timeout) })
    })
  const dispatcher = Effect.acquireRelease(Effect.sync(make), (agent) => Effect.promise(() => agent.destroy()))
  const client = Effect.map(dispatcher, (agent) =>
    HttpClient.transform(NodeHttpClient.makeUndici(agent), (response) => Effect.mapError(response, answered))
  )
  return Layer.scoped(HttpClient.HttpClient, client)
}
