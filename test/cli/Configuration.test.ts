import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as InProcess from "./InProcess.ts"

const credentials = { BTSE_API_KEY: "0123456789abcdef", BTSE_API_SECRET: "hidden" }
const remote = { ...credentials, BTSE_BASE_URL: "http://exchange.invalid/spot" }

/** Variables and options of a command that asks, and its sentence. */
const refused: ReadonlyArray<readonly [Record<string, string>, ReadonlyArray<string>, RegExp]> = [
  [
    { ...credentials, BTSE_API_KEY: "0123456789abcdef\n" },
    [],
    /^BTSE_API_KEY cannot be used \(.*at its end: .*line end/
  ],
  [{ ...credentials, BTSE_API_KEY: " 0123456789abcdef" }, [], /^BTSE_API_KEY cannot be used \(.*at its beginning/],
  [{ ...credentials, BTSE_API_SECRET: "hidden " }, [], /^BTSE_API_SECRET cannot be used \(.*at its end/],
  [{ ...credentials, BTSE_API_SECRET: "hid–den" }, [], /^BTSE_API_SECRET cannot be used \(.*plain signs/],
  [
    { ...credentials, BTSE_BASE_URL: "https://api.btse.com/spot?key=1" },
    [],
    /^BTSE_BASE_URL cannot be used \(.*no query/
  ],
  [credentials, ["--base-url", "https://api.btse.com/spot?a"], /^--base-url cannot be .* query or fragment/],
  [credentials, ["--base-url", "https://api.btse.com/spot#a"], /^--base-url cannot be .* query or fragment/],
  [
    { ...credentials, BTSE_BASE_URL: "https://u:hidden@api.btse.com" },
    [],
    /^BTSE_BASE_URL cannot be used .*a user or a password/
  ],
  [remote, [], /^BTSE_BASE_URL cannot be used \(Expected https: .*unencrypted.*BTSE_INSECURE_HTTP=1/],
  [{ ...remote, HTTP_PROXY: "socks5://hidden@x" }, ["--insecure-http"], /^HTTP_PROXY cannot be used/]
]

it.scopedLive("a value that cannot be used is refused with the reason and without the value", () =>
  Effect.gen(function* () {
    for (const [variables, options, sentence] of refused) {
      const ended = yield* InProcess.btse(["balances", ...options], variables)
      const where = `${Object.values(variables).join(" ")} ${options.join(" ")}`
      expect(ended.exitCode, where).toBe(2)
      expect(ended.stderr, where).toMatch(sentence)
      expect(ended.stderr, where).not.toContain("hidden")
    }
  })
)

it.scopedLive("a key goes over http to another machine only where that was asked for", () =>
  Effect.gen(function* () {
    // The host is none: what passes the check does not find it.
    expect((yield* InProcess.btse(["balances", "--insecure-http"], remote)).exitCode).toBe(5)
    expect((yield* InProcess.btse(["balances"], { ...remote, BTSE_INSECURE_HTTP: "1" })).exitCode).toBe(5)
  })
)
