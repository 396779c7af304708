/**
 * Requests that tests send.
 */
import { Decimal, WalletModel } from "@btse-wallet/core"
import { Option } from "effect"

export const currency = (name: string) => WalletModel.Currency.make(name)
export const network = (name: string) => WalletModel.Network.make(name)
export const amount = (text: string) => Option.getOrThrow(Decimal.fromText(text))

export const withdrawal: WalletModel.WithdrawRequest = {
  currency: currency("BTC"),
  network: network("Bitcoin"),
  address: "bc1q-a-place-nobody-should-log",
  amount: amount("0.001"),
  feeOnTop: false
}

export const conversion: WalletModel.ConvertRequest = {
  amount: amount("1"),
  from: currency("BTC"),
  to: currency("USD")
}

export const transfer: WalletModel.TransferRequest = {
  amount: amount("1.0"),
  asset: currency("BTC"),
  toUser: "jamesbond",
  toUserMail: "james.bond@google.com"
}

export const address = { currency: currency("BTC"), network: network("LIQUID") }
