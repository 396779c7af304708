/**
 * A sync's report for eyes.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Sync } from "@btse-wallet/ledger"
import { BigDecimal } from "effect"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import * as Table from "../Table.ts"

/** A few differences by name, the others by number. */
const differences = (unexplained: Sync.SyncReport["unexplained"]): string => {
  const shown = unexplained.slice(0, mostDifferences).map(({ currency, difference }) => {
    const sign = BigDecimal.isPositive(difference) ? "+" : ""
    return `${currency} ${sign}${Decimal.toText(difference)}`
  })
  const others = unexplained.length - shown.length
  return others === 0 ? shown.join(", ") : `${shown.join(", ")} and ${others} more`
}

const mostDifferences = 8

/**
 * @since 0.1.0
 * @category rendering
 */
export const report = (sync: Sync.SyncReport, style: Style, ledger?: string): string => {
  const { inserted, seen, unchanged, updated, vanished } = sync.records
  const quarantined: ReadonlyArray<readonly [string, Table.Cell]> =
    sync.quarantined === 0
      ? []
      : [["quarantined", { text: `${sync.quarantined} rows could not be read`, color: "red" }]]
  const alarms: ReadonlyArray<readonly [string, Table.Cell]> =
    sync.alarms.length === 0 ? [] : [["alarms", { text: `${sync.alarms.length}, see \`btse status\``, color: "red" }]]
  const unexplained: ReadonlyArray<readonly [string, Table.Cell]> =
    sync.unexplained.length === 0 ? [] : [["not explained", { text: differences(sync.unexplained), color: "red" }]]
  return Table.renderFields(
    [
      ...(ledger === undefined ? [] : [["ledger", ledger] as const]),
      ["account", sync.account],
      [
        "records",
        `${seen} seen: ${inserted} inserted, ${updated} updated, ${unchanged} unchanged, ${vanished} vanished`
      ],
      ...quarantined,
      ...alarms,
      ["coverage", sync.coverage.map((one) => Instant.span(one, style)).join(", ")],
      ["snapshot", sync.snapshot ?? { text: "none was taken", color: "yellow" }],
      ...unexplained,
      ["requests", `${sync.requests} in ${sync.durationMs} ms`]
    ],
    style
  )
}
