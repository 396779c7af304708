/**
 * The state of the books for eyes.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { LedgerStatus } from "@btse-wallet/ledger"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import * as Table from "../Table.ts"
import * as Verified from "./Verified.ts"
import * as Withdrawal from "./Withdrawal.ts"

/** So many spans stand for themselves. */
const mostSpans = 8

const counted = (count: number, color: Table.Color): Table.Cell =>
  count === 0 ? { text: "none" } : { text: String(count), color }

const lastSync = ({ lastSync, snapshot }: LedgerStatus.StatusReport, style: Style): string => {
  if (lastSync === null) return "never"
  const end = lastSync.finishedAt ?? lastSync.startedAt
  return `${Instant.text(end, style)} (${lastSync.status})${snapshot === null ? ", no snapshot" : ""}`
}

const complete = (
  { certificate: { complete, from, reach, to }, gaps, quarantined }: LedgerStatus.StatusReport,
  style: Style
): Table.Cell => {
  if (from === null || to === null) return { text: "no: nothing has been read yet", color: "yellow" }
  const stretch = `contiguous ${Instant.span({ from, to }, style)}`
  if (complete) return { text: `yes: ${stretch}`, color: "green" }
  const lacks = [
    ...(gaps.length === 0 ? [] : [`${gaps.length} gap${gaps.length === 1 ? "" : "s"}`]),
    ...(quarantined === 0 ? [] : ["rows in quarantine"]),
    ...(reach.unexplained.length === 0 ? [] : ["balances that the records do not explain"]),
    ...(reach.from === null ? ["not yet read to the beginning"] : [])
  ]
  return { text: `no: ${stretch}, ${lacks.join(" and ")}`, color: "yellow" }
}

/** A few by name, the others by number. */
const named = (all: ReadonlyArray<string>): string =>
  all.length <= 5 ? all.join(", ") : `${all.slice(0, 4).join(", ")} and ${all.length - 4} more`

const reach = ({ reach }: LedgerStatus.Certificate, style: Style): Table.Cell => {
  if (reach.from === null) return { text: "not known before a sync has read everything" }
  const limit = reach.limited ? ", the oldest the exchange can be asked for" : ""
  const text = `${Instant.text(reach.from, style)}${limit}`
  return reach.limited || reach.unexplained.length === 0
    ? { text }
    : { text: `${text}, and perhaps not all`, color: "yellow" }
}

type Field = readonly [name: string, value: Table.Cell]

/** Spans, a line each: a few of them, the newest, which is where one looks. */
const lines = (
  name: string,
  spans: LedgerStatus.StatusReport["coverage"],
  style: Style,
  color?: Table.Color
): ReadonlyArray<Field> => {
  if (spans.length === 0) return [[name, { text: "none" }]]
  const shown = spans.slice(-mostSpans).toReversed()
  const more = spans.length > shown.length ? [{ text: `and ${spans.length - shown.length} older ones`, color }] : []
  return [...shown.map((one) => ({ text: Instant.span(one, style), color })), ...more].map((cell, index) => [
    index === 0 ? name : "",
    cell
  ])
}

/** What the records since the beginning leave unexplained. */
const doubt = ({ reach: { limited, unexplained } }: LedgerStatus.Certificate): ReadonlyArray<Field> =>
  limited || unexplained.length === 0
    ? []
    : [["", { text: `the records do not add up to the balances of ${named(unexplained)}`, color: "yellow" }]]

/**
 * @since 0.1.0
 * @category rendering
 */
export const report = (status: LedgerStatus.StatusReport, style: Style): string => {
  const { alarms, gaps, notFinal, openBreaks, paymentsInFlight, unknownTypes } = status
  const { firstRecord } = status.certificate
  const oldest = openBreaks[0]?.openedAt
  const fields = Table.renderFields(
    [
      ["account", `${status.account} at ${status.exchange}`],
      ...(status.asOf === null ? [] : [["as of", Instant.text(status.asOf, style)] as const]),
      ["last sync", lastSync(status, style)],
      [
        "snapshot",
        status.snapshot === null ? "none" : `${status.snapshot.id}, of ${Instant.text(status.snapshot.at, style)}`
      ],
      ["records", String(status.records)],
      ["complete", complete(status, style)],
      ["reaches back", reach(status.certificate, style)],
      ...doubt(status.certificate),
      ["first record", firstRecord === null ? "none" : Instant.text(firstRecord, style)],
      ...lines("coverage", status.coverage, style),
      ...lines("gaps", gaps, style, "red"),
      [
        "not final",
        notFinal.since === null
          ? String(notFinal.count)
          : `${notFinal.count}, the oldest since ${Instant.text(notFinal.since, style)}`
      ],
      ["quarantined", counted(status.quarantined, "red")],
      ["vanished", counted(status.vanished, "yellow")],
      ["unknown types", unknownTypes.length === 0 ? "none" : { text: unknownTypes.join(", "), color: "yellow" }],
      [
        "open breaks",
        oldest === undefined
          ? "none"
          : {
              text: `${openBreaks.length}, the oldest since ${Instant.text(oldest, style)}: ${openBreaks
                .map((line) => `${line.currency} ${Decimal.toText(line.difference)}`)
                .join(", ")}`,
              color: "red"
            }
      ],
      [
        "after close",
        status.changedAfterClose.length === 0
          ? "nothing has changed"
          : {
              text: `changed: ${status.changedAfterClose
                .map(({ changes, period }) => `${period} (${changes})`)
                .join(", ")}; see \`btse closes show\``,
              color: "red"
            }
      ],
      ["alarms", counted(alarms.length, "red")],
      ["in flight", paymentsInFlight.length === 0 ? "no payments" : `${paymentsInFlight.length} payments`],
      ["head", `event ${status.certificate.head.event}, ${status.certificate.head.hash}`],
      ["verified", Verified.cell(status.certificate.verified, style)]
    ],
    style
  )
  const inFlight = paymentsInFlight.length === 0 ? [] : [Withdrawal.list(paymentsInFlight, style)]
  return [fields, ...inFlight, ...alarms.map((alarm) => Table.plain(Withdrawal.alarm(alarm)))].join("\n\n")
}
