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

/** Not in 1.1.0: networks with their fees, as the exchange has them today. */
export const cryptoNetworks = `{
  "success": true,
  "code": 1,
  "msg": "Success",
  "time": 1760000000000,
  "data": [
    {
      "network": "BITCOIN",
      "name": "Bitcoin",
      "depositEnable": true,
      "withdrawEnable": true,
      "confirmationTime": 2,
      "needAddressExtension": false,
      "depositAmtMin": "0.00010000",
      "depositFeeMin": "0",
      "depositFeeRate": "0",
      "depositExtFees": "0",
      "depositExtFeeRate": "0",
      "withdrawAmtMin": "0.001",
      "withdrawFeeMin": "0.0005",
      "withdrawFeeRate": "0.001",
      "withdrawExtFees": "0.00001",
      "withdrawExtFeeRate": "0.0002"
    }
  ]
}`

/** Not in 1.1.0: the first of two pages of subaccount transfers. */
export const subaccountHistory = `{
  "success": true,
  "code": 1,
  "msg": "Success",
  "time": 1760000000000,
  "data": {
    "totalRows": 1,
    "pageSize": 50,
    "currentPage": 1,
    "totalPages": 1,
    "data": [
      { "timestamp": 1760000000000, "fromUser": "main", "receiver": "sub", "currency": "BTC", "amount": 0.10 }
    ]
  }
}`

/** Not in 1.1.0: the exchange's clock. */
export const serverTime = `{ "iso": "2026-01-01T00:00:00.500Z", "epoch": 1767225600.5 }`
