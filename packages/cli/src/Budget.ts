/**
 * The budget of requests that every `btse` process with the same API key shares, in a file of the user's data directory.
 *
 * @since 0.1.0
 */
import { type BtseConfig, RateLimiter } from "@btse-wallet/core"
import { SharedRateLimiter } from "@btse-wallet/ledger"
import { type FileSystem, Path } from "@effect/platform"
import { Effect, Layer, Option } from "effect"
import * as FileAccess from "./FileAccess.ts"
import * as Folder from "./Folder.ts"
import * as LedgerFile from "./LedgerFile.ts"

const fileName = "btse-budget.sqlite"

const file = Effect.gen(function* () {
  const path = yield* Path.Path
  const directory = yield* LedgerFile.dataDirectory()
  yield* Folder.make(directory)
  const budget = path.join(directory, fileName)
  yield* FileAccess.create(budget)
  return budget
})

const alone = ({ patience, requestsPerSecond }: BtseConfig.BtseConfig) =>
  RateLimiter.layer({ patience, requestsPerSecond })

const driver = Effect.promise(() => import("@effect/sql-sqlite-node/SqliteClient"))

const optionsOf = (config: BtseConfig.BtseConfig, { apiKey }: BtseConfig.Credentials): SharedRateLimiter.Options => ({
  exchange: config.baseUrl.origin,
  apiKey,
  requestsPerSecond: config.requestsPerSecond,
  patience: config.patience
})

const shared = (config: BtseConfig.BtseConfig, credentials: BtseConfig.Credentials) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const filename = yield* file
      const { layer } = yield* driver
      return Layer.provide(SharedRateLimiter.layer(optionsOf(config, credentials)), layer({ filename }))
    })
  )

/**
 * What is left of the budget of a key. Fails where the shared file cannot be used.
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
  return yield* Effect.provide(SharedRateLimiter.standing(optionsOf(config, credentials)), layer({ filename }))
})

/**
 * The limiter of a configuration's key. Where the shared file cannot be used (a read-only home, say), this process limits
 * itself alone and says so in the log.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  config: BtseConfig.BtseConfig
): Layer.Layer<RateLimiter.RateLimiter, never, FileSystem.FileSystem | Path.Path> =>
  Option.match(config.credentials, {
    onNone: () => alone(config),
    onSome: (credentials) =>
      Layer.catchAllCause(shared(config, credentials), (cause) =>
        Layer.merge(
          alone(config),
          Layer.effectDiscard(
            Effect.logWarning(
              "The budget of requests is not shared with other btse processes: its file in the data directory cannot be used. Do not run several at once."
            ).pipe(Effect.zipRight(Effect.logDebug("Why the budget is not shared", cause)))
          )
        )
      )
  })
