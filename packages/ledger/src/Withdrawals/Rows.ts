/**
 * Withdrawals as they are stored.
 *
 * @internal
 */
import { Decimal, WalletError } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { SqlSchema } from "@effect/sql"
import { BigDecimal, Effect, Schema } from "effect"
import { Withdrawal } from "../Withdrawal.ts"

const StoredBoolean = Schema.transformLiterals([0, false], [1, true])

export const StoredWithdrawal = Schema.Struct({
  ...Withdrawal.fields,
  rowId: Schema.Int,
  feeOnTop: StoredBoolean,
  /** Who holds the key's claim to be sent, and when it was last alive. */
  claim: Schema.NullOr(Schema.String),
  aliveAt: Schema.Int,
  sendingAt: Schema.NullOr(Schema.DateTimeUtcFromNumber),
  decidedAt: Schema.NullOr(Schema.DateTimeUtcFromNumber),
  createdAt: Schema.DateTimeUtcFromNumber,
  updatedAt: Schema.DateTimeUtcFromNumber,
  /** The exchange's refusal, to be given again. */
  error: Schema.NullOr(Schema.parseJson(WalletError.PaymentError))
})

export interface StoredWithdrawal extends Schema.Schema.Type<typeof StoredWithdrawal> {}

const StoredTransition = Schema.Struct({
  rowId: Schema.Int,
  status: Schema.String,
  at: Schema.DateTimeUtcFromNumber,
  fees: Schema.NullOr(Decimal.FromText),
  txid: Schema.NullOr(Schema.String)
})

export const toWithdrawal = ({
  aliveAt: _aliveAt,
  claim: _claim,
  error: _error,
  rowId: _rowId,
  ...withdrawal
}: StoredWithdrawal): Withdrawal => withdrawal

/** When it left, or may have: the exchange's row cannot be older. */
export const sentAt = ({ createdAt, sendingAt }: StoredWithdrawal): number => (sendingAt ?? createdAt).epochMillis

const Spending = Schema.Struct({ currency: Schema.String, since: Schema.Int, except: Schema.Int })

const Named = Schema.Struct({ accountId: Schema.Int, id: Schema.String })

export const makeRows = (sql: SqlClient.SqlClient, accountId: number) => {
  const select = sql.literal(`SELECT w.id AS "rowId", CAST(w.id AS TEXT) AS id, w.key, w.withdraw_id AS "withdrawId",
    w.status, w.currency, w.network, w.address, w.tag, w.amount, w.fee_on_top AS "feeOnTop", r.fees, r.txid, w.note,
    w.reason, w.error, w.claim, w.alive_at AS "aliveAt", w.sending_at AS "sendingAt",
    (SELECT max(d.at) FROM decision d WHERE d.withdrawal_id = w.id) AS "decidedAt", w.created_at AS "createdAt", w.updated_at AS "updatedAt"
    FROM withdrawal w LEFT JOIN record r ON r.id = w.record_id`)
  const all = SqlSchema.findAll({
    Request: Schema.Int,
    Result: StoredWithdrawal,
    execute: (account) => sql`${select} WHERE w.account_id = ${account} ORDER BY w.id DESC`
  })
  const named = SqlSchema.findOne({
    Request: Named,
    Result: StoredWithdrawal,
    execute: ({ accountId, id }) => sql`${select}
      WHERE w.account_id = ${accountId} AND (CAST(w.id AS TEXT) = ${id} OR w.key = ${id} OR w.withdraw_id = ${id})
      ORDER BY w.withdraw_id = ${id} DESC, w.key = ${id} DESC LIMIT 1`
  })
  const keyed = SqlSchema.findOne({
    Request: Named,
    Result: StoredWithdrawal,
    execute: ({ accountId, id }) => sql`${select} WHERE w.account_id = ${accountId} AND w.key = ${id}`
  })
  const transitions = SqlSchema.findAll({
    Request: Schema.Struct({ withdrawal: Schema.Int, after: Schema.Int }),
    Result: StoredTransition,
    execute: ({ after, withdrawal }) => sql`
      SELECT id AS "rowId", status, at, fees, txid FROM transition
      WHERE withdrawal_id = ${withdrawal} AND id > ${after} ORDER BY id`
  })
  // What has failed or was never sent leaves its amount to others.
  const amounts = SqlSchema.findAll({
    Request: Spending,
    Result: Schema.Struct({ amount: Decimal.FromText }),
    execute: ({ currency, except, since }) => sql`
      SELECT amount FROM withdrawal
      WHERE account_id = ${accountId} AND currency = ${currency} AND id <> ${except}
        AND status NOT IN ('UNSENT', 'REFUSED', 'CANCELLED', 'EXPIRED', 'FAILURE')
        AND coalesce(sending_at, alive_at) > ${since}`
  })
  return {
    spent: (spending: typeof Spending.Type) =>
      Effect.map(amounts(spending), (all) => BigDecimal.sumAll(all.map(({ amount }) => amount))),
    all: all(accountId),
    named: (id: string) => named({ accountId, id }),
    keyed: (id: string) => keyed({ accountId, id }),
    transitions
  }
}

export type Rows = ReturnType<typeof makeRows>
