/**
 * Closed periods for eyes.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Closes } from "@btse-wallet/ledger"
import { BigDecimal } from "effect"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import * as Status from "../Status.ts"
import * as Table from "../Table.ts"

const plain = (amount: BigDecimal.BigDecimal): string => Decimal.toText(BigDecimal.normalize(amount))

const columns: ReadonlyArray<Table.Column<Closes.ClosedPeriod>> = [
  { heading: "PERIOD", cell: ({ statement }) => statement.period },
  { heading: "CLOSED", cell: ({ at }, style) => Instant.text(at, style) },
  { heading: "STATUS", cell: ({ statement }) => Status.cell(statement.status) },
  {
    heading: "CHANGED SINCE",
    align: "right",
    cell: ({ changes }) => (changes.length === 0 ? "no" : { text: String(changes.length), color: "red" })
  },
  { heading: "DIGEST", cut: true, cell: ({ digest }) => digest }
]

/**
 * Renders the closes, a line each.
 *
 * @since 0.1.0
 * @category rendering
 */
export const list = (closes: ReadonlyArray<Closes.ClosedPeriod>, style: Style): string =>
  closes.length === 0 ? "No period has been closed." : Table.render(closes, columns, style)

const amount = (heading: string, of: (line: typeof Closes.ClosedLine.Type) => BigDecimal.BigDecimal) => ({
  heading,
  align: "right" as const,
  cell: (line: typeof Closes.ClosedLine.Type) => plain(of(line))
})

const lineColumns: ReadonlyArray<Table.Column<typeof Closes.ClosedLine.Type>> = [
  { heading: "CURRENCY", cell: ({ currency }) => currency },
  amount("OPENING", (line) => line.opening),
  amount("IN", (line) => line.in),
  amount("OUT", (line) => line.out),
  amount("FEES", (line) => line.fees),
  amount("ADJUSTMENTS", (line) => line.adjustments),
  amount("ACTUAL", (line) => line.actual),
  amount("DIFFERENCE", (line) => line.difference),
  { heading: "STATUS", cell: ({ status }) => Status.cell(status) }
]

const changeColumns: ReadonlyArray<Table.Column<Closes.ChangeAfterClose>> = [
  { heading: "WHEN", cell: ({ at }, style) => Instant.text(at, style) },
  { heading: "WHAT", cell: ({ what }) => what },
  { heading: "RECORD", cell: ({ id, type }) => `${type} ${id}` },
  { heading: "OF", cell: ({ time }, style) => Instant.text(time, style) },
  {
    heading: "COUNTS",
    cell: ({ countsAfter, inside }, style) =>
      inside ? "in it" : countsAfter === null ? "nowhere" : `after ${Instant.text(countsAfter, style)}`
  },
  { heading: "CURRENCY", cell: ({ currency }) => currency },
  { heading: "BEFORE", align: "right", cell: ({ before }) => plain(before) },
  { heading: "AFTER", align: "right", cell: ({ after }) => plain(after) }
]

const changed = ({ callsFor, changes, statement }: Closes.ClosedPeriod, style: Style): ReadonlyArray<string> =>
  changes.length === 0
    ? [Table.paint("Nothing of it has changed since.", "green", style)]
    : [
        Table.paint("Changed after close", "red", style),
        Table.render(changes, changeColumns, style),
        ...(callsFor.length === 0
          ? ["Together they call for no entry."]
          : [
              Table.plain(
                `They call for ${callsFor.map((one) => `${plain(one.amount)} ${one.currency}`).join(", ")} in a later period, or for \`btse close ${statement.period} --again\`.`
              )
            ])
      ]

const cutOff = ({ at, status, sums }: typeof Closes.CutOff.Type, style: Style): string =>
  `${sums.map(({ change, currency }) => `${plain(change)} ${currency}`).join(", ")}; to the snapshot of ${Instant.text(at, style)} it is ${status}`

/**
 * Renders one close: what was sealed, and what has changed since.
 *
 * @since 0.1.0
 * @category rendering
 */
export const one = (close: Closes.ClosedPeriod, style: Style): string => {
  const { statement } = close
  const snapshot = ({ at, snapshot }: Closes.Statement["opening"]) =>
    snapshot === null ? "zero, at the account's first day" : `snapshot ${snapshot} of ${Instant.text(at, style)}`
  return [
    Table.renderFields(
      [
        ["period", `${statement.period}, ${Instant.span(statement, style)}`],
        ["closed", Instant.text(close.at, style)],
        ["status", Status.cell(statement.status)],
        ...(statement.reason === null ? [] : [["reason", statement.reason] as const]),
        ["opens with", snapshot(statement.opening)],
        ["closes with", snapshot(statement.closing)],
        ...(statement.cutOff === null ? [] : [["counts later", cutOff(statement.cutOff, style)] as const]),
        ["policy", `${statement.policy}, ${statement.policyDigest}`],
        ["head", `event ${statement.head.event}, ${statement.head.hash}`],
        ["verified", `intact at ${Instant.text(statement.verified.at, style)} up to event ${statement.verified.event}`],
        ["digest", close.holds ? close.digest : { text: `${close.digest}: the statement has another`, color: "red" }]
      ],
      style
    ),
    "",
    Table.render(statement.lines, lineColumns, style),
    "",
    ...changed(close, style)
  ].join("\n")
}
