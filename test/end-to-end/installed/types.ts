/**
 * What a compiler must see in the installed packages: their types, and no `any` where they should be.
 */
import type * as Document from "@btse-wallet/cli/Document"
import type { ExitCode } from "@btse-wallet/cli/ExitCode"
import type { BtseConfig, Wallet } from "@btse-wallet/core"
import type * as WalletError from "@btse-wallet/core/WalletError"
import { type Ledger, type LedgerError, Sync } from "@btse-wallet/ledger"
import type { Sandbox } from "@btse-wallet/sandbox"
import type { SqlClient } from "@effect/sql"
import { type BigDecimal, Effect, type Layer } from "effect"

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

const same = <A, B>(equal: Same<A, B>): boolean => equal

export const seen: ReadonlyArray<boolean> = [
  same<(typeof Document.Balances.Type)[number]["total"], BigDecimal.BigDecimal>(true),
  same<typeof BtseConfig.environments.production, URL>(true),
  same<Layer.Layer.Context<ReturnType<typeof Wallet.layerConfig>>, string>(false),
  same<Extract<Layer.Layer.Context<ReturnType<typeof Ledger.layer>>, SqlClient.SqlClient>, SqlClient.SqlClient>(true),
  same<Layer.Layer.Error<ReturnType<typeof Ledger.layer>>, LedgerError.LedgerError>(true),
  same<Sandbox.RunningSandbox["apiKey"], string>(true)
]

// @ts-expect-error: there is no such exit code.
export const code: ExitCode = 7

// @ts-expect-error: what may only read cannot withdraw.
export const payout = (wallet: Wallet.Operations<"Read">) => wallet.withdraw

export const read = Effect.flatMap(Sync.Sync, (sync) => sync.run())

export const readFailsWith: ReadonlyArray<boolean> = [
  same<Effect.Effect.Error<typeof read>, WalletError.ReadError | LedgerError.LedgerError>(true)
]
