/**
 * Withdrawals for eyes.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Payment, type PaymentCheck } from "@btse-wallet/ledger"
import { DateTime } from "effect"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import * as Status from "../Status.ts"
import * as Table from "../Table.ts"

const optional = (name: string, value: string | null): ReadonlyArray<readonly [string, string]> =>
  value === null ? [] : [[name, value]]

const receiver = (payment: Payment.Payment): string => {
  switch (payment.kind) {
    case "withdraw":
      return payment.address
    case "transfer":
      return `${payment.toUser} <${payment.toMail}>`
    case "convert":
      return payment.toCurrency
  }
}

const columns: ReadonlyArray<Table.Column<Payment.Payment>> = [
  { heading: "CREATED", cell: ({ createdAt }, style) => Instant.text(createdAt, style) },
  { heading: "WITHDRAW ID", cell: (payment) => Payment.orderIdOf(payment) ?? "" },
  { heading: "STATUS", cell: ({ status }) => Status.cell(status) },
  { heading: "CURRENCY", cell: ({ currency }) => currency },
  { heading: "AMOUNT", align: "decimal", cell: ({ amount }) => Decimal.toText(amount) },
  { heading: "NETWORK", cell: (payment) => (Payment.isWithdrawal(payment) ? payment.network : payment.kind) },
  { heading: "ADDRESS", cut: true, cell: receiver },
  { heading: "KEY", cut: true, cell: ({ key }) => key }
]

// The key is what `btse withdrawals show` and `track` take: it stays whole, and the rest is for them to show.
const narrow: ReadonlyArray<Table.Column<Payment.Payment>> = [
  { heading: "CREATED", cell: ({ createdAt }, style) => Instant.text(createdAt, style).slice(0, 16).replace("T", " ") },
  { heading: "STATUS", cell: ({ status }) => Status.cell(status) },
  { heading: "AMOUNT", align: "right", cell: ({ amount, currency }) => `${Decimal.toText(amount)} ${currency}` },
  { heading: "KEY", cell: ({ key }) => key }
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const list = (withdrawals: ReadonlyArray<Payment.Payment>, style: Style): string => {
  if (withdrawals.length === 0) return "No withdrawals."
  const fits = Table.width(withdrawals, columns, style) <= (style.columns ?? Number.POSITIVE_INFINITY)
  return Table.render(withdrawals, fits ? columns : narrow, style)
}

const target = (payment: Payment.Payment): ReadonlyArray<readonly [string, string]> => {
  switch (payment.kind) {
    case "withdraw":
      return [
        ["network", payment.network],
        ["address", payment.address],
        ...optional("tag", payment.tag),
        ...optional("txid", payment.txid)
      ]
    case "transfer":
      return [["to", receiver(payment)]]
    case "convert": {
      const { rate, received, toCurrency } = payment
      return [
        ["into", toCurrency],
        ...optional("received", received === null ? null : `${Decimal.toText(received)} ${toCurrency}`),
        ...optional("rate", rate === null ? null : Decimal.toText(rate))
      ]
    }
  }
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const one = (withdrawal: Payment.Payment, style: Style): string => {
  const { amount, currency, fees } = withdrawal
  return Table.renderFields(
    [
      [Payment.isWithdrawal(withdrawal) ? "withdraw id" : "order id", Payment.orderIdOf(withdrawal) ?? "not known"],
      ["status", Status.cell(withdrawal.status)],
      [
        "amount",
        `${Decimal.toText(amount)} ${currency}${Payment.isWithdrawal(withdrawal) && withdrawal.feeOnTop ? ", the fee on top" : ""}`
      ],
      ...optional("fees", fees === null ? null : `${Decimal.toText(fees)} ${currency}`),
      ...target(withdrawal),
      ["key", withdrawal.key],
      ...optional("note", withdrawal.note),
      ...optional("reason", withdrawal.reason),
      ...optional("sending", withdrawal.sendingAt === null ? null : Instant.text(withdrawal.sendingAt, style)),
      ...optional("decided", withdrawal.decidedAt === null ? null : Instant.text(withdrawal.decidedAt, style)),
      ["created", Instant.text(withdrawal.createdAt, style)],
      ["updated", Instant.text(withdrawal.updatedAt, style)]
    ],
    style
  )
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const transition = (step: Payment.PaymentTransition, style: Style): string => {
  const status = Status.cell(step.status)
  return `${Instant.text(step.at, style)}  ${Table.plain(step.withdrawId)}  ${Table.paint(Table.plain(status.text), status.color, style)}`
}

const outcomes: Readonly<Record<PaymentCheck.PaymentCheck["outcome"], Table.Cell>> = {
  passed: { text: "passed", color: "green" },
  failed: { text: "failed", color: "red" },
  unchecked: { text: "unchecked", color: "yellow" }
}

const checkColumns: ReadonlyArray<Table.Column<PaymentCheck.PaymentCheck>> = [
  { heading: "CHECK", cell: ({ check }) => check },
  { heading: "OUTCOME", cell: ({ outcome }) => outcomes[outcome] },
  { heading: "", cell: ({ detail }) => detail }
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const checks = (all: ReadonlyArray<PaymentCheck.PaymentCheck>, style: Style): string =>
  Table.render(all, checkColumns, style)

/**
 * The arithmetic of a withdrawal's fee, as fields.
 *
 * @since 0.1.0
 * @category rendering
 */
