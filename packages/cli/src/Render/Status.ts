/**
 * The state of the books for eyes.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { LedgerStatus } from "@btse-wallet/ledger"
import { DateTime } from "effect"
import type { Style } from "../Style.ts"
import * as Table from "../Table.ts"
import { span } from "./Sync.ts"
import * as Withdrawal from "./Withdrawal.ts"

const counted = (count: number, color: Table.Color): Table.Cell =>
  count === 0 ? { text: "none" } : { text: String(count), color }

const lastSync = ({ lastSync, snapshot }: LedgerStatus.StatusReport): string => {
  if (lastSync === null) return "never"
  const end = lastSync.finishedAt ?? lastSync.startedAt
  return `${DateTime.formatIso(end)} (${lastSync.status})${snapshot === null ? ", no snapshot" : ""}`
}

const complete = ({
  certificate: { complete, from, to },
  gaps,
  quarantined
}: LedgerStatus.StatusReport): Table.Cell => {
  if (from === null || to === null) return { text: "no: nothing has been read yet", color: "yellow" }
  const stretch = `contiguous ${span({ from, to })}`
  if (complete) return { text: `yes: ${stretch}`, color: "green" }
  const lacks = [
    ...(gaps.length === 0 ? [] : [`${gaps.length} gap${gaps.length === 1 ? "" : "s"}`]),
    ...(quarantined === 0 ? [] : ["rows in quarantine"])
  ]
  return { text: `no: ${stretch}, ${lacks.join(" and ") || "not yet read to its beginning"}`, color: "yellow" }
}

/** A few by name, the others by number. */
const named = (all: ReadonlyArray<string>): string =>
  all.length <= 5 ? all.join(", ") : `${all.slice(0, 4).join(", ")} and ${all.length - 4} more`

const reach = ({ firstRecord, reach }: LedgerStatus.Certificate): Table.Cell => {
  const first = firstRecord === null ? "" : `, the first record ${DateTime.formatIso(firstRecord)}`
  if (reach.from === null) return { text: `not known before a sync has read everything${first}` }
  const limit = reach.limited ? ", the oldest the exchange can be asked for" : ""
  const text = `${DateTime.formatIso(reach.from)}${limit}${first}`
  return reach.unexplained.length === 0 ? { text } : { text: `${text}, and perhaps not all`, color: "yellow" }
}

/** What the records since the beginning leave unexplained. */
const doubt = ({ reach: { unexplained } }: LedgerStatus.Certificate): ReadonlyArray<readonly [string, Table.Cell]> =>
  unexplained.length === 0
    ? []
    : [["", { text: `the records do not add up to the balances of ${named(unexplained)}`, color: "yellow" }]]

/**
 * @since 0.1.0
 * @category rendering
 */
export const report = (status: LedgerStatus.StatusReport, style: Style): string => {
  const { gaps, notFinal, openBreaks, unknownTypes, withdrawalsInFlight } = status
  const oldest = openBreaks[0]?.openedAt
  const fields = Table.renderFields(
    [
      ["account", `${status.account} at ${status.exchange}`],
      ...(status.asOf === null ? [] : [["as of", DateTime.formatIso(status.asOf)] as const]),
      ["last sync", lastSync(status)],
      [
        "snapshot",
        status.snapshot === null ? "none" : `${status.snapshot.id}, of ${DateTime.formatIso(status.snapshot.at)}`
      ],
      ["records", String(status.records)],
      ["complete", complete(status)],
      ["reaches back", reach(status.certificate)],
      ...doubt(status.certificate),
      ["coverage", status.coverage.map(span).join(", ") || "none"],
      ["gaps", gaps.length === 0 ? "none" : { text: gaps.map(span).join(", "), color: "red" }],
      [
        "not final",
        notFinal.since === null
          ? String(notFinal.count)
          : `${notFinal.count}, the oldest since ${DateTime.formatIso(notFinal.since)}`
      ],
      ["quarantined", counted(status.quarantined, "red")],
      ["vanished", counted(status.vanished, "yellow")],
      ["unknown types", unknownTypes.length === 0 ? "none" : { text: unknownTypes.join(", "), color: "yellow" }],
      [
        "open breaks",
        oldest === undefined
          ? "none"
          : {
              text: `${openBreaks.length}, the oldest since ${DateTime.formatIso(oldest)}: ${openBreaks
                .map((line) => `${line.currency} ${Decimal.toText(line.difference)}`)
                .join(", ")}`,
              color: "red"
            }
      ],
      [
        "closed periods",
        status.changedAfterClose.length === 0
          ? "as they were closed"
          : {
              text: `changed after close: ${status.changedAfterClose
                .map(({ changes, period }) => `${period} (${changes})`)
                .join(", ")}; see \`btse closes show\``,
              color: "red"
            }
      ],
      ["in flight", withdrawalsInFlight.length === 0 ? "no withdrawals" : `${withdrawalsInFlight.length} withdrawals`],
      ["head", `event ${status.certificate.head.event}, ${status.certificate.head.hash}`]
    ],
    style
  )
  return withdrawalsInFlight.length === 0 ? fields : `${fields}\n\n${Withdrawal.list(withdrawalsInFlight, style)}`
}
