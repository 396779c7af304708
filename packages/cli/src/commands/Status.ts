/**
 * `btse status`: how complete the books are, and what is open.
 *
 * @since 0.1.0
 */
import { LedgerStatus } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import { Effect } from "effect"
import * as Books from "../Books.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Status.ts"

const operation = "btse status"

const run = Effect.fn(operation)(function* (options: Global.Global) {
  const status = yield* LedgerStatus.LedgerStatus
  yield* Output.result({
    json: options.json,
    schema: LedgerStatus.StatusReport,
    value: yield* status.get,
    render: Render.report
  })
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make("status", { ...Global.all, asOf: Time.asOf }, run).pipe(
  Command.withDescription("Show how complete the books are, and what is still open."),
  Command.provide((options) => Books.layerBooks(operation, options))
)
