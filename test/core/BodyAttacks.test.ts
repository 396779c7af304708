import { Command, CommandExecutor, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { build } from "esbuild"
import { brotliCompressSync, gzipSync } from "node:zlib"
import * as Campaign from "../Campaign.ts"
import * as Stage from "./Stage.ts"

const megabyte = 1_024 * 1_024

/** The body again and again, as fast as it is read, until there are this many bytes; without an end by default. */
const repeated =
  (body: string, until = Number.POSITIVE_INFINITY, opening = "", headers: Record<string, string> = {}): Stage.Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "application/json", ...headers })
    response.write(opening)
    const chunk = Buffer.from(body.repeat(Math.ceil(65_536 / body.length)))
    let sent = 0
    const more = () => {
      while (!response.destroyed && sent < until) {
        sent += chunk.length
        if (!response.write(chunk)) return
      }
      if (!response.destroyed) response.end()
    }
    response.on("drain", more)
    more()
  }

const compressed =
  (encoding: string, bomb: Buffer): Stage.Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding })
    response.end(bomb)
  }

/** A body just below the limit. */
const full = (element: string, opening = "[", closing = "1]"): Stage.Answer =>
  Stage.answer(200, `${opening}${element.repeat(Math.floor((4 * megabyte - 100) / element.length))}${closing}`)

const attacks: ReadonlyArray<readonly [name: string, answer: () => Stage.Answer]> = [
  ["a gzip bomb", () => compressed("gzip", gzipSync(Buffer.alloc(300 * megabyte, " ")))],
  ["a brotli bomb", () => compressed("br", brotliCompressSync(Buffer.alloc(300 * megabyte, "[")))],
  ["a body without an end", () => repeated("[1,")],
  ["400 MB of blanks", () => repeated(" ", 400 * megabyte)],
  ["400 MB that were announced", () => repeated(" ", 400 * megabyte, "", { "content-length": `${400 * megabyte}` })],
  [
    "an error without an end",
    () => (response, request) => {
      response.statusCode = 400
      repeated("!", Number.POSITIVE_INFINITY, `{"errorCode":-2,"message":"`)(response, request)
    }
  ],
  ["deep nesting", () => full("[")],
  ["deep nesting of objects", () => full('{"a":', "", "1")],
  ["millions of numbers", () => full("1,")],
  ["millions of empty objects", () => full("{},")],
  ["millions of texts", () => full('"a",', "[", '"a"]')],
  ["millions of names", () => full('"":1,', "{", '"":1}')],
  ["a number of millions of digits", () => full("7", '[{"currency":"BTC","available":1,"total":', "}]")],
  [
    "a message of one long word",
    () => Stage.answer(400, JSON.stringify({ errorCode: -2, message: "!".repeat(3 * megabyte) }))
  ],
  [
    "rows that cannot be decoded",
    () => full('{"orderId":"1","amount":"x","currency":"BTC","status":"x","type":"y"},', "[", "{}]")
  ]
]

const small = new Set(["a gzip bomb", "a body without an end", "millions of numbers", "a message of one long word"])

const Met = Schema.parseJson(Schema.Struct({ tags: Schema.Array(Schema.String), megabytes: Schema.Number }))

const script = Effect.gen(function* () {
  const path = yield* Path.Path
  const here = path.dirname(yield* path.fromFileUrl(new URL(import.meta.url)))
  const outfile = path.join(here, "..", "node_modules", ".cache", "BodyAttackProcess.mjs")
  yield* Effect.promise(() =>
    build({
      entryPoints: [path.join(here, "BodyAttackProcess.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url)` }
    })
  )
  return outfile
})

describe("Memory and time under an attack", () => {
  it.scopedLive(
    "stay bounded, whatever the body",
    () =>
      Effect.gen(function* () {
        const file = yield* script
        const clients = Campaign.full ? ["fetch", "undici", "node:http"] : ["fetch"]
        const { string } = yield* CommandExecutor.CommandExecutor
        const complaints: Array<string> = []
        for (const [name, answer] of attacks.filter(([name]) => Campaign.full || small.has(name))) {
          const { baseUrl } = yield* Stage.open([answer()])
          for (const client of clients) {
            const run = string(Command.make("node", file, baseUrl.href, client))
            const [took, printed] = yield* Effect.timed(run)
            const { megabytes, tags } = yield* Schema.decode(Met)(printed)
            process.stdout.write(
              `${name}, ${client}: ${megabytes} MB, ${Math.round(Duration.toMillis(took))} ms, ${tags.join(" ")}\n`
            )
            if (megabytes >= 300) complaints.push(`${name}, ${client}: ${megabytes} MB`)
            if (Duration.toSeconds(took) > 30) complaints.push(`${name}, ${client}: ${Duration.format(took)}`)
            const paid = tags[3]
            if (paid !== "OutcomeUnknown" && paid !== "BadRequest") complaints.push(`${name}, ${client}: ${paid}`)
          }
        }
        expect(complaints).toEqual([])
      }).pipe(Effect.provide(NodeContext.layer)),
    Campaign.timeout
  )
})
