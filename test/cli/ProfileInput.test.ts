import { Document, Profile } from "@btse-wallet/cli"
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const hidden = "hidden-text"

/** A configuration directory of its own, in this process; nothing that is said ever holds what is hidden. */
const office = Effect.gen(function* () {
  const home = yield* Program.folder
  const btse = Effect.fnUntraced(function* (args: ReadonlyArray<string>, environment: Program.Environment = {}) {
    const ended = yield* InProcess.btse(args, { XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, ...environment })
    expect(ended.stdout + ended.stderr).not.toContain(hidden)
    expect(ended.stderr).not.toMatch(/\n\s+at |fault of the program/)
    return ended
  })
  return { btse, file: join(home, "btse-wallet", "profiles.json") }
})

it.scoped("a base URL with a password in it is refused everywhere, without its being said", () =>
  Effect.gen(function* () {
    const { btse, file } = yield* office
    const url = `https://user:${hidden}@127.0.0.1:9/spot`
    for (const args of [
      ["profile", "add", "books", "--base-url", url],
      ["balances", "--base-url", url],
      ["doctor", "--base-url", url]
    ]) {
      const { exitCode, stderr } = yield* btse(args)
      expect({ args, exitCode, stderr }).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(
          /^--base-url cannot be what was given\. It wants an http or https URL without user, password/
        )
      })
    }
    const { exitCode, stderr } = yield* btse(["rate", "--from", "BTC", "--to", "USD"], { BTSE_BASE_URL: url })
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^BTSE_BASE_URL cannot be/)
    })
    expect(existsSync(file)).toBe(false)
  })
)

it.scoped("of a secret's command no word is shown, for each of them may be a secret", () =>
  Effect.gen(function* () {
    const { btse, file } = yield* office
    for (const command of [`BW_SESSION=${hidden} bw get password btse`, hidden]) {
      const words = ["--api-key", "0123456789abcdef", "--secret-command", command, "--replace"]
      const added = yield* btse(["profile", "add", "books", ...words, "--json"])
      expect((yield* Schema.decode(Schema.parseJson(Document.Profile))(added.stdout)).secretCommand).toBe("a command")
      for (const args of [["list"], ["list", "--json"], ["show", "books"]]) yield* btse(["profile", ...args])
      expect((yield* btse(["profile", "show", "books"])).stdout).toMatch(/^API secret +from a command$/m)
      expect(readFileSync(file, "utf8")).toContain(hidden)
    }
  })
)

it.scoped("a secret's command that no system can start is refused, where it is given and where it is kept", () =>
  Effect.gen(function* () {
    const { btse } = yield* office
    const { exitCode, stderr } = yield* btse(["profile", "add", "books", "--secret-command", `echo ${hidden}\u0000x`])
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^--secret-command cannot be what was given\. It wants a command/)
    })
  })
)

it.scoped("the limits of a profile are not dropped unasked, and single things of it are changed by themselves", () =>
  Effect.gen(function* () {
    const { btse, file } = yield* office
    const policy = join(file, "..", "..", "policy.json")
    writeFileSync(policy, `{"limits": {"BTC": {"perDay": "0.5"}}}`)
    const profile = ["--api-key", "0123456789abcdef", "--environment", "testnet", "--secret-variable", "ONE"]
    yield* btse(["profile", "add", "books", ...profile, "--withdrawal-policy", policy])
    const kept = readFileSync(file, "utf8")
    const replaced = yield* btse(["profile", "add", "books", ...profile, "--replace"])
    expect(replaced).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /^Profile books has a withdrawal policy, which this one lacks; it was left as it is\. Change/
      )
    })
    expect((yield* btse(["profile", "set", "books"])).exitCode).toBe(2)
    expect((yield* btse(["profile", "set", "boks", "--rate-limit", "3"])).stderr).toMatch(/Did you mean books\?/)
    expect(readFileSync(file, "utf8")).toBe(kept)
    yield* btse([
      "profile",
      "set",
      "books",
      "--secret-command",
      `echo ${hidden}`,
      "--base-url",
      "https://example.com/spot"
    ])
    const { profiles } = yield* Schema.decode(Schema.parseJson(Profile.ProfileFile))(readFileSync(file, "utf8"))
    const { withdrawalPolicy, ...rest } = profiles["books"] ?? {}
    expect(Object.keys(withdrawalPolicy?.limits ?? {})).toEqual(["BTC"])
    expect(rest).toEqual({
      apiKey: "0123456789abcdef",
      secretCommand: `echo ${hidden}`,
      baseUrl: "https://example.com/spot"
    })
  })
)

it.scoped("a name that no profile can have is refused, as a flag and as a variable", () =>
  Effect.gen(function* () {
    const { btse } = yield* office
    expect(yield* btse(["status", "--profile", "foo/bar"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^--profile cannot be "foo\/bar"\. It wants a name of letters/)
    })
    const { exitCode, stderr } = yield* btse(["status"], { BTSE_PROFILE: "foo/bar" })
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/BTSE_PROFILE|profile/) })
  })
)

it.scoped(
  "without a home directory it is said what to set",
  () =>
    Effect.gen(function* () {
      yield* Program.build
      const folder = yield* Program.folder
      for (const args of [["status"], ["profile", "list", "--json"], ["balances"]]) {
        const { exitCode, stderr } = yield* Program.btse(args, { HOME: "" })
        expect({ args, exitCode, stderr }).toEqual({
          args,
          exitCode: 2,
          stderr:
            "This user's home directory is not known; nothing was done. Set HOME, or XDG_CONFIG_HOME and XDG_DATA_HOME, to directories of your own.\n"
        })
      }
      const named = { HOME: "", XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }
      expect((yield* Program.btse(["profile", "list", "--json"], named)).stdout).toBe("[]\n")
    }),
  { timeout: 90_000 }
)
