/**
 * A verification for eyes.
 *
 * @since 0.1.0
 */
import type { Verify } from "@btse-wallet/ledger"
import * as Instant from "../Instant.ts"
import type { Style } from "../Style.ts"
import * as Table from "../Table.ts"

const intact: Table.Cell = { text: "intact", color: "green" }

const summary = ({ firstTouched, problems, status }: Verify.VerifyReport): Table.Cell => {
  if (status === "intact") return intact
  if (status === "empty") return { text: "empty: nothing to verify", color: "red" }
  const first = firstTouched === null ? "no event" : `event ${firstTouched} first`
  return { text: `touched: ${problems} problem${problems === 1 ? "" : "s"}, ${first}`, color: "red" }
}

const keptHead = ({ event, hash }: NonNullable<Verify.VerifyReport["kept"]>): Table.Cell =>
  event === null ? { text: `${hash} is not in the chain`, color: "red" } : { text: `event ${event}, in the chain` }

const account = (one: Verify.VerifiedAccount, style: Style): string => {
  const span = (covered: Verify.VerifiedAccount["coverage"][number]) => Instant.span(covered, style)
  const gaps = one.gaps.length === 0 ? "no gaps" : `gaps ${one.gaps.map(span).join(", ")}`
  const aside = one.quarantined === 0 ? "" : `, ${one.quarantined} rows in quarantine`
  const covered = one.coverage.map(span).join(", ") || "no coverage"
  return `${one.records} records, ${covered}, ${gaps}${aside}`
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const report = (verified: Verify.VerifyReport, style: Style): string => {
  const { accounts, events, findings, head, kept, problems, records } = verified
  const fields = Table.renderFields(
    [
      ["ledger", summary(verified)],
      ["events", `${events}, the last ${head.event} with hash ${head.hash}`],
      ...(kept === null ? [] : [["kept head", keptHead(kept)] as const]),
      ["records", String(records)],
      ...accounts.map((one) => [`account ${one.account}`, account(one, style)] as const)
    ],
    style
  )
  const more = problems > findings.length ? [`and ${problems - findings.length} more`] : []
  const list = [...findings.map(({ problem, table }) => Table.plain(`  ${table}: ${problem}`)), ...more]
  return list.length === 0 ? fields : `${fields}\n\n${list.join("\n")}`
}
