import type { WalletError } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit } from "effect"
import { gzipSync } from "node:zlib"
import * as Campaign from "../Campaign.ts"
import * as HttpClients from "./HttpClients.ts"
import { type Operation, operations } from "./Operations.ts"
import * as Stage from "./Stage.ts"

const limit = 65_536

const html = (title: string) => `<!DOCTYPE html><html><head><title>${title}</title></head><body></body></html>`

const page = (status: number, title: string, headers: Record<string, string> = {}): Stage.Answer =>
  Stage.answer(status, html(title), { "content-type": "text/html; charset=UTF-8", server: "cloudflare", ...headers })

const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024, " "))

/** Compressed although `identity` was asked for: fetch unpacks it, the others do not. */
const gzipBomb: Stage.Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
  response.end(bomb)
}

/** Blanks without an end. */
const endless: Stage.Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json" })
  const more = () => {
    while (!response.destroyed && response.write(" ".repeat(16_384)));
  }
  response.on("drain", more)
  more()
}

/** A head, and then nothing. */
const slow: Stage.Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json" })
  response.write("[")
}

type Verdict = WalletError.WalletError["_tag"] | "answer"

interface Fault {
  readonly name: string
  readonly answer: (operation: Operation, elsewhere: URL) => Stage.Answer
  /** The end of a read. */
  readonly read: Verdict
  /** The end of creating or deleting an address. */
  readonly address: Verdict
  /** The end of a payment; the outcome is unknown by default. */
  readonly payment?: (operation: Operation) => Verdict
}

const redirect = (status: number): Fault => ({
  name: `a redirect ${status} to another host`,
  answer: (_, elsewhere) => Stage.answer(status, "", { location: `${elsewhere.href}/api/v3.2/user/wallet` }),
  read: "BadGateway",
  address: "OutcomeUnknown"
})

const fault = (name: string, answer: Stage.Answer, read: Verdict, address: Verdict = "OutcomeUnknown"): Fault => ({
  name,
  answer: () => answer,
  read,
  address
})

const faults: ReadonlyArray<Fault> = [
  redirect(302),
  redirect(307),
  redirect(308),
  fault("a gzip bomb", gzipBomb, "UnexpectedResponse"),
  fault("a body without an end", endless, "UnexpectedResponse"),
  fault("a reset", Stage.cut, "Unreachable"),
  fault("a slow body", slow, "Unreachable"),
  fault("HTML at 200", page(200, "Welcome"), "BadGateway"),
  fault("HTML that announces maintenance at 200", page(200, "Scheduled maintenance"), "UnderMaintenance"),
  fault("HTML at 400", page(400, "400 Bad Request"), "BadGateway"),
  fault("HTML at 403", page(403, "Attention Required!"), "AddressBlocked", "AddressBlocked"),
  fault("HTML at 407", page(407, "Proxy Authentication Required"), "BadGateway"),
  fault("HTML at 429", page(429, "You are being rate limited"), "RateLimited", "RateLimited"),
  fault("a challenge at 503", page(503, "x", { "cf-mitigated": "challenge" }), "AddressBlocked", "AddressBlocked"),
  fault("HTML at 503", page(503, "503 Service Temporarily Unavailable"), "BadGateway"),
  fault("HTML that announces maintenance at 503", page(503, "Under maintenance"), "UnderMaintenance"),
  fault("a gateway without a page", Stage.answer(504, ""), "BadGateway"),
  fault("text of a CDN", Stage.answer(403, "error code: 1020"), "AddressBlocked", "AddressBlocked"),
  {
    name: "another content type",
    answer: ({ answer }) => Stage.answer(200, answer, { "content-type": "text/html" }),
    read: "answer",
    address: "answer",
    payment: () => "answer"
  },
  {
    name: "an id in a refusal",
    answer: () => Stage.answer(400, `{"success":false,"errorCode":-1,"withdraw_id":"W1"}`),
    read: "ExchangeUnavailable",
    address: "BadRequest",
    payment: ({ name }) => (name === "withdraw" ? "answer" : "OutcomeUnknown")
  },
  {
    name: "an envelope of the rate limit",
    answer: () => Stage.answer(200, `{"success":true,"code":429,"msg":"TOO MANY REQUESTS"}`),
    read: "RateLimited",
    address: "RateLimited"
  }
]

const expectedOf = (fault: Fault, operation: Operation, client: string): Verdict => {
  // What fetch makes of a 407 is an error of the connection.
  if (operation.kind === "read") return client === "fetch" && fault.name.endsWith("407") ? "Unreachable" : fault.read
  return operation.kind === "address" ? fault.address : (fault.payment?.(operation) ?? "OutcomeUnknown")
}

const verdictOf = (exit: Exit.Exit<unknown, WalletError.WalletError>): string =>
  Exit.match(exit, {
    onSuccess: () => "answer",
    onFailure: (cause) => (cause._tag === "Fail" ? cause.error._tag : Cause.pretty(cause))
  })

/** All of them in a campaign; else the payments, and of the others those whose turn it is. */
const chosen = (turn: number): ReadonlyArray<Operation> =>
  Campaign.full
    ? operations
    : operations.filter(({ kind, name }, at) => name === "withdraw" || (at + turn) % (kind === "read" ? 5 : 3) === 0)

describe("Every operation, on every HTTP client", () => {
  for (const [client, layer] of HttpClients.clients) {
    for (const [turn, fault] of faults.entries()) {
      it.live(`${client} meets ${fault.name}`, () =>
        Effect.scoped(
          Effect.gen(function* () {
            const isSlow = fault.name === "a slow body"
            const elsewhere = yield* Stage.open([Stage.answer(200, `{"withdraw_id":"astray"}`)])
            const complaints = yield* Effect.forEach(
              chosen(turn),
              Effect.fnUntraced(function* (operation) {
                const { baseUrl, received } = yield* Stage.open([fault.answer(operation, elsewhere.baseUrl)])
                const exit = yield* Effect.exit(
                  HttpClients.withWallet(layer, baseUrl, operation.call, {
                    maxAnswerBytes: limit,
                    attemptTimeout: Duration.seconds(isSlow ? 1 : 30)
                  })
                )
                const expected = expectedOf(fault, operation, client)
                const verdict = verdictOf(exit)
                return [
                  ...(verdict === expected ? [] : [`${operation.name}: ${verdict} instead of ${expected}`]),
                  ...(received.length === 1 || (isSlow && received.length === 0)
                    ? []
                    : [`${operation.name}: ${received.length} requests`])
                ]
              }),
              { concurrency: 5 }
            )
            expect(complaints.flat()).toEqual([])
            expect(elsewhere.received).toEqual([])
          })
        )
      )
    }
  }
})
