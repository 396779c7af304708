/**
 * The budget of requests that every `btse` process with the same API key shares, in a file of the user's data directory.
 *
 * @since 0.1.0
 */
import { type BtseConfig, RateLimiter, WaitNotice } from "@btse-wallet/core"
import { SharedRateLimiter } from "@btse-wallet/ledger"
import { FileSystem, Path } from "@effect/platform"
import { Effect, Layer, Option } from "effect"
import { uptime } from "node:os"
import * as FileAccess from "./FileAccess.ts"
import * as Folder from "./Folder.ts"
import * as LedgerFile from "./LedgerFile.ts"

const fileName = "btse-budget.sqlite"

const place = Effect.gen(function* () {
  const path = yield* Path.Path
  return path.join(yield* LedgerFile.dataDirectory(), fileName)
})

const file = Effect.gen(function* () {
  const path = yield* Path.Path
  const budget = yield* place
  yield* Folder.make(path.dirname(budget))
  yield* FileAccess.create(budget)
  return budget
})

/** As many processes as may run at once without the file, and still keep to the limit together. */
const processes = 5

/**
 * The share of one process where the file cannot be used. Its first second is taken as used, because the process before it
 * may have used it: so a chain of processes keeps to the same share as one that lasts.
 */
const alone = (config: BtseConfig.BtseConfig, credentials: BtseConfig.Credentials, path: string) => {
  const requestsPerSecond = Math.max(1, Math.floor(config.requestsPerSecond / processes))
  const limiter = RateLimiter.layerKey({
    exchange: config.baseUrl,
    apiKey: Option.some(credentials.apiKey),
    requestsPerSecond,
    patience: config.patience
  })
  const reason = `The budget of requests cannot be shared with other btse processes: ${path} cannot be used. This process sends ${requestsPerSecond} a second, so that ${processes} at once keep to the limit. Check that the path can be written.`
  const begun = Effect.flatMap(RateLimiter.RateLimiter, ({ withPermit }) =>
    Effect.replicateEffect(
      withPermit("read", () => Effect.void),
      requestsPerSecond
    )
  ).pipe(Effect.ignore)
  return Layer.provideMerge(
    Layer.effectDiscard(Effect.zipRight(WaitNotice.give({ kind: "permit", reason }), begun)),
    limiter
  )
}

/** Without a key the exchange counts by address, which no file of this user could share. */
const unsigned = ({ baseUrl, patience, requestsPerSecond }: BtseConfig.BtseConfig) =>
  RateLimiter.layerKey({ exchange: baseUrl, apiKey: Option.none(), patience, requestsPerSecond })

const driver = Effect.promise(() => import("@effect/sql-sqlite-node/SqliteClient"))

/** Only Linux names each start of the machine. */
const machine = Effect.gen(function* () {
  const fileSystem = yield* FileSystem.FileSystem
  const boot = yield* Effect.option(fileSystem.readFileString("/proc/sys/kernel/random/boot_id"))
  return Option.map(boot, (text): SharedRateLimiter.Machine => ({
    boot: text.trim(),
    uptime: Effect.sync(() => Math.round(uptime() * 1_000))
  }))
})

const optionsOf = Effect.fnUntraced(function* (config: BtseConfig.BtseConfig, { apiKey }: BtseConfig.Credentials) {
  const options: SharedRateLimiter.Options = {
    exchange: config.baseUrl.origin,
    apiKey,
    requestsPerSecond: config.requestsPerSecond,
    patience: config.patience,
    machine: Option.getOrUndefined(yield* machine)
  }
  return options
})

const shared = (config: BtseConfig.BtseConfig, credentials: BtseConfig.Credentials) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const filename = yield* file
      const { layer } = yield* driver
      return Layer.provide(SharedRateLimiter.layer(yield* optionsOf(config, credentials)), layer({ filename }))
    })
  )

/**
 * The state of the budget of a key, and its file. Fails where the file cannot be used.
 *
 * @since 0.1.0
 * @category getters
 */
export const standing = Effect.fnUntraced(function* (
  config: BtseConfig.BtseConfig,
  credentials: BtseConfig.Credentials
) {
  const filename = yield* file
  const { layer } = yield* driver
  const state = yield* Effect.provide(
    SharedRateLimiter.standing(yield* optionsOf(config, credentials)),
    layer({ filename })
  )
  return { ...state, filename }
})

/**
 * The limiter of a configuration's key. Where the shared file cannot be used (a read-only home, say), this process keeps to
 * its share of the limit, and says so on stderr.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  config: BtseConfig.BtseConfig
): Layer.Layer<RateLimiter.RateLimiter, never, FileSystem.FileSystem | Path.Path> =>
  Option.match(config.credentials, {
    onNone: () => unsigned(config),
    onSome: (credentials) =>
      Layer.catchAllCause(shared(config, credentials), (cause) =>
        Layer.unwrapEffect(
          Effect.logDebug("Why the budget is not shared", cause).pipe(
            Effect.zipRight(Effect.orElseSucceed(place, () => fileName)),
            Effect.map((path) => alone(config, credentials, path))
          )
        )
      )
  })
