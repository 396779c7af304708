/**
 * Payments as they are stored: the rows of all kinds, and their requests as columns.
 *
 * @internal
 */
import { Decimal, WalletError } from "@btse-wallet/core"
import type { SqlClient } from "@effect/sql"
import { SqlSchema } from "@effect/sql"
import { BigDecimal, Effect, Schema } from "effect"
import type { Payment, PaymentRequest } from "../Payment.ts"
import { PaymentKind } from "../Payment.ts"

const StoredBoolean = Schema.transformLiterals([0, false], [1, true])
const text = Schema.NullOr(Schema.String)
const amount = Schema.NullOr(Decimal.FromText)

/** The columns of a request; null where its kind has no such field. */
const requestFields = {
  kind: PaymentKind,
  currency: Schema.String,
  amount: Decimal.FromText,
  network: text,
  address: text,
  tag: text,
  feeOnTop: StoredBoolean,
  toUser: text,
  toMail: text,
  toCurrency: text
}

const StoredRequest = Schema.Struct(requestFields)

type StoredRequest = typeof StoredRequest.Type

export const StoredPayment = Schema.Struct({
  ...requestFields,
  id: Schema.String,
  key: Schema.String,
  orderId: text,
  status: Schema.String,
  received: amount,
  rate: amount,
  fees: amount,
  txid: text,
  note: text,
  reason: text,
  rowId: Schema.Int,
  accountId: Schema.Int,
  /** Who holds the key's claim to be sent, and when it was last alive. */
  claim: text,
  aliveAt: Schema.Int,
  sendingAt: Schema.NullOr(Schema.DateTimeUtcFromNumber),
  /** When the first of its attempts left, or may have: a key that was refused without proof is sent again. */
  firstSendingAt: Schema.NullOr(Schema.DateTimeUtcFromNumber),
  decidedAt: Schema.NullOr(Schema.DateTimeUtcFromNumber),
  createdAt: Schema.DateTimeUtcFromNumber,
  updatedAt: Schema.DateTimeUtcFromNumber,
  /** The error of the last attempt, to be given again. */
  error: Schema.NullOr(Schema.parseJson(WalletError.PaymentError))
})

export interface StoredPayment extends Schema.Schema.Type<typeof StoredPayment> {}

const StoredTransition = Schema.Struct({
  rowId: Schema.Int,
  status: Schema.String,
  at: Schema.DateTimeUtcFromNumber,
  fees: amount,
  txid: text
})

const nothing = {
  network: null,
  address: null,
  tag: null,
  feeOnTop: false,
  toUser: null,
  toMail: null,
  toCurrency: null
}

/** The request as it is stored. */
export const toStored = (request: PaymentRequest): StoredRequest => {
  switch (request.kind) {
    case "withdraw": {
      const { address, amount, currency, feeOnTop, kind, network, tag } = request
      return { ...nothing, kind, currency, amount, network, address, tag: tag === "" ? null : (tag ?? null), feeOnTop }
    }
    case "transfer": {
      const { amount, asset, kind, toUser, toUserMail } = request
      return { ...nothing, kind, currency: asset, amount, toUser, toMail: toUserMail }
    }
    case "convert": {
      const { amount, from, kind, to } = request
      return { ...nothing, kind, currency: from, amount, toCurrency: to }
    }
  }
}

/** The columns of a request. */
export const toColumns = (request: StoredRequest) => ({
  kind: request.kind,
  currency: request.currency,
  amount: Decimal.toText(request.amount),
  network: request.network,
  address: request.address,
  tag: request.tag,
  fee_on_top: request.feeOnTop ? 1 : 0,
  to_user: request.toUser,
  to_mail: request.toMail,
  to_currency: request.toCurrency
})

export const isSameRequest = (stored: StoredPayment, request: StoredRequest): boolean =>
  BigDecimal.equals(stored.amount, request.amount) &&
  (["kind", "currency", "network", "address", "feeOnTop", "toUser", "toMail", "toCurrency"] as const).every(
    (field) => stored[field] === request[field]
  ) &&
  (stored.tag ?? "") === (request.tag ?? "")

