/**
 * The ledger, for the commands that read or write the books.
 *
 * @since 0.1.0
 */
import type { BtseConfig } from "@btse-wallet/core"
import { Account, AsOf, type Digest, Ledger, type Payments } from "@btse-wallet/ledger"
import type { FileSystem } from "@effect/platform"
import type { SqlClient } from "@effect/sql"
import { Cause, type DateTime, Effect, Layer, Option } from "effect"
import { LedgerFileUnusable } from "./CliError.ts"
import * as Configuration from "./Configuration.ts"
import * as Exchange from "./Exchange.ts"
import * as FileAccess from "./FileAccess.ts"
import * as LedgerFile from "./LedgerFile.ts"
import * as NodeDigest from "./NodeDigest.ts"
import type { Global } from "./Options/Global.ts"
import * as Profiles from "./Profiles.ts"
import * as Database from "./Query/Database.ts"
import * as ReadOnlyPlace from "./ReadOnlyPlace.ts"

// The driver throws where it cannot open the file, so that it arrives as a defect.
const unopenable = (operation: string, path: string) => (cause: Cause.Cause<unknown>) =>
  new LedgerFileUnusable({
    operation,
    path,
    reason: "unopenable",
    ...Option.match(Cause.dieOption(cause), {
      onNone: () => ({}),
      onSome: (defect) => (defect instanceof Error ? { detail: defect.message } : {})
    })
  })

const inMemory = ":memory:"

// Loaded when a command needs it: the driver's native part is the slowest thing to load.
const sqlite = (
  operation: string,
  path: string,
  readonly = false
): Layer.Layer<SqlClient.SqlClient | Digest.Digest, LedgerFileUnusable, FileSystem.FileSystem> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const driver = yield* Effect.promise(() => import("@effect/sql-sqlite-node/SqliteClient"))
      if (!readonly && path !== inMemory) yield* FileAccess.create(path)
      return driver.layer({ filename: path, disableWAL: true, readonly })
    })
  ).pipe(
    Layer.catchAllCause((cause) => Layer.fail(unopenable(operation, path)(cause))),
    Layer.merge(NodeDigest.layer)
  )

/**
 * What a ledger is opened for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Opening {
  readonly operation: string
  readonly path: string
  readonly account: string
  readonly config: Pick<BtseConfig.BtseConfig, "baseUrl">
  readonly withdrawals?: Payments.PaymentSettings | undefined
  /** The moment as of which the books tell, where it is not now. */
  readonly asOf?: DateTime.Utc | undefined
}

const ledgerOptions = (opening: Opening): Ledger.LedgerOptions => ({
  account: Account.AccountName.make(opening.account),
  exchange: opening.config.baseUrl.origin,
  asOf: opening.asOf,
  withdrawals: opening.withdrawals
})

const read = Effect.fnUntraced(function* (operation: string, options: Global, existing: boolean) {
  const config = yield* Configuration.place(operation, options)
  const found = yield* LedgerFile.located(options)
  const { path } = found
  if (!existing) yield* LedgerFile.agreed(operation, found)
  yield* LedgerFile.check({ operation, path, existing })
  const { account } = yield* Profiles.selected(options.profile)
  return { operation, path, account, config }
})

