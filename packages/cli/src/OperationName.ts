/**
 * The exchange's operations in the words of people: errors of core name them as the API's declaration does.
 *
 * @since 0.1.0
 */

const names: ReadonlyMap<string, string> = new Map([
  ["balance", "the query of balances"],
  ["history", "the query of wallet history"],
  ["subaccountHistory", "the query of a subaccount's history"],
  ["getAddress", "the query of an address"],
  ["createAddress", "the creation of an address"],
  ["withdraw", "the withdrawal"],
  ["convert", "the conversion"],
  ["transfer", "the transfer"],
  ["availableCurrencies", "the query of currencies"],
  ["availableCurrencyNetworks", "the query of networks"],
  ["cryptoNetworks", "the query of networks"],
  ["exchangeRate", "the query of the exchange rate"],
  ["assetExchangeRate", "the query of the exchange rate"],
  ["serverTime", "the query of the exchange's time"]
])

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/**
 * A message with the operation's name put into words, where it stands first.
 *
 * @since 0.1.0
 * @category conversions
 */
export const inWords = (message: string, operation: string): string => {
  const name = names.get(operation)
  if (name === undefined) return message
  return message.replace(new RegExp(`\\b${operation}\\b`), (_, at: number) => (at === 0 ? capital(name) : name))
}
