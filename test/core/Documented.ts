/**
 * The JSON examples of version 1.1.0 of the document, as they stand there.
 */
export const networks = `[
  "Bitcoin",
  "Liquid"
]`

export const exchangeRate = `{
  "code": 1,
  "msg": "Success",
  "time": 1643085970137,
  "data": 36051.55950285,
  "success": true
}`

export const balance = `[
  {
    "available": 520.52,
    "currency": "USD",
    "total": 5566.5566
  }
]`

export const history = `[
  {
    "amount": 21.35823825,
    "currency": "USD",
    "description": "string",
    "fees": 0.06,
    "orderId": 20181213000239,
    "status": 10,
    "timestamp": 1571630174639,
    "type": 1,
    "username": "btseUser",
    "wallet": "Wallet",
    "txid": "<Blockchain Transaction ID>",
    "currencyNetwork": "<Blockchain currency network>"
  }
]`

export const address = `[
  {
    "address": "Blockchain address",
    "created": 1592627542
  }
]`

export const withdraw = `{
  "withdraw_id": "<withdrawal ID>"
}`

export const currencies = `[
  "USD",
  "JPY",
  "GBP",
  "HKD",
  "SGD"
]`

export const convert = `{
    "amount": 1.0,
    "settlementAmount": 66680.43282,
    "amountCurrency": "BTC",
    "settlementCurrency": "USD",
    "rate": 66680.43282
}`

export const transfer = `{
  "amount": "1",
  "asset": "BTC",
  "toUser": "jamesbond",
  "toUserMail": "james.bond@google.com"
}`
