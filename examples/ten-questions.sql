-- Ten questions of an accountant to a ledger's public views:
--   btse query < examples/ten-questions.sql
-- In the sqlite3 shell `decimal_key(amount)` is `amount collate decimal`, and there is no `decimal_div`; all else is the same.

-- What did the wallet hold at the end of a month, by the last snapshot before it?
select account, currency, total, available from balances
where snapshot in (select max(id) from snapshots where at < '2027-01-01' group by account)
  and decimal_cmp(total, '0') <> 0
order by account, currency;

-- What came in, went out and was paid in fees, month by month?
with settled as (
  select substr(time, 1, 7) as month, currency, amount, fee, decimal_add(amount, fee) as before_fee from movements
)
select month, currency, count(*) as movements,
  decimal_sum(case when decimal_cmp(before_fee, '0') > 0 then before_fee end) as came_in,
  decimal_sum(case when decimal_cmp(before_fee, '0') < 0 then decimal_sub('0', before_fee) end) as went_out,
  decimal_sum(fee) as fees, decimal_sum(amount) as change
from settled group by month, currency order by month, currency;

-- What did each account of the books gain and lose in a currency?
select ledger_account, decimal_sum(amount) as amount from postings where currency = 'BTC'
group by ledger_account order by ledger_account;

-- What does the wallet hold by the books, and what by the last snapshot?
with books as (
  select account, currency, decimal_sum(amount) as held from movements group by account, currency
), snapshot as (
  select account, currency, total from balances where snapshot in (select max(id) from snapshots group by account)
)
select coalesce(b.account, s.account) as account, coalesce(b.currency, s.currency) as currency,
  coalesce(b.held, '0') as books, coalesce(s.total, '0') as snapshot,
  decimal_sub(coalesce(s.total, '0'), coalesce(b.held, '0')) as difference
from books b full join snapshot s on s.account = b.account and s.currency = b.currency
order by 1, 2;

-- What did withdrawing cost, per currency and network, and how much of what was sent was that?
with withdrawals as (
  select currency, currency_network, fee, decimal_sub('0', amount) as sent from movements where type = 'Withdraw'
)
select currency, currency_network, count(*) as withdrawals, decimal_sum(sent) as sent, decimal_sum(fee) as fees,
  decimal_div(decimal_sum(fee), decimal_sum(sent), 6) as share
from withdrawals group by currency, currency_network order by currency, currency_network;

-- Which are the ten largest deposits of a currency?
select time, order_id, amount, txid from movements
where type = 'Deposit' and currency = 'BTC'
order by decimal_key(amount) desc, time, order_id limit 10;

-- What is still open, and for how many days?
select time, order_id, type, currency, amount, status,
  printf('%.1f', (unixepoch() * 1000 - timestamp) / 86400000.0) as days
from wallet_history where status not in ('COMPLETED', 'CANCELLED', 'EXPIRED', 'FAILURE') and vanished = 0
order by timestamp;

-- Where did the last reconciliation of each account differ, by how much, and what may explain it?
select l.account, l.currency, l.expected, l.actual, l.difference, l.status,
  l.candidates ->> '$[0].explanation' as likeliest
from reconciliation_lines l
where l.reconciliation in (select max(id) from reconciliations group by account)
  and decimal_cmp(l.difference, '0') <> 0
order by l.account, l.currency;

-- Which records changed after they were first seen, and how?
select at, order_id, currency, type, kind, changes from wallet_history_events where kind <> 'seen' order by seq;

-- For which time is the history known to be complete, and how many records are in it?
select c.account, c."from", c."to", (select count(*) from wallet_history h
  where h.account = c.account and h.timestamp between c.from_ms and c.to_ms) as records
from coverage c order by c.account, c.from_ms;
