/**
 * An example of each command.
 *
 * @since 0.1.0
 */

const withdrawal = "--currency BTC --network Bitcoin --address bc1qexample --amount 0.01"

const examples: ReadonlyMap<string, string> = new Map([
  ["balances", "btse balances --json"],
  ["history", "btse history --currency BTC --since 2026-01-01 --count 50"],
  ["address get", "btse address get --currency BTC --network Bitcoin"],
  ["address create", "btse address create --currency BTC --network Bitcoin"],
  ["convert", "btse convert --amount 0.5 --from BTC --to USDT --key month-end-usdt"],
  [
    "transfer",
    "btse transfer --amount 100 --asset USDT --to-user alice --to-mail alice@example.com --key payroll-alice"
  ],
  ["currencies", "btse currencies --action WITHDRAW"],
  ["networks", "btse networks --currency BTC"],
  ["rate", "btse rate --from BTC --to USD"],
  ["withdraw", `btse withdraw ${withdrawal} --key invoice-17 --wait`],
  ["sync", "btse sync --watch 5m"],
  ["status", "btse status"],
  ["reconcile", "btse sync && btse reconcile --period 2026-01"],
  ["breaks list", "btse breaks list"],
  ["breaks show", "btse breaks show 3"],
  ["breaks assign", "btse breaks assign 3 maria"],
  ["breaks note", "btse breaks note 3 'asked the exchange, ticket 812'"],
  ["breaks resolve", "btse breaks resolve 3 --reason 'deposit that history lacks' --reference ticket-812"],
  ["breaks reopen", "btse breaks reopen 3 --reason 'the exchange says otherwise'"],
  ["close", "btse close 2026-10"],
  ["closes list", "btse closes list"],
  ["closes show", "btse closes show 2026-10"],
  ["adjust", "btse adjust --currency BTC --amount -0.0005 --reason 'fee that history lacks' --reference ticket-812"],
  ["import", "btse import trades.csv --dry-run"],
  ["entries list", "btse entries list"],
  ["entries reverse", "btse entries reverse 4711 --reason 'entered twice'"],
  ["verify", "btse verify"],
  ["withdrawals list", "btse withdrawals list"],
  ["withdrawals show", "btse withdrawals show invoice-17"],
  ["withdrawals track", "btse withdrawals track invoice-17"],
  ["withdrawals resolve", "btse withdrawals resolve"],
  ["ledger backup", "btse ledger backup books-2026-10.sqlite"],
  ["export", "btse export --format csv --output history.csv"],
  [
    "query",
    `btse query "select currency, decimal_sum(amount) from movements where type = 'Deposit' group by currency"`
  ],
  ["profile add", 'btse profile add books --api-key KEY --secret-command "pass show btse"'],
  ["profile set", "btse profile set books --rate-limit 10"],
  ["profile list", "btse profile list"],
  ["profile show", "btse profile show books"],
  ["profile remove", "btse profile remove books"],
  ["doctor", "btse doctor --profile books"],
  ["demo", "btse demo --ledger demo.sqlite"],
  ["sandbox", "btse sandbox --records 5000 --faults 0.1 --fault-kinds latency,reset-after"]
])

/**
 * The example of the command at a path; its bare name where it has none of its own.
 *
 * @since 0.1.0
 * @category rendering
 */
export const of = (path: string): string => examples.get(path) ?? `btse ${path}`
