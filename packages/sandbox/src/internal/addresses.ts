/**
 * Deposit addresses. One that has received nothing yet must be used before there is another.
 */
import type { Utils } from "effect"
import type { DepositAddress } from "../Exchange.ts"
import { decimalDigits, hex } from "./identifiers.ts"
import type { CryptoNetwork, Currency } from "./market.ts"

export interface Addresses {
  readonly of: (currency: Currency, network: CryptoNetwork) => ReadonlyArray<DepositAddress>
  readonly create: (currency: Currency, network: CryptoNetwork, now: number) => DepositAddress
  /** Takes an address away; whether it was there. */
  readonly remove: (currency: Currency, network: CryptoNetwork, address: string) => boolean
  /** A deposit came to the newest address of the pair. */
  readonly use: (currency: Currency, network: CryptoNetwork) => void
}

export const make = (random: Utils.PCGRandom): Addresses => {
  const addresses = new Map<string, ReadonlyArray<DepositAddress>>()
  const key = (currency: Currency, network: CryptoNetwork) => `${currency.name}-${network.name}`
  const of = (currency: Currency, network: CryptoNetwork) => addresses.get(key(currency, network)) ?? []

  return {
    of,
    create: (currency, network, now) => {
      const tag = network.tagged ? `:${decimalDigits(random, 9)}` : ""
      const address: DepositAddress = {
        address: `${network.addressPrefix}${hex(random, 38)}${tag}`,
        created: Math.floor(now / 1000),
        used: false
      }
      addresses.set(key(currency, network), [...of(currency, network), address])
      return address
    },
    remove: (currency, network, address) => {
      const left = of(currency, network).filter((one) => one.address !== address)
      const removed = left.length < of(currency, network).length
      addresses.set(key(currency, network), left)
      return removed
    },
    use: (currency, network) => {
      addresses.set(
        key(currency, network),
        of(currency, network).map((address) => ({ ...address, used: true }))
      )
    }
  }
}
