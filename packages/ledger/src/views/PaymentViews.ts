/**
 * Views of the payments made through this ledger.
 *
 * `docs/reference/views.md` is written from the comments above them: a sentence of the view, and a line for each of its columns.
 *
 * @internal
 */
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { iso } from "./Columns.ts"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  const sending = sql`CASE WHEN w.sending_at IS NULL THEN NULL ELSE ${iso("w.sending_at")} END AS sending_at,
      (SELECT ${iso("max(d.at)")} FROM decision d WHERE d.payment_id = w.id) AS decided_at,
      ${iso("w.created_at")} AS created_at,
      ${iso("w.updated_at")} AS updated_at`

  // The withdrawals made through this ledger: [how they are sent](withdrawals.md).
  //   id, account: its number, and the account's name in the ledger
  //   key: the idempotency key
  //   withdraw_id: the exchange's id, which is the row's `order_id`; null until it is known
  //   status: `INTENDED`, `SUBMITTED`, the exchange's own, `UNSENT` (nothing was done; its key sends it), `REFUSED` (nothing
  //     was done; its key keeps that) or `UNKNOWN` (only history or a person can tell)
  //   currency, network, address, tag, amount, fee_on_top: what was asked for; `fee_on_top` is 1 where the fee is paid beside
  //     the amount
  //   fees, txid: once history shows them
  //   note, reason: the caller's, and why it is in this state
  //   sending_at: written before the request's bytes leave; while it is null, nothing was sent
  //   decided_at: when a person decided what became of it; null where nobody did
  //   created_at, updated_at: when it was intended, and when its state last changed
  yield* sql`CREATE VIEW withdrawals AS
    SELECT w.id, a.name AS account, w.key, w.order_id AS withdraw_id, w.status, w.currency, w.network, w.address, w.tag,
      w.amount, w.fee_on_top, r.fees, r.txid, w.note, w.reason, ${sending}
    FROM payment w JOIN account a ON a.id = w.account_id LEFT JOIN record r ON r.id = w.record_id
    WHERE w.kind = 'withdraw'`

  // The payments made through this ledger, of all kinds: [how they are sent](withdrawals.md).
  //   id, account: its number, and the account's name in the ledger
  //   kind: `withdraw`, `transfer` or `convert`
  //   key: the idempotency key
  //   order_id: the `order_id` of its row in history; null until it is known
  //   status: as in `withdrawals`; a transfer or conversion that the exchange confirmed is `COMPLETED`
  //   currency, amount: what leaves the wallet
  //   network, address, tag, fee_on_top: of a withdrawal, else null; `fee_on_top` is 1 where the fee is paid beside the amount
  //   to_user, to_mail: the receiver of a transfer, else null
  //   to_currency, received, rate: of a conversion, else null; the last two are the exchange's answer
  //   fees, txid: once history shows them
  //   note, reason: the caller's, and the reason for its state
  //   sending_at: written before the request's bytes leave; while it is null, nothing was sent
  //   decided_at: the time of a person's decision about it; null without one
  //   created_at, updated_at: when it was intended, and when its state last changed
  yield* sql`CREATE VIEW payments AS
    SELECT w.id, a.name AS account, w.kind, w.key, w.order_id, w.status, w.currency, w.amount, w.network, w.address, w.tag,
      CASE w.kind WHEN 'withdraw' THEN w.fee_on_top END AS fee_on_top, w.to_user, w.to_mail, w.to_currency, w.received,
      w.rate, r.fees, r.txid, w.note, w.reason, ${sending}
    FROM payment w JOIN account a ON a.id = w.account_id LEFT JOIN record r ON r.id = w.record_id`
})
