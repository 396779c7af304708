/**
 * The withdrawal service of the examples as a process of its own, and a collector that its telemetry goes to.
 */
import { Command, HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Context, Deferred, Effect, Layer, Ref, Stream } from "effect"
import { build } from "esbuild"
import { createServer } from "node:http"
import { root } from "../docs/Declarations.ts"

// Beside the dependencies of the tests, so that SQLite's driver is found.
const outfile = `${root}test/node_modules/.cache/withdrawal-service/main.js`

const bundled = Effect.promise(() =>
  build({
    entryPoints: [`${root}examples/withdrawal-service/main.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["better-sqlite3"],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'
    },
    logLevel: "warning"
  })
)

/** Starts it, and says where it listens. It is killed when the scope closes, if it is there still. */
export const start = Effect.fnUntraced(function* (environment: Readonly<Record<string, string>>) {
  yield* bundled
  const child = yield* Effect.acquireRelease(
    Command.start(Command.make("node", outfile).pipe(Command.env(environment), Command.stderr("inherit"))),
    (child) => Effect.whenEffect(Effect.orDie(child.kill("SIGKILL")), Effect.orDie(child.isRunning))
  )
  const listening = yield* Deferred.make<string>()
  yield* child.stdout.pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.runForEach((line) => {
      const address = /Listening on (http:\/\/[^\s"]+)/.exec(line)?.[1]
      return address === undefined ? Effect.void : Deferred.succeed(listening, address)
    }),
    Effect.forkScoped
  )
  return { child, baseUrl: yield* Deferred.await(listening) }
})

/** An OpenTelemetry collector that remembers what was sent to each of its paths. */
export const collector = Effect.gen(function* () {
  const received = yield* Ref.make<ReadonlyArray<readonly [path: string, body: string]>>([])
  const take = Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const body = yield* Effect.orDie(request.text)
    yield* Ref.update(received, (all) => [...all, [request.url, body] as const])
    return HttpServerResponse.unsafeJson({})
  })
  const server = HttpServer.serve(HttpRouter.empty.pipe(HttpRouter.post("*", take))).pipe(
    Layer.provideMerge(
      NodeHttpServer.layer(() => createServer({ keepAliveTimeout: 100 }), { port: 0, host: "127.0.0.1" })
    )
  )
  const { address } = Context.get(yield* Layer.build(server), HttpServer.HttpServer)
  return { url: `http://127.0.0.1:${address._tag === "TcpAddress" ? address.port : 0}`, received: Ref.get(received) }
})
