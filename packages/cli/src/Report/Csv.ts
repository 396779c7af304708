/**
 * The lines of a reconciliation as CSV, one table, without a text that a spreadsheet would take for a formula.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Csv, type Reconciliation } from "@btse-wallet/ledger"
import { BigDecimal, DateTime } from "effect"

const sums = [
  "opening",
  "in",
  "out",
  "fees",
  "adjustments",
  "expected",
  "actual",
  "difference",
  "available",
  "held"
] as const satisfies ReadonlyArray<keyof Reconciliation.ReconciliationLine>

const heads = ["account", "from", "to", "currency", ...sums, "in_flight", "status", "candidate"]

/**
 * Renders the lines; `candidate` is the likeliest explanation of a break.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (report: Reconciliation.ReconciliationReport): string => {
  const rows = report.lines.map((line) => [
    Csv.defused(report.account),
    DateTime.formatIso(report.from),
    DateTime.formatIso(report.to),
    Csv.defused(line.currency),
    ...[...sums.map((sum) => line[sum]), line.inFlight].map((amount) => Decimal.toText(BigDecimal.normalize(amount))),
    line.status,
    Csv.defused(line.candidates[0]?.explanation ?? "")
  ])
  return [heads, ...rows].map((cells) => `${Csv.line(cells)}\r\n`).join("")
}
