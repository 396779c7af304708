/**
 * Runs the real program, from its bundle, as a process of its own.
 */
import { Data, Effect, Schema, Stream } from "effect"
import { NodeStream } from "@effect/platform-node"
import { Document } from "@btse-wallet/cli"
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))
const bin = join(root, "packages/cli/dist/bin.js")

/** The process that queries, of the same bundle. */
export const queryProgram = join(root, "packages/cli/dist/query.js")

class BuildFailed extends Data.TaggedError("BuildFailed")<{ readonly stderr: string }> {}

class SandboxBrokeOff extends Data.TaggedError("SandboxBrokeOff")<{ readonly cause: unknown }> {}

export type Environment = Readonly<Record<string, string>>

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Bundles the program where its sources are newer than the bundle. */
export const build = Effect.async<void, BuildFailed>((resume) => {
  execFile(process.execPath, [join(root, "scripts/build-cli.mjs")], (error, _, stderr) =>
    resume(error === null ? Effect.void : Effect.fail(new BuildFailed({ stderr })))
  )
})

/** A folder that is gone when the scope closes. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "btse-cli-test-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Nothing of this machine's environment but what a process needs to run. */
const environmentOf = (environment: Environment): Environment => ({
  PATH: "/usr/local/bin:/usr/bin:/bin",
  TZ: "UTC",
  HOME: join(tmpdir(), "btse-cli-test-no-home"),
  ...environment
})

export const start = (args: ReadonlyArray<string>, environment: Environment): ChildProcess =>
  spawn(process.execPath, [bin, ...args], { env: environmentOf(environment), stdio: ["ignore", "pipe", "pipe"] })

/** Runs `btse` with words and variables to its end. */
export const btse = (args: ReadonlyArray<string>, environment: Environment = {}): Effect.Effect<Ended> =>
  Effect.async<Ended>((resume) => {
    const child = start(args, environment)
    const read = { stdout: "", stderr: "" }
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (read.stdout += text))
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (read.stderr += text))
    child.once("close", (exitCode) => resume(Effect.succeed({ exitCode, ...read })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** Runs a shell's line in which `$BTSE` is the program. */
export const shell = (line: string, environment: Environment = {}): Effect.Effect<Ended> =>
  Effect.async<Ended>((resume) => {
    const env = { ...environmentOf(environment), BTSE: `${process.execPath} ${bin}` }
    execFile("bash", ["-o", "pipefail", "-c", line], { env }, (error, stdout, stderr) =>
      resume(Effect.succeed({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr }))
    )
  })

export interface RunningSandbox {
  readonly baseUrl: string
  readonly secret: string
  /** The variables with which `btse` talks to it. */
  readonly environment: Environment
}

/** `btse sandbox --json` as a process, until the scope closes. */
export const sandbox = Effect.fnUntraced(function* (args: ReadonlyArray<string> = []) {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => start(["sandbox", "--port", "0", "--json", ...args], {})),
    (child) => Effect.sync(() => child.kill("SIGTERM"))
  )
  const { stdout } = child
  if (stdout === null) return yield* Effect.dieMessage("the sandbox has no stdout")
  const first = yield* NodeStream.fromReadable(
    () => stdout,
    (cause) => new SandboxBrokeOff({ cause })
  ).pipe(Stream.decodeText(), Stream.splitLines, Stream.runHead, Effect.flatten)
  const { apiKey, apiSecret, baseUrl } = yield* Schema.decode(Schema.parseJson(Document.SandboxStarted))(first)
  return {
    baseUrl,
    secret: apiSecret,
    environment: { BTSE_BASE_URL: baseUrl, BTSE_API_KEY: apiKey, BTSE_API_SECRET: apiSecret }
  } satisfies RunningSandbox
})
