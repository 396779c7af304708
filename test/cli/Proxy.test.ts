import { Proxy, ProxyHttpClient } from "@btse-wallet/cli"
import { BtseConfig, Decimal, Wallet, WalletModel } from "@btse-wallet/core"
import { Sandbox } from "@btse-wallet/sandbox"
import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Layer, Option, Redacted } from "effect"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer } from "node:https"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import * as ForwardProxy from "./ForwardProxy.ts"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const environment = (variables: Record<string, string>) =>
  Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))

const proxy = "http://proxy.example:3128"

/** Variables, an exchange, and the host of the proxy that its requests go through. */
const choices: ReadonlyArray<readonly [Record<string, string>, string, string | undefined]> = [
  [{}, "https://api.btse.com/spot", undefined],
  [{ HTTPS_PROXY: proxy }, "https://api.btse.com/spot", "proxy.example:3128"],
  [{ https_proxy: proxy, HTTPS_PROXY: "http://other:1" }, "https://api.btse.com/spot", "proxy.example:3128"],
  [{ HTTPS_PROXY: "proxy.example:3128" }, "https://api.btse.com/spot", "proxy.example:3128"],
  [{ HTTP_PROXY: proxy }, "https://api.btse.com/spot", undefined],
  [{ HTTP_PROXY: proxy }, "http://exchange.example/spot", "proxy.example:3128"],
  [{ HTTPS_PROXY: "" }, "https://api.btse.com/spot", undefined],
  ...[
    "api.btse.com",
    "btse.com",
    ".btse.com",
    "*.btse.com",
    "API.BTSE.COM",
    "*",
    "x, api.btse.com:443",
    "a btse.com"
  ].map(
    (exceptions) => [{ HTTPS_PROXY: proxy, NO_PROXY: exceptions }, "https://api.btse.com/spot", undefined] as const
  ),
  ...["tse.com", "api.btse.com:8443", "com.btse", ","].map(
    (exceptions) =>
      [{ HTTPS_PROXY: proxy, no_proxy: exceptions }, "https://api.btse.com/spot", "proxy.example:3128"] as const
  ),
  [{ HTTP_PROXY: proxy, NO_PROXY: "::1" }, "http://[::1]:8420/spot", undefined],
  // A proxy elsewhere cannot reach this machine's loopback; one on it can.
  [{ HTTP_PROXY: proxy }, "http://127.0.0.1:8420/spot", undefined],
  [{ HTTP_PROXY: "http://127.0.0.1:3128" }, "http://127.0.0.1:8420/spot", "127.0.0.1:3128"]
]

describe("the proxy that the environment names", () => {
  it.effect("is that of the exchange's protocol, unless NO_PROXY names the exchange", () =>
    Effect.gen(function* () {
      for (const [variables, exchange, host] of choices) {
        const found = yield* Proxy.used("btse", new URL(exchange)).pipe(environment(variables))
        const url = Option.getOrUndefined(Option.map(found, ({ url }) => url.host))
        expect([variables, exchange, url]).toEqual([variables, exchange, host])
      }
    })
  )

  it.effect("is refused with the reason where it is no URL of a proxy, and without the password in it", () =>
    Effect.gen(function* () {
      for (const value of ["socks5://u:hidden@x", "http://", "://hidden", "ftp://hidden", "http://u:hidden@x:99999"]) {
        const error = yield* Effect.flip(
          Proxy.used("btse", new URL("https://api.btse.com")).pipe(environment({ HTTPS_PROXY: value }))
        )
        expect(error.message, value).toMatch(
          /^HTTPS_PROXY cannot be used \(it is not the URL of an http or https proxy/
        )
        expect(error.message, value).not.toContain("hidden")
      }
    })
  )
})

const environmentOf = (folder: string, sandbox: Sandbox.RunningSandbox) => ({
  XDG_DATA_HOME: folder,
  XDG_CONFIG_HOME: folder,
  BTSE_BASE_URL: sandbox.baseUrl.href,
  BTSE_API_KEY: sandbox.apiKey,
  BTSE_API_SECRET: Redacted.value(sandbox.apiSecret)
})

it.scopedLive("an exchange over http is asked in absolute form, and doctor shows the proxy without its password", () =>
  Effect.gen(function* () {
    const folder = yield* Program.folder
    const sandbox = yield* Sandbox.start({ records: 5, seed: 3 })
    const forward = yield* ForwardProxy.start
    const base = environmentOf(folder, sandbox)
    const through = { ...base, http_proxy: `http://u%40x:hidden@${forward.host}` }
    expect(yield* InProcess.btse(["balances"], through)).toMatchObject({ exitCode: 0, stderr: "" })
    const credentials = `Basic ${Buffer.from("u@x:hidden").toString("base64")}`
    expect(forward.seen).toEqual([`GET ${sandbox.baseUrl.href}/api/v3.2/user/wallet ${credentials}`])
    yield* InProcess.btse(["balances"], { ...through, NO_PROXY: "localhost,127.0.0.1" })
    expect(forward.seen).toHaveLength(1)
    const doctor = yield* InProcess.btse(["doctor"], through)
    expect(doctor.stdout).toMatch(
      new RegExp(`^proxy +http://…@${forward.host} \\(http_proxy\\) +from the environment$`, "m")
    )
    expect(doctor.stdout + doctor.stderr).not.toContain("hidden")
    const direct = yield* InProcess.btse(["doctor"], { ...through, NO_PROXY: "*" })
    expect(direct.stdout).toMatch(/^proxy .*; not used: NO_PROXY names \*\)/m)
  })
)

