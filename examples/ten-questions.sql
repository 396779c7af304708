-- Ten questions of an accountant to a ledger's public views:
--   btse query < examples/ten-questions.sql
-- In the sqlite3 shell `decimal_key(amount)` is `amount collate decimal`; all else is the same there.

-- What did the wallet hold at the end of a month, by the last snapshot before it?
select account, currency, total, available from balances
where snapshot in (select max(snapshot) from balances where at < '2027-01-01' group by account)
  and decimal_cmp(total, '0') <> 0
order by account, currency;

-- What came in, went out and was paid in fees, month by month?
select substr(time, 1, 7) as month, currency, type, count(*) as records,
  decimal_sum(amount) as amount, decimal_sum(fees) as fees
from wallet_history where status = 'COMPLETED' and vanished = 0
group by month, currency, type order by month, currency, type;

-- What did each account of the books gain and lose in a currency?
select ledger_account, decimal_sum(amount) as amount from postings where currency = 'BTC'
group by ledger_account order by ledger_account;

-- What does the wallet hold by the books, and what by the last snapshot?
select p.account, p.currency, decimal_sum(p.amount) as books, b.total as snapshot,
  decimal_sub(b.total, decimal_sum(p.amount)) as difference
from postings p join balances b on b.account = p.account and b.currency = p.currency
where p.ledger_account = 'wallet' and b.snapshot in (select max(snapshot) from balances group by account)
group by p.account, p.currency order by p.account, p.currency;

-- What did withdrawing cost, per currency and network, and how much of what was sent was that?
select currency, currency_network, count(*) as withdrawals, decimal_sum(amount) as sent, decimal_sum(fees) as fees
from wallet_history where type = 'Withdraw' and status = 'COMPLETED'
group by currency, currency_network order by currency, currency_network;

-- Which are the ten largest deposits of a currency?
select time, order_id, amount, txid from wallet_history
where type = 'Deposit' and currency = 'BTC' and status = 'COMPLETED'
order by decimal_key(amount) desc limit 10;

-- What is still open, and for how many days?
select time, order_id, type, currency, amount, status,
  round((unixepoch() * 1000 - timestamp) / 86400000.0, 1) as days
from wallet_history where status not in ('COMPLETED', 'CANCELLED', 'EXPIRED', 'FAILURE') order by timestamp;

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
