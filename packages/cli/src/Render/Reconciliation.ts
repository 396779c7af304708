/**
 * A reconciliation for eyes: a line a currency, then what may explain each break.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Reconciliation } from "@btse-wallet/ledger"
import { type BigDecimal, DateTime } from "effect"
import type { Style } from "../Output.ts"
import * as Status from "../Status.ts"
import * as Table from "../Table.ts"
import { span } from "./Sync.ts"

type Line = Reconciliation.ReconciliationLine

const amount = (heading: string, of: (line: Line) => BigDecimal.BigDecimal): Table.Column<Line> => ({
  heading,
  align: "decimal",
  cell: (line) => Decimal.toText(of(line))
})

const columns: ReadonlyArray<Table.Column<Line>> = [
  { heading: "CURRENCY", cell: ({ currency }) => currency },
  amount("OPENING", (line) => line.opening),
  amount("IN", (line) => line.in),
  amount("OUT", (line) => line.out),
  amount("FEES", (line) => line.fees),
  amount("ADJUSTMENTS", (line) => line.adjustments),
  amount("EXPECTED", (line) => line.expected),
  amount("ACTUAL", (line) => line.actual),
  amount("DIFFERENCE", (line) => line.difference),
  { heading: "STATUS", cell: ({ status }) => Status.cell(status) }
]

const zeros = (lines: ReadonlyArray<Line>): ReadonlySet<string> =>
  new Set([
    ...(lines.every((line) => line.opening.value === 0n) ? ["OPENING"] : []),
    ...(lines.every((line) => line.adjustments.value === 0n) ? ["ADJUSTMENTS"] : [])
  ])

/** What is left out where a terminal is too narrow, step by step: the sums first, what was expected last. */
const narrowing: ReadonlyArray<ReadonlySet<string>> = [
  new Set(),
  new Set(["OPENING", "IN", "OUT", "FEES", "ADJUSTMENTS"]),
  new Set(["OPENING", "IN", "OUT", "FEES", "ADJUSTMENTS", "EXPECTED"])
]

// An amount is never cut and never wrapped; a column of zeros tells nothing.
const table = (lines: ReadonlyArray<Line>, style: Style): string => {
  const empty = zeros(lines)
  const render = (left: ReadonlySet<string>) => {
    const shown = columns.filter(({ heading }) => !left.has(heading) && !empty.has(heading))
    const fits = Table.width(lines, shown) <= (style.columns ?? Number.POSITIVE_INFINITY)
    return { fits, text: () => Table.render(lines, shown, style) }
  }
  const steps = narrowing.map(render)
  const first = steps.findIndex(({ fits }) => fits)
  const text = (steps.at(first) ?? render(new Set())).text()
  return first === 0 ? text : `${text}\n\nThe terminal is too narrow for all columns; --json has them.`
}

const candidates = (lines: ReadonlyArray<Line>): ReadonlyArray<string> =>
  lines
    .filter((line) => line.candidates.length > 0)
    .flatMap((line) => [
      "",
      Table.plain(`${line.currency}: what may explain ${Decimal.toText(line.difference)}`),
      ...line.candidates.map((candidate) => Table.plain(`  - ${candidate.explanation}`))
    ])

const summary = (report: Reconciliation.ReconciliationReport): string => {
  const matched = report.lines.filter((line) => line.status === "matched").length
  const opening = report.opening === "zero" ? "everything since the account's first day" : "from an opening snapshot"
  return `${report.status}: ${matched} of ${report.lines.length} currencies matched, ${opening}, ${DateTime.formatIso(report.from)} to ${DateTime.formatIso(report.to)}, policy ${report.policy}`
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const report = (reconciliation: Reconciliation.ReconciliationReport, style: Style): string => {
  const { gaps, lines, quarantined, status, unknownTypes } = reconciliation
  return [
    table(lines, style),
    ...candidates(lines),
    "",
    ...gaps.map((gap) => `Not covered: ${span(gap)}`),
    ...(quarantined > 0 ? [`Not readable: ${quarantined} rows are in quarantine`] : []),
    ...(unknownTypes.length > 0
      ? [Table.plain(`Types without a rule, counted by their sign: ${unknownTypes.join(", ")}`)]
      : []),
    Table.paint(Table.plain(summary(reconciliation)), Status.cell(status).color, style)
  ].join("\n")
}
