-- A session with a ledger's public views, question by question. Run it in the sqlite3 shell:
--   sqlite3 -box books.sqlite < examples/sql-session.sql
-- or one question at a time with `btse query`. Amounts are exact text: the decimal functions read them, SQLite's own do not.

-- What is in these books, and since when?
select account, count(*) as records, min(time) as first, max(time) as last from wallet_history group by account;

-- Is history complete? Each row is a span without a gap.
select * from coverage;

-- What moved, by type and currency?
select type, currency, count(*) as records, decimal_sum(amount) as amount, decimal_sum(fee) as fees
from movements
group by type, currency order by type, currency;

-- What came in, month by month?
select substr(time, 1, 7) as month, currency, decimal_sum(amount) as deposited
from movements where type = 'Deposit'
group by month, currency order by month desc, currency limit 12;

-- Which withdrawals cost more than a thousandth of what they moved?
select time, currency, amount, fee from movements
where type = 'Withdraw' and decimal_cmp(decimal_add(decimal_mul(fee, '1000'), amount), '0') > 0
order by time desc limit 5;

-- What is still on its way?
select time, type, currency, amount, status from wallet_history
where status in ('PENDING', 'PROCESSING') order by time desc;

-- What does the wallet hold, and how much of it is on hold?
select account, currency, total, decimal_sub(total, available) as on_hold
from balances where snapshot in (select max(id) from snapshots group by account) order by account, currency;

-- What changed after it was first seen?
select time, currency, type, status, first_seen, last_changed from wallet_history
where last_changed > first_seen order by last_changed desc limit 5;
