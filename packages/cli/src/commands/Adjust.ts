/**
 * `btse adjust`: a movement that wallet history does not hold, with its reason.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Entries } from "@btse-wallet/ledger"
import { Command } from "@effect/cli"
import type { BigDecimal, DateTime } from "effect"
import { Effect, Option } from "effect"
import * as Books from "../Books.ts"
import * as Confirmation from "../Confirmation.ts"
import * as Instant from "../Instant.ts"
import * as Acting from "../Options/Acting.ts"
import * as Entry from "../Options/Entry.ts"
import * as ExchangeOptions from "../Options/Exchange.ts"
import * as Global from "../Options/Global.ts"
import * as Time from "../Options/Time.ts"
import * as Output from "../Output.ts"
import * as Render from "../Render/Entry.ts"

const operation = "btse adjust"

interface Settings extends Global.Global {
  readonly currency: string
  readonly amount: BigDecimal.BigDecimal
  readonly reason: string
  readonly reference: Option.Option<string>
  readonly at: Option.Option<DateTime.Utc>
  readonly yes: boolean
}

const run = Effect.fn(operation)(function* (options: Settings) {
  const { amount, currency, reason } = options
  const entries = yield* Entries.Entries
  const reference = Option.getOrUndefined(options.reference)
  // Before it is asked about, so that what is confirmed is what is entered.
  const at = yield* entries.check({ currency, amount, reason, at: Option.getOrUndefined(options.at) })
  yield* Confirmation.required({
    operation,
    yes: options.yes,
    did: "entered",
    question: "Enter this adjustment into the books?",
    on: options,
    fields: Effect.map(Output.Output, (output) => [
      ["adjustment", `${Decimal.toText(amount)} ${currency}`],
      ["counts at", Instant.text(at, Output.styleOf(output))],
      ["reason", reason],
      ["reference", reference ?? "none"]
    ])
  })
  const entry = yield* entries.adjust({ currency, amount, reason, reference, at })
  yield* Output.result({ json: options.json, schema: Entries.LedgerEntry, value: entry, render: Render.one })
})

/**
 * @since 0.1.0
 * @category commands
 */
export const command = Command.make(
  "adjust",
  {
    ...Global.all,
    currency: ExchangeOptions.currency,
    amount: Entry.signedAmount,
    reason: Entry.reason,
    reference: Entry.reference,
    at: Time.optional("at", "When it counts; by default at the last snapshot, so that the last reconciliation has it."),
    yes: Acting.yes
  },
  run
).pipe(
  Command.withDescription(
    "Enter a movement that wallet history does not hold. It counts in reconciliations and is proved by the chain of events; `btse entries reverse` undoes it. What resolves a break is entered by `btse breaks resolve`."
  ),
  Command.provide((options) => Books.layerBooks(operation, options))
)
