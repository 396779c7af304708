/**
 * Breaks for eyes.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { Breaks } from "@btse-wallet/ledger"
import { BigDecimal, DateTime } from "effect"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import * as Status from "../Status.ts"
import * as Table from "../Table.ts"
import { old } from "./Age.ts"

const plain = (amount: BigDecimal.BigDecimal): string => Decimal.toText(BigDecimal.normalize(amount))

const columns = (now: DateTime.Utc): ReadonlyArray<Table.Column<Breaks.Break>> => [
  { heading: "ID", align: "right", cell: ({ id }) => id },
  { heading: "CURRENCY", cell: ({ currency }) => currency },
  { heading: "DIFFERENCE", align: "decimal", cell: ({ difference }) => plain(difference) },
  { heading: "STATUS", cell: ({ status }) => Status.cell(status) },
  {
    heading: "AGE",
    cell: ({ openedAt, status }) => (status === "open" ? old(DateTime.distanceDuration(openedAt, now)) : "")
  },
  { heading: "ASSIGNEE", cut: true, cell: ({ assignee }) => assignee ?? "" },
  { heading: "OPENED", cell: ({ openedAt }, style) => Instant.text(openedAt, style) }
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const list =
  (now: DateTime.Utc) =>
  (breaks: ReadonlyArray<Breaks.Break>, style: Style): string =>
    breaks.length === 0 ? "No breaks: no reconciliation has found any." : Table.render(breaks, columns(now), style)

const step = (one: Breaks.BreakStep): string => {
  const difference = one.difference === null ? "" : `, difference ${plain(one.difference)}`
  switch (one.step) {
    case "opened":
      return `opened by reconciliation ${one.reconciliation}${difference}`
    case "changed":
      return `seen changed by reconciliation ${one.reconciliation}${difference}`
    case "matched":
      return `gone: reconciliation ${one.reconciliation} of its span matches${one.text === null ? "" : ` ${one.text}`}`
    case "assigned":
      return one.assignee === null ? "assigned to nobody" : `assigned to ${one.assignee}`
    case "noted":
      return `note: ${one.text}`
    case "resolved":
      return `resolved by entry ${one.entry}: ${one.text}${one.reference === null ? "" : ` (${one.reference})`}`
    case "reopened":
      return one.text === null
        ? `found again by reconciliation ${one.reconciliation}${difference}`
        : `reopened: ${one.text}`
  }
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const one =
  (now: DateTime.Utc) =>
  (found: Breaks.Break, style: Style): string => {
    const { born, openedAt, status } = found
    const fields = Table.renderFields(
      [
        ["break", found.id],
        ["status", Status.cell(status)],
        ["difference", `${plain(found.difference)} ${found.currency} (actual - expected)`],
        ["seen in", `${Instant.span(found, style)}, policy ${found.policy}`],
        ["born in", born === null ? "not known" : Instant.span(born, style)],
        ["opened", `${Instant.text(openedAt, style)} (${old(DateTime.distanceDuration(openedAt, now))})`],
        ["assignee", found.assignee ?? "nobody"]
      ],
      style
    )
    const steps = found.steps.map((taken) => Table.plain(`${Instant.text(taken.at, style)}  ${step(taken)}`))
    return [fields, "", ...steps].join("\n")
  }
