/**
 * Requests that tests send.
 */
import { Decimal, type Wallet, WalletModel } from "@btse-wallet/core"
import { Option, Stream } from "effect"

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

/** Every transfer of the subaccount history. */
export const allSubaccountTransfers = (wallet: typeof Wallet.Wallet.Service) =>
  Stream.runCollect(wallet.subaccountTransfers({}))