export const cost = (
  { deducted, fee, received }: PaymentCheck.PaymentPreview,
  currency: string
): ReadonlyArray<readonly [name: string, value: string]> =>
  [["the fee", fee] as const, ["leaves the wallet", deducted] as const, ["arrives", received] as const].flatMap(
    ([name, amount]) => (amount === null ? [] : [[name, `${Decimal.toText(amount)} ${currency}`] as const])
  )

/**
 * A row that an unknown withdrawal may be, in words; in UTC, because the error that names it is a document too.
 *
 * @since 0.1.0
 * @category rendering
 */
export const candidate = (
  { against, amount, at, orderId, status }: Payment.PaymentCandidate,
  currency: string
): string => {
  const doubts = against.length === 0 ? "" : `; against it: ${against.join(", ")}`
  return `${orderId} (${Decimal.toText(amount)} ${currency}, ${status}, ${DateTime.formatIso(at)}${doubts})`
}

/**
 * The rows that a payment may be, each with the evidence.
 *
 * @since 0.1.0
 * @category rendering
 */
export const candidates = (rows: ReadonlyArray<Payment.PaymentCandidate>, currency: string, style: Style): string =>
  rows
    .map(({ address, against, amount, at, description, for: speaksFor, network, orderId, status, type }) =>
      Table.renderFields(
        [
          ["row", orderId],
          ["shows", `${type} of ${Decimal.toText(amount)} ${currency}, ${status}, ${Instant.text(at, style)}`],
          ...optional("address", address),
          ...optional("network", network),
          ...optional("description", description),
          ["for it", speaksFor.length === 0 ? "nothing" : speaksFor.join(", ")],
          ["against it", against.length === 0 ? "nothing" : { text: against.join(", "), color: "yellow" }]
        ],
        style
      )
    )
    .join("\n\n")

/**
 * A payment with the rows that it may be.
 *
 * @since 0.1.0
 * @category rendering
 */
export const withCandidates = (
  payment: Payment.Payment & { readonly candidates: ReadonlyArray<Payment.PaymentCandidate> },
  style: Style
): string => {
  const { currency, candidates: rows } = payment
  const shown = one(payment, style)
  return rows.length === 0 ? shown : `${shown}\n\nRows that could be it:\n\n${candidates(rows, currency, style)}`
}

/**
 * The results of a search: a table, and the rows that each payment without a row may be.
 *
 * @since 0.1.0
 * @category rendering
 */
export const resolutions = (all: ReadonlyArray<Payment.Resolution>, style: Style): string => {
  if (all.length === 0) return "No withdrawal's outcome is unknown."
  const doubtful = all.flatMap(({ candidates: rows, currency, key, verdict }) =>
    verdict === "found" || rows.length === 0
      ? []
      : [`\n\nRows that could be ${Table.plain(key)}:\n\n${candidates(rows, currency, style)}`]
  )
  return `${list(all, style)}${doubtful.join("")}`
}

const declarations: Readonly<Record<Payment.PaymentAlarm["declared"], string>> = {
  "not sent": "was decided not to have been sent",
  refused: "was refused by the exchange",
  "sent again": "was sent again after a refusal without proof"
}

/**
 * An alarm in a line, with its remedy.
 *
 * @since 0.1.0
 * @category rendering
 */
export const alarm = ({ currency, declared, key, row }: Payment.PaymentAlarm): string =>
  `ALARM: the payment with key ${key} ${declarations[declared]}, and history now shows a row that could be it: ${candidate(row, currency)}. Find out whose it is: \`btse withdrawals resolve ${key} --as ${row.orderId} --reason TEXT\`, or --is-not ${row.orderId} where it is another's.`
