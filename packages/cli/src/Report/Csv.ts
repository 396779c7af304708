/**
 * The lines of a reconciliation as CSV (RFC 4180), one table. What comes from the exchange and begins as a formula of a
 * spreadsheet would (`=`, `+`, `-`, `@`, a tab or a carriage return) has an apostrophe before it, which spreadsheets take
 * for "this is text"; amounts are the program's own and stand as they are.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Reconciliation } from "@btse-wallet/ledger"
import { BigDecimal, DateTime } from "effect"

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)

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
    harmless(report.account),
    DateTime.formatIso(report.from),
    DateTime.formatIso(report.to),
    harmless(line.currency),
    ...[...sums.map((sum) => line[sum]), line.inFlight].map((amount) => Decimal.toText(BigDecimal.normalize(amount))),
    line.status,
    harmless(line.candidates[0]?.explanation ?? "")
  ])
  return [heads, ...rows].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("")
}