export const toPayment = (stored: StoredPayment): Payment => {
  const { amount, createdAt, currency, decidedAt, fees, id, key, note, reason, sendingAt, status, updatedAt } = stored
  const before = { id, key }
  const after = { note, reason, sendingAt, decidedAt, createdAt, updatedAt }
  const { orderId } = stored
  switch (stored.kind) {
    case "withdraw": {
      const { address, feeOnTop, kind, network, tag, txid } = stored
      return {
        ...before,
        kind,
        withdrawId: orderId,
        status,
        currency,
        network: network ?? "",
        address: address ?? "",
        tag,
        amount,
        feeOnTop,
        fees,
        txid,
        ...after
      }
    }
    case "transfer": {
      const { kind, toMail, toUser } = stored
      return {
        ...before,
        kind,
        orderId,
        status,
        currency,
        toUser: toUser ?? "",
        toMail: toMail ?? "",
        amount,
        fees,
        ...after
      }
    }
    case "convert": {
      const { kind, rate, received, toCurrency } = stored
      return {
        ...before,
        kind,
        orderId,
        status,
        currency,
        toCurrency: toCurrency ?? "",
        amount,
        received,
        rate,
        fees,
        ...after
      }
    }
  }
}

/** When it left, or may have: the exchange's row cannot be older. */
export const sentAt = ({ createdAt, firstSendingAt, sendingAt }: StoredPayment): number =>
  (firstSendingAt ?? sendingAt ?? createdAt).epochMillis

const Spending = Schema.Struct({ currency: Schema.String, since: Schema.Int, except: Schema.Int })

const Named = Schema.Struct({ accountId: Schema.Int, id: Schema.String })

/** `fingerprint` is that of the API key with which payments are made, null where none are. */
export const makeRows = (sql: SqlClient.SqlClient, accountId: number, fingerprint: string | null = null) => {
  const select =
    sql.literal(`SELECT w.id AS "rowId", w.account_id AS "accountId", CAST(w.id AS TEXT) AS id, w.kind, w.key, w.order_id AS "orderId",
    w.status, w.currency, w.network, w.address, w.tag, w.amount, w.fee_on_top AS "feeOnTop", w.to_user AS "toUser",
    w.to_mail AS "toMail", w.to_currency AS "toCurrency", w.received, w.rate, r.fees, r.txid, w.note,
    w.reason, w.error, w.claim, w.alive_at AS "aliveAt", w.sending_at AS "sendingAt",
    w.first_sending_at AS "firstSendingAt",
    (SELECT max(d.at) FROM decision d WHERE d.payment_id = w.id) AS "decidedAt", w.created_at AS "createdAt", w.updated_at AS "updatedAt"
    FROM payment w LEFT JOIN record r ON r.id = w.record_id`)
  const all = SqlSchema.findAll({
    Request: Schema.Int,
    Result: StoredPayment,
    execute: (account) => sql`${select} WHERE w.account_id = ${account} ORDER BY w.id DESC`
  })
  const named = SqlSchema.findOne({
    Request: Named,
    Result: StoredPayment,
    execute: ({ accountId, id }) => sql`${select}
      WHERE w.account_id = ${accountId} AND (CAST(w.id AS TEXT) = ${id} OR w.key = ${id} OR w.order_id = ${id})
      ORDER BY w.order_id = ${id} DESC, w.key = ${id} DESC LIMIT 1`
  })
  const at = SqlSchema.findOne({
    Request: Schema.Int,
    Result: StoredPayment,
    execute: (id) => sql`${select} WHERE w.id = ${id}`
  })
  const keyed = SqlSchema.findOne({
    Request: Schema.String,
    Result: StoredPayment,
    execute: (
      key
    ) => sql`${select} WHERE w.key = ${key} AND (w.account_id = ${accountId} OR w.fingerprint = ${fingerprint})
      ORDER BY w.account_id = ${accountId} DESC LIMIT 1`
  })
  const transitions = SqlSchema.findAll({
    Request: Schema.Struct({ payment: Schema.Int, after: Schema.Int }),
    Result: StoredTransition,
    execute: ({ after, payment }) => sql`
      SELECT id AS "rowId", status, at, fees, txid FROM transition
      WHERE payment_id = ${payment} AND id > ${after} ORDER BY id`
  })
  // What has failed or was never sent leaves its amount to others.
  const amounts = SqlSchema.findAll({
    Request: Spending,
    Result: Schema.Struct({ amount: Decimal.FromText }),
    execute: ({ currency, except, since }) => sql`
      SELECT amount FROM payment
      WHERE (account_id = ${accountId} OR fingerprint = ${fingerprint}) AND currency = ${currency} AND id <> ${except}
        AND status NOT IN ('UNSENT', 'REFUSED', 'CANCELLED', 'EXPIRED', 'FAILURE')
        AND coalesce(sending_at, alive_at) > ${since}`
  })
  return {
    spent: (spending: typeof Spending.Type) =>
      Effect.map(amounts(spending), (all) => BigDecimal.sumAll(all.map(({ amount }) => amount))),
    at,
    all: all(accountId),
    named: (id: string) => named({ accountId, id }),
    keyed,
    transitions
  }
}

export type Rows = ReturnType<typeof makeRows>