const currency = WalletModel.Currency.make("BTC")

const transferThrough = (host: string) =>
  Effect.gen(function* () {
    const wallet = yield* Wallet.Wallet
    const amount = Option.getOrThrow(Decimal.fromText("1"))
    return yield* Effect.flip(wallet.transfer({ amount, asset: currency, toUser: "u", toUserMail: "u@example.com" }))
  }).pipe(
    Effect.provide(
      Wallet.layer(
        BtseConfig.make({
          baseUrl: new URL("https://exchange.test/spot"),
          credentials: { apiKey: Redacted.make("key"), apiSecret: Redacted.make("secret") }
        })
      ).pipe(Layer.provide(ProxyHttpClient.layer(new URL(`http://${host}`), Duration.millis(300))))
    )
  )

it.scopedLive("a payment that the proxy makes no connection for was not sent", () =>
  Effect.gen(function* () {
    const forward = yield* ForwardProxy.start
    for (const mode of ["credentials", "refused", "drop", "silent"] as const) {
      forward.set(mode)
      const error = yield* transferThrough(forward.host)
      expect({ mode, ...error, done: error.done }).toMatchObject({ mode, _tag: "Unreachable", done: "nothing" })
      expect(error.message, mode).toMatch(/proxy/)
    }
    expect(forward.seen.every((one) => one === "CONNECT exchange.test:443")).toBe(true)
    // Nobody listens there any more.
    expect((yield* transferThrough("127.0.0.1:9")).done).toBe("nothing")
  })
)

it.scopedLive("a proxy's own answer to a payment in absolute form proves nothing", () =>
  Effect.gen(function* () {
    const folder = yield* Program.folder
    const sandbox = yield* Sandbox.start({ records: 5, seed: 3 })
    const forward = yield* ForwardProxy.start
    const variables = { ...environmentOf(folder, sandbox), HTTP_PROXY: `http://${forward.host}` }
    for (const mode of ["credentials", "refused"] as const) {
      forward.set(mode)
      const error = yield* Effect.gen(function* () {
        const wallet = yield* Wallet.Wallet
        const amount = Option.getOrThrow(Decimal.fromText("1"))
        return yield* Effect.flip(wallet.convert({ amount, from: currency, to: WalletModel.Currency.make("USD") }))
      }).pipe(
        Effect.provide(Layer.provide(Wallet.layerConfig(), ProxyHttpClient.layer(new URL(`http://${forward.host}`)))),
        environment(variables)
      )
      expect({ mode, ...error, done: error.done }).toMatchObject({ mode, _tag: "OutcomeUnknown", done: "unknown" })
    }
  })
)

const certificate = (folder: string) => {
  const paths = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") }
  const names = ["-subj", "/CN=exchange.test", "-addext", "subjectAltName=DNS:exchange.test"]
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", paths.key, "-out", paths.cert, ...names],
    { stdio: "ignore" }
  )
  return { ...paths, pair: { key: readFileSync(paths.key), cert: readFileSync(paths.cert) } }
}

it.scopedLive("an exchange over https is asked through a tunnel", () =>
  Effect.gen(function* () {
    yield* Program.build
    const folder = yield* Program.folder
    const { cert, pair } = certificate(folder)
    const exchange = yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>((resume) => {
        const server = createServer(pair, (_, response) => {
          response.writeHead(200, { "content-type": "application/json" })
          response.end('[{"currency":"BTC","total":1.5,"available":1.5}]')
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.sync(() => server.close())
    )
    const forward = yield* ForwardProxy.start
    const host = `exchange.test:${(exchange.address() as AddressInfo).port}`
    const ended = yield* Program.btse(["balances"], {
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
      BTSE_BASE_URL: `https://${host}/spot`,
      BTSE_API_KEY: "key",
      BTSE_API_SECRET: "secret",
      NODE_EXTRA_CA_CERTS: cert,
      HTTPS_PROXY: `http://u:hidden@${forward.host}`
    })
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" })
    expect(ended.stdout).toMatch(/^BTC +1\.5 /m)
    expect(forward.seen).toEqual([`CONNECT ${host} Basic ${Buffer.from("u:hidden").toString("base64")}`])
  })
)
