/**
 * Entries for eyes: adjustments, imports and their reversals.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Entries } from "@btse-wallet/ledger"
import { BigDecimal } from "effect"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import * as Table from "../Table.ts"

const plain = (amount: BigDecimal.BigDecimal): string => Decimal.toText(BigDecimal.normalize(amount))

const state = ({ reversedBy, reverses }: Entries.LedgerEntry): string =>
  reversedBy !== null ? `reversed by ${reversedBy}` : reverses !== null ? `reverses ${reverses}` : ""

const columns: ReadonlyArray<Table.Column<Entries.LedgerEntry>> = [
  { heading: "ID", align: "right", cell: ({ id }) => id },
  { heading: "TIME", cell: ({ at }, style) => Instant.text(at, style) },
  { heading: "KIND", cell: ({ kind, type }) => (kind === "import" ? `import, ${type}` : kind) },
  { heading: "CURRENCY", cell: ({ currency }) => currency },
  { heading: "AMOUNT", align: "decimal", cell: ({ amount }) => plain(amount) },
  { heading: "FEES", align: "decimal", cell: ({ fees }) => plain(fees) },
  { heading: "REASON", cut: true, cell: ({ reason }) => reason ?? "" },
  { heading: "REFERENCE", cut: true, cell: ({ externalId, reference }) => reference ?? externalId ?? "" },
  { heading: "", cell: state }
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const list = (entries: ReadonlyArray<Entries.LedgerEntry>, style: Style): string => {
  if (entries.length === 0) return "No adjustments and no imports."
  const shown = columns.filter(
    ({ heading }) =>
      (heading !== "FEES" || entries.some(({ fees }) => !BigDecimal.isZero(fees))) &&
      (heading !== "" || entries.some((entry) => state(entry) !== ""))
  )
  return Table.render(entries, shown, style)
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const one = (entry: Entries.LedgerEntry, style: Style): string => {
  const optional = (name: string, value: string | null): ReadonlyArray<readonly [string, string]> =>
    value === null ? [] : [[name, value]]
  return Table.renderFields(
    [
      ["entry", `${entry.id}, ${entry.kind}`],
      ["amount", `${plain(entry.amount)} ${entry.currency}`],
      ["counts at", Instant.text(entry.at, style)],
      ...optional("reason", entry.reason),
      ...optional("reference", entry.reference),
      ...optional("break", entry.break),
      ...optional("reverses", entry.reverses),
      ["entered", Instant.text(entry.recordedAt, style)]
    ],
    style
  )
}

const changeColumns: ReadonlyArray<Table.Column<Entries.ImportReport["changes"][number]>> = [
  { heading: "CURRENCY", cell: ({ currency }) => currency },
  { heading: "ENTRIES", align: "right", cell: ({ entries }) => String(entries) },
  { heading: "CHANGE", align: "decimal", cell: ({ change }) => plain(change) }
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const imported = (report: Entries.ImportReport, style: Style): string => {
  const { changes, dryRun, inserted, rows, unchanged } = report
  const counted = `${rows} row${rows === 1 ? "" : "s"}: ${inserted} new entr${inserted === 1 ? "y" : "ies"}, ${unchanged} that the ledger held already.`
  return [
    ...(changes.length === 0 ? [] : [Table.render(changes, changeColumns, style), ""]),
    dryRun ? `${counted} Nothing was imported: this was a dry run.` : counted
  ].join("\n")
}
