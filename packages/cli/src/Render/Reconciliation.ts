/**
 * A reconciliation for eyes: a line a currency, then what may explain each break.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Reconciliation } from "@btse-wallet/ledger"
import { BigDecimal, DateTime } from "effect"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import * as Status from "../Status.ts"
import * as Table from "../Table.ts"
import { ago } from "./Age.ts"
import * as Verified from "./Verified.ts"

type Line = Reconciliation.ReconciliationLine

const amount = (heading: string, of: (line: Line) => BigDecimal.BigDecimal): Table.Column<Line> => ({
  heading,
  align: "decimal",
  // For eyes: the zeros at the end, up to 18 of them, say nothing.
  cell: (line) => Decimal.toText(BigDecimal.normalize(of(line)))
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

const sums = ["OPENING", "IN", "OUT", "FEES", "ADJUSTMENTS"]

/** One currency below the other, where not even the columns that matter most stand beside each other. */
const stacked = (lines: ReadonlyArray<Line>, style: Style): string =>
  lines
    .map((line) => {
      const text = (value: BigDecimal.BigDecimal) => Decimal.toText(BigDecimal.normalize(value))
      return Table.renderFields(
        [
          [line.currency, Status.cell(line.status)],
          ["  expected", text(line.expected)],
          ["  actual", text(line.actual)],
          ["  difference", text(line.difference)]
        ],
        style
      )
    })
    .join("\n")

// An amount is never cut and never wrapped; a column of zeros tells nothing.
const table = (lines: ReadonlyArray<Line>, style: Style): string => {
  const all = columns.filter(({ heading }) => !zeros(lines).has(heading))
  const without = (names: ReadonlyArray<string>) => all.filter(({ heading }) => !names.includes(heading))
  const fits = (shown: ReadonlyArray<Table.Column<Line>>) =>
    Table.width(lines, shown, style) <= (style.columns ?? Number.POSITIVE_INFINITY)
  const whole = [all, Table.compact(all)].find(fits)
  if (whole !== undefined) return Table.render(lines, whole, style)
  const essential = without(sums)
  const matching = lines.every(({ difference }) => difference.value === 0n)
  const short = [
    essential,
    Table.compact(essential),
    ...(matching ? [Table.compact(without([...sums, "EXPECTED"]))] : [])
  ].find(fits)
  const text = short === undefined ? stacked(lines, style) : Table.render(lines, short, style)
  return `${text}\n\nThe terminal is too narrow for all columns; --json has them.`
}

const born = ({ birthday, difference }: Line, style: Style): string => {
  if (birthday === null) return ""
  const { from, fromSnapshot, to, toSnapshot } = birthday
  const first = fromSnapshot === null ? "the first day" : `snapshot ${fromSnapshot}`
  const part = BigDecimal.equals(birthday.difference, difference)
    ? ""
    : ` with ${Decimal.toText(birthday.difference)} of it`
  return `First seen${part} between ${first} (${Instant.text(from, style)}) and snapshot ${toSnapshot} (${Instant.text(to, style)}).`
}

const warnings = (lines: ReadonlyArray<Line>, style: Style): ReadonlyArray<string> =>
  lines.flatMap((line) =>
    line.warnings.map((warning) => Table.wrap(Table.plain(`${line.currency}: ${warning}.`), style, 2))
  )

const candidates = (lines: ReadonlyArray<Line>, style: Style): ReadonlyArray<string> =>
  lines
    .filter((line) => line.candidates.length > 0)
    .flatMap((line) => [
      "",
      Table.plain(`${line.currency}: what may explain ${Decimal.toText(line.difference)}`),
      ...(line.birthday === null ? [] : [Table.wrap(`  ${born(line, style)}`, style, 2)]),
      ...line.candidates.map(({ arithmetic, explanation }, index) =>
        Table.wrap(
          Table.plain(
            `  ${index + 1}. ${explanation}${arithmetic === null || explanation.includes(arithmetic) ? "" : ` [${arithmetic}]`}`
          ),
          style,
          5
        )
      )
    ])

const summary = (report: Reconciliation.ReconciliationReport, style: Style): string => {
  const matched = report.lines.filter((line) => line.status === "matched").length
  const opening = report.opening === "zero" ? "everything since the account's first day" : "from an opening snapshot"
  return `${report.status}: ${matched} of ${report.lines.length} currencies matched, ${opening}, ${Instant.span(report, style)}, policy ${report.policy}`
}

/** The books are never compared with the exchange of this moment: only a snapshot is known to straddle no movement. */
const basis = ({ to }: Reconciliation.ReconciliationReport, now: DateTime.Utc, style: Style): string =>
  `The exchange's side is as of the snapshot of ${Instant.text(to, style)} (${ago(DateTime.distanceDuration(to, now))}).`

const advice = "For anything that moved since, run `btse sync` first: it takes a new snapshot."

/** What was on its way out at the snapshot, currency by currency. */
const inFlight = ({ inFlight, lines }: Reconciliation.ReconciliationReport, style: Style): ReadonlyArray<string> => {
  const held = lines.filter((line) => line.inFlight.value !== 0n)
  if (held.length === 0) return []
  const amounts = held.map((line) => `${Decimal.toText(BigDecimal.normalize(line.inFlight))} ${line.currency}`)
  const count = inFlight.length === 1 ? "1 withdrawal" : `${inFlight.length} withdrawals`
  return [Table.wrap(Table.plain(`In flight at the snapshot: ${amounts.join(", ")} in ${count}`), style, 2)]
}

/**
 * A reconciliation for eyes: its lines, its breaks with their candidates, and what it did not see.
 *
 * @since 0.1.0
 * @category rendering
 */
export const report = (
  reconciliation: Reconciliation.ReconciliationReport,
  style: Style,
  moment: { readonly now: DateTime.Utc; readonly latest: boolean }
): string => {
  const { gaps, lines, quarantined, status, unknownTypes } = reconciliation
  const since = moment.latest
    ? `${basis(reconciliation, moment.now, style)} ${advice}`
    : basis(reconciliation, moment.now, style)
  return [
    table(lines, style),
    ...candidates(lines, style),
    "",
    ...inFlight(reconciliation, style),
    ...warnings(lines, style),
    ...gaps.map((gap) => `Not covered: ${Instant.span(gap, style)}`),
    ...(quarantined > 0 ? [`Not readable: ${quarantined} rows are in quarantine`] : []),
    ...(unknownTypes.length > 0
      ? [Table.wrap(Table.plain(`Types without a rule, counted by their sign: ${unknownTypes.join(", ")}`), style)]
      : []),
    Table.paint(Table.wrap(Table.plain(summary(reconciliation, style)), style), Status.cell(status).color, style),
    Table.wrap(since, style),
    Table.wrap(
      `Last verification: ${Verified.phrase(reconciliation.verified, (time) => Instant.text(time, style))}.`,
      style
    )
  ].join("\n")
}
