/**
 * The JSON documents of the commands that ask the exchange. Amounts and ids are strings, instants ISO 8601 UTC with
 * milliseconds; they change only with a major version. Those of the books are schemas of the ledger.
 *
 * @since 0.1.0
 */
import { Decimal, type HistoryRecord } from "@btse-wallet/core"
import { Reconciliation, Sync, Payment, PaymentCheck, PaymentPolicy } from "@btse-wallet/ledger"
import { Schema } from "effect"

/**
 * `btse balances`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Balances = Schema.Array(
  Schema.Struct({ currency: Schema.String, total: Decimal.FromText, available: Decimal.FromText })
)

const nullable = Schema.NullOr(Schema.String)
const nullableDecimal = Schema.NullOr(Decimal.FromText)

/**
 * A record of `btse history`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const HistoryEntry = Schema.Struct({
  orderId: Schema.String,
  currency: Schema.String,
  type: Schema.String,
  status: Schema.String,
  amount: Decimal.FromText,
  fees: nullableDecimal,
  timestamp: Schema.DateTimeUtc,
  wallet: nullable,
  description: nullable,
  username: nullable,
  txid: nullable,
  currencyNetwork: nullable,
  toAddress: nullable,
  sourceCurrency: nullable,
  sourceAmount: nullableDecimal,
  targetCurrency: nullable,
  targetAmount: nullableDecimal,
  rate: nullableDecimal
})

/**
 * A row of `btse history` that this version cannot read: its text, and where in it the trouble is.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UndecodedEntry = Schema.Struct({ undecoded: Schema.Struct({ raw: Schema.String, reason: Schema.String }) })

/**
 * `btse history`: every row of the answer, in its order, the unreadable ones last.
 *
 * @since 0.1.0
 * @category schemas
 */
export const History = Schema.Array(Schema.Union(HistoryEntry, UndecodedEntry))

/**
 * A record without the text it came as.
 *
 * @since 0.1.0
 * @category conversions
 */
export const historyEntry = (record: HistoryRecord.HistoryRecord): typeof HistoryEntry.Type => {
  const { raw: _, ...entry } = record
  return entry
}

/**
 * `btse address get` and `btse address create`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Addresses = Schema.Array(Schema.Struct({ address: Schema.String, created: Schema.DateTimeUtc }))

/**
 * `btse currencies` and `btse networks`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Names = Schema.Array(Schema.String)

/**
 * `btse rate`: how many `to` one `from` is worth.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Rate = Schema.Struct({ from: Schema.String, to: Schema.String, rate: Decimal.FromText })

const dryRun = <A, I>(request: Schema.Schema<A, I>) =>
  Schema.Struct({ sent: Schema.Literal(false), request, key: nullable, ...PaymentCheck.PaymentPreview.fields })

/**
 * A dry run of a request: what would be sent, each check with its outcome, and the arithmetic of the fee.
 *
 * @since 0.1.0
 * @category models
 */
export interface DryRunOf<Request> extends PaymentCheck.PaymentPreview {
  readonly sent: false
  readonly request: Request
  readonly key: string | null
}

/**
 * `btse withdraw --dry-run`: what would be sent, each check with its outcome, and the arithmetic of the fee.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DryRun = dryRun(
  Schema.Struct({
    currency: Schema.String,
    network: Schema.String,
    address: Schema.String,
    tag: nullable,
    amount: Decimal.FromText,
    feeOnTop: Schema.Boolean
  })
)

/**
 * `btse transfer --dry-run`: what would be sent, and each check with its outcome.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TransferDryRun = dryRun(
  Schema.Struct({ asset: Schema.String, amount: Decimal.FromText, toUser: Schema.String, toUserMail: Schema.String })
)

/**
 * `btse convert --dry-run`: what would be sent, and each check with its outcome.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ConversionDryRun = dryRun(
  Schema.Struct({ from: Schema.String, to: Schema.String, amount: Decimal.FromText })
)

/**
 * `btse ledger backup`: the copy that was written.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Backup = Schema.Struct({ ledger: Schema.String, backup: Schema.String })

/**
 * `btse sandbox`: where it is and how to sign for it. The one place where a secret is shown, and it opens nothing else.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SandboxStarted = Schema.Struct({
  baseUrl: Schema.String,
  apiKey: Schema.String,
  apiSecret: Schema.String
})

/**
 * `btse profile show`, `add` and `remove`: what the profile says, null where it says nothing. The key is masked, and of the
 * command that prints the secret only its first word is shown.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Profile = Schema.Struct({
  name: Schema.String,
  account: Schema.String,
  baseUrl: Schema.String,
  authHeaders: nullable,
  requestsPerSecond: Schema.NullOr(Schema.Int),
  ledger: nullable,
  apiKey: nullable,
  secretVariable: nullable,
  secretCommand: nullable,
  withdrawalPolicy: Schema.NullOr(PaymentPolicy.PaymentPolicy)
})

/**
 * `btse profile list`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Profiles = Schema.Array(Profile)

/**
 * `btse demo --json`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Demo = Schema.Struct({
  sync: Sync.SyncReport,
  withdrawal: Payment.Withdrawal,
  reconciliation: Reconciliation.ReconciliationReport
})