/**
 * The ledger in the file of an opening, over a wallet that is there already.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerOver = (opening: Opening) =>
  Ledger.layer(ledgerOptions(opening)).pipe(Layer.provide(sqlite(opening.operation, opening.path)))

/**
 * The ledger that a command's options and the environment name, over a wallet that is there already. The file is made
 * where there is none.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (operation: string, options: Global, withdrawals?: Payments.PaymentSettings) =>
  Layer.unwrapEffect(Effect.map(read(operation, options, false), (opening) => layerOver({ ...opening, withdrawals })))

/**
 * {@link layer} for a trial: where there is no file yet, an empty ledger in memory stands for it, and nothing is left.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerTrial = (operation: string, options: Global, withdrawals: Payments.PaymentSettings) =>
  Layer.unwrapEffect(
    read(operation, options, true).pipe(
      Effect.catchIf(
        (error) => error._tag === "LedgerFileUnusable" && error.reason === "missing",
        () =>
          Effect.map(
            Effect.all([Configuration.place(operation, options), Profiles.selected(options.profile)]),
            ([config, { account }]) => ({ operation, path: inMemory, account, config })
          )
      ),
      Effect.map((opening) => layerOver({ ...opening, withdrawals }))
    )
  )

/**
 * {@link layer}, and the wallet that the options name.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerWithExchange = (operation: string, options: Global) =>
  Layer.provideMerge(layer(operation, options), Exchange.layer(operation, options))

/** A file that is there already; where it may not be written, it is only read. */
const sqliteThere = (operation: string, path: string) =>
  Layer.unwrapScoped(
    Effect.map(ReadOnlyPlace.readable(operation, path), (place) => sqlite(operation, place.path, place.readonly))
  )

/** Books of the only account need no name, and of whichever exchange they are, where none was named. */
const booksOptions = Effect.fnUntraced(function* (options: Global, opening: Opening) {
  const { named } = yield* Profiles.selected(options.profile)
  const anywhere = (yield* Configuration.whereabouts(options)).length === 0
  const { account, asOf, exchange } = ledgerOptions(opening)
  return { account, asOf, exchange: anywhere ? undefined : exchange, orOnly: !named } satisfies Ledger.BooksOptions
})

/**
 * The books and what looks at the exchange, in a file that is there already.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerReader = (operation: string, options: Global) =>
  Layer.unwrapEffect(
    Effect.map(read(operation, options, true), (opening) =>
      Layer.provide(Ledger.layerReader(ledgerOptions(opening)), sqlite(opening.operation, opening.path))
    )
  ).pipe(Layer.provide(Exchange.layer(operation, options)))

/**
 * {@link layerReader} for what reads only the file: no secret is asked for, and the exchange is not either.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerOffline = (operation: string, options: Global) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const opening = yield* read(operation, options, true)
      return Layer.provide(Ledger.layerFound(yield* booksOptions(options, opening)), [
        sqliteThere(opening.operation, opening.path),
        Exchange.layerOf(operation, yield* Configuration.place(operation, options))
      ])
    })
  )

/**
 * The books alone, in a file that is there already. Nothing is asked of the exchange.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerBooks = (operation: string, options: Global & { readonly asOf?: Option.Option<DateTime.Utc> }) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const opening = yield* read(operation, options, true)
      const asOf = options.asOf && Option.getOrUndefined(options.asOf)
      return Layer.provide(
        Ledger.layerBooks(yield* booksOptions(options, { ...opening, asOf })),
        sqliteThere(opening.operation, opening.path)
      )
    })
  )

/**
 * The verification of a file that is there already, whosever accounts it holds.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerVerify = (operation: string, options: Pick<Global, "ledger" | "profile">) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const path = yield* LedgerFile.resolve(options)
      yield* LedgerFile.check({ operation, path, existing: true })
      yield* LedgerFile.holding(operation, path)
      return Layer.provide(Ledger.layerVerify, sqliteThere(operation, path))
    })
  )

const reading = (operation: string, path: string) =>
  Layer.provideMerge(sqlite(operation, path, true), Layer.scopedDiscard(Database.leavingNoTrace(path)))

/**
 * A file for reading: nothing is written to it, and no file is left beside it.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerReadOnly = (operation: string, path: string) =>
  Layer.unwrapScoped(Effect.map(ReadOnlyPlace.readable(operation, path), (place) => reading(operation, place.path)))

/**
 * What overlays the public views of a file with the books as they were known at a moment, on a connection that sees the events
 * up to this one.
 *
 * @since 0.1.0
 * @category constructors
 */
export const overlay = (operation: string, path: string, at: DateTime.Utc, lastEvent: number) =>
  Effect.provide(AsOf.statements(at, lastEvent), reading(operation, path))
