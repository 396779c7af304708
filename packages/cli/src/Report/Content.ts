/**
 * What a reconciliation's report says, before it has a form.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import type { AccountingPolicy, Closes, Entries, LedgerStatus, Reconciliation } from "@btse-wallet/ledger"
import { Breaks } from "@btse-wallet/ledger"
import { BigDecimal, DateTime } from "effect"
import { phrase } from "../Render/Verified.ts"

/**
 * A reconciliation with all that is signed beside it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Subject {
  readonly report: Reconciliation.ReconciliationReport
  readonly status: LedgerStatus.StatusReport
  readonly policy: AccountingPolicy.AccountingPolicy
  readonly breaks: ReadonlyArray<Breaks.Break>
  readonly entries: ReadonlyArray<Entries.LedgerEntry>
  readonly closes: ReadonlyArray<Closes.ClosedPeriod>
  readonly generatedAt: DateTime.Utc
}

/**
 * A column: amounts stand to the right.
 *
 * @since 0.1.0
 * @category models
 */
export interface Column {
  readonly heading: string
  readonly amount?: boolean
}

/**
 * A part of a document: paragraphs, and a table whose first column names the row.
 *
 * @since 0.1.0
 * @category models
 */
export interface Section {
  readonly heading: string
  readonly paragraphs: ReadonlyArray<string>
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

/**
 * A document: what it is, its verdict, and its parts.
 *
 * @since 0.1.0
 * @category models
 */
export interface Content {
  readonly title: string
  readonly status: Reconciliation.ReconciliationReport["status"]
  readonly verdict: string
  readonly facts: ReadonlyArray<readonly [name: string, value: string]>
  readonly sections: ReadonlyArray<Section>
}

const plain = (amount: BigDecimal.BigDecimal): string => Decimal.toText(BigDecimal.normalize(amount))

const iso = DateTime.formatIso

const span = ({ from, to }: { readonly from: DateTime.Utc; readonly to: DateTime.Utc }) => `${iso(from)} to ${iso(to)}`

const amounts = (...headings: ReadonlyArray<string>): ReadonlyArray<Column> =>
  headings.map((heading) => ({ heading, amount: true }))

const columns = (...headings: ReadonlyArray<string>): ReadonlyArray<Column> => headings.map((heading) => ({ heading }))

const verdicts = {
  matched: "The books agree with the exchange in every currency, to the last digit.",
  broken: "The books do not agree with the exchange.",
  incomplete: "It cannot be said whether the books agree with the exchange: something is missing in them."
} as const

const facts = ({ generatedAt, report, status }: Subject): Content["facts"] => {
  const { certificate } = status
  return [
    ["Account", `${report.account} at ${status.exchange}`],
    ["Period", span(report)],
    [
      "Opens with",
      report.opening === "zero" ? "zero, at the account's first day" : `the snapshot of ${iso(report.from)}`
    ],
    ["Closes with", `the snapshot of ${iso(report.to)}`],
    [
      "Reconciliation",
      report.id ??
        (status.asOf === null ? "not stored: the ledger may only be read here" : "not stored: as of an earlier moment")
    ],
    ["Policy", `${report.policy}, SHA-256 ${report.policyDigest}`],
    [
      "History is complete",
      certificate.complete
        ? `yes${certificate.from === null || certificate.to === null ? "" : `, ${span({ from: certificate.from, to: certificate.to })}`}`
        : "no"
    ],
    ["Ledger head", `event ${certificate.head.event}, SHA-256 ${certificate.head.hash}`],
    ["Ledger verified", phrase(certificate.verified)],
    ...(status.asOf === null ? [] : [["As of", iso(status.asOf)] as const]),
    ["Generated at", iso(generatedAt)]
  ]
}

const lines = ({ report }: Subject): Section => ({
  heading: "Lines",
  paragraphs: [
    "Expected = opening + in - out - fees + adjustments. Difference = actual - expected. Of the actual balance, what is held is on hold at the exchange; in flight is what withdrawals on their way then take out."
  ],
  columns: [
    ...columns("Currency", "Status"),
    ...amounts("Opening", "In", "Out", "Fees", "Adjustments", "Expected", "Actual", "Difference", "Held", "In flight")
  ],
  rows: report.lines.map((line) => [
    line.currency,
    line.status,
    ...[
      line.opening,
      line.in,
      line.out,
      line.fees,
      line.adjustments,
      line.expected,
      line.actual,
      line.difference,
      line.held,
      line.inFlight
    ].map(plain)
  ])
})

const breaks = ({ breaks, report }: Subject): ReadonlyArray<Section> =>
  report.lines
    .filter(({ status }) => status === "break")
    .map((line): Section => {
      const open = breaks.filter(
        (one) => one.currency === line.currency && one.status === "open" && Breaks.isUnderPolicy(one, report)
      )
      return {
        heading: `Break in ${line.currency}: ${plain(line.difference)}`,
        paragraphs: [
          ...(line.birthday === null
            ? []
            : [
                `${BigDecimal.equals(line.birthday.difference, line.difference) ? "It" : `${plain(line.birthday.difference)} of it`} first appeared from ${span(line.birthday)}.`
              ]),
          ...open.map(
            ({ assignee, id, openedAt }) =>
              `Break ${id}, open since ${iso(openedAt)}, ${assignee === null ? "assigned to nobody" : `assigned to ${assignee}`}.`
          ),
          line.candidates.length === 0
            ? "Nothing in the books explains it."
            : "What may explain it, the likelier first:"
        ],
        columns: columns("", "Candidate", "Arithmetic", "Orders, entries"),
        rows: line.candidates.map(({ arithmetic, entries, explanation, orderIds }, index) => [
          String(index + 1),
          explanation,
          arithmetic ?? "",
          [...orderIds, ...entries.map((id) => `entry ${id}`)].join(", ")
        ])
      }
    })

const warnings = ({ report }: Subject): ReadonlyArray<string> => [
  ...report.lines.flatMap(({ currency, warnings }) => warnings.map((warning) => `${currency}: ${warning}`)),
  ...report.gaps.map((gap) => `History is not covered from ${span(gap)}.`),
  ...(report.quarantined === 0 ? [] : [`${report.quarantined} rows cannot be read and are in quarantine.`]),
  ...(report.unknownTypes.length === 0
    ? []
    : [
        `The policy has no rule for these types, which were taken by its rule for the rest: ${report.unknownTypes.join(", ")}.`
      ])
]

const adjustments = ({ entries, report }: Subject): Section => {
  const within = entries.filter(
    ({ at }) => DateTime.greaterThan(at, report.from) && DateTime.lessThanOrEqualTo(at, report.to)
  )
  const byHand = within.filter(({ kind }) => kind !== "import")
  const imported = within.length - byHand.length
  return {
    heading: "Adjustments",
    paragraphs: [
      ...(imported === 0 ? [] : [`${imported} imported entries count in this period beside those below.`]),
      ...(byHand.length === 0 ? ["None was entered by hand."] : [])
    ],
    columns: [...columns("Entry", "Counts at", "Currency"), ...amounts("Amount"), ...columns("Reason", "Reference")],
    rows: byHand.map(({ amount, at, currency, id, reason, reference, reversedBy }) => [
      reversedBy === null ? id : `${id}, reversed by ${reversedBy}`,
      iso(at),
      currency,
      plain(amount),
      reason ?? "",
      reference ?? ""
    ])
  }
}

const inFlight = ({ report }: Subject): Section => ({
  heading: "Withdrawals in flight",
  paragraphs: [
    report.inFlight.length === 0
      ? "None was on its way at the closing snapshot."
      : "What was on its way out at the closing snapshot, as history showed it then."
  ],
  columns: [...columns("Order", "Of", "Type", "Status", "Currency"), ...amounts("Amount", "Fees")],
  rows: report.inFlight.map(({ amount, currency, fees, orderId, status, time, type }) => [
    orderId,
    iso(time),
    type,
    status,
    currency,
    plain(amount),
    plain(fees)
  ])
})

/** Those of which the ledger may know more than history, or nothing at all. */
const sent = ({ status: { withdrawalsInFlight: all } }: Subject): ReadonlyArray<Section> =>
  all.length === 0
    ? []
    : [
        {
          heading: "Withdrawals through this ledger that are not final",
          paragraphs: ["As of the moment of this report."],
          columns: [
            ...columns("Withdrawal", "Created", "Status", "Currency"),
            ...amounts("Amount"),
            ...columns("Network", "Key")
          ],
          rows: all.map((one) => [
            one.withdrawId ?? one.id,
            iso(one.createdAt),
            one.status,
            one.currency,
            plain(one.amount),
            one.network,
            one.key
          ])
        }
      ]

/** To be filled in by hand. */
const signatures: Section = {
  heading: "Signatures",
  paragraphs: [],
  columns: columns("", "Name", "Date", "Signature"),
  rows: ["Prepared by", "Reviewed by"].map((role) => [role, "", "", ""])
}

const changedAfterClose = ({ closes, report }: Subject): ReadonlyArray<Section> =>
  closes
    .filter(
      ({ changes, statement }) =>
        changes.length > 0 &&
        DateTime.lessThan(report.from, statement.to) &&
        DateTime.lessThan(statement.from, report.to)
    )
    .map(({ callsFor, changes, statement }) => ({
      heading: `Changed after the close of ${statement.period}`,
      paragraphs: [
        callsFor.length === 0
          ? "The changes call for no entry."
          : `The changes call for ${callsFor.map(({ amount, currency }) => `${plain(amount)} ${currency}`).join(", ")}.`
      ],
      columns: [...columns("Record", "What", "When", "Of", "Counts", "Currency"), ...amounts("Before", "After")],
      rows: changes.map(({ after, at, before, countsAfter, currency, id, inside, time, type, what }) => [
        `${type} ${id}`,
        what,
        iso(at),
        iso(time),
        inside ? "in it" : countsAfter === null ? "nowhere" : `after ${iso(countsAfter)}`,
        currency,
        plain(before),
        plain(after)
      ])
    }))

const policy = ({ policy }: Subject): Section => ({
  heading: `Policy ${policy.name}`,
  paragraphs: ["Which way a record of a type moves the balance, and where its fee sits."],
  columns: columns("Type", "Direction", "Fees"),
  rows: [
    ...Object.entries(policy.types)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([type, { direction, fees }]) => [type, direction, fees]),
    ["all others", policy.unknown.direction, policy.unknown.fees],
    ["pending", policy.pending, ""]
  ]
})

/**
 * Puts a report together.
 *
 * @since 0.1.0
 * @category constructors
 */
export const contentOf = (subject: Subject): Content => {
  const { report } = subject
  const noted = warnings(subject)
  return {
    title: `Reconciliation of ${report.account}, ${iso(report.from).slice(0, 10)} to ${iso(report.to).slice(0, 10)}`,
    status: report.status,
    verdict: verdicts[report.status],
    facts: facts(subject),
    sections: [
      lines(subject),
      ...breaks(subject),
      ...(noted.length === 0 ? [] : [{ heading: "Warnings", paragraphs: noted, columns: [], rows: [] }]),
      inFlight(subject),
      ...sent(subject),
      adjustments(subject),
      ...changedAfterClose(subject),
      policy(subject),
      signatures
    ]
  }
}
