/**
 * Comparison of a payment's address with the address of a history row, by the rules of the address's network.
 *
 * @internal
 */

/** `none`: the row has no address. `same, no tag`: the addresses agree, and the row lacks the payment's tag. */
export type AddressMatch = "same" | "same, no tag" | "another tag" | "another" | "none"

export interface Destination {
  readonly address: string
  readonly tag: string | null
}

/** A scheme before an address, as in `bitcoincash:qq…`. A tag behind one is shorter than an address. */
const scheme = /^[a-z]{3,20}:(?=.{20})/i

const hex = /^(?:0x|xdc)(?=[0-9a-f]+$)/i

/** Bech32 (BIP 173), and cash addresses without their scheme; both are written in one case. */
const oneCase = /^(?:[a-z][a-z0-9]*1[02-9ac-hj-np-z]{6,}|[qp][02-9ac-hj-np-z]{41})$/

const isOneCase = (text: string): boolean =>
  (text === text.toLowerCase() || text === text.toUpperCase()) && oneCase.test(text.toLowerCase())

/** The form in which equal addresses are equal texts. Base58 and every unknown form keep their case. */
export const canonicalAddress = (text: string): string => {
  const bare = text.trim().replace(scheme, "")
  if (hex.test(bare)) return bare.toLowerCase().replace(hex, "0x")
  return isOneCase(bare) ? bare.toLowerCase() : bare
}

/** Splits `address:tag` at its last colon. */
const split = (text: string): Destination => {
  const colon = text.lastIndexOf(":")
  return colon <= 0 || colon === text.length - 1
    ? { address: text, tag: null }
    : { address: text.slice(0, colon), tag: text.slice(colon + 1) }
}

const isSame = (one: string, other: string): boolean => canonicalAddress(one) === canonicalAddress(other)

export const matchAddress = (destination: Destination, shown: string | null): AddressMatch => {
  if (shown === null || shown.trim() === "") return "none"
  const tag = destination.tag?.trim() ?? ""
  const wanted = tag === "" ? split(destination.address) : { address: destination.address, tag }
  if (tag === "" && isSame(destination.address, shown)) return "same"
  if (isSame(wanted.address, shown)) return wanted.tag === null ? "same" : "same, no tag"
  const parts = split(shown)
  if (!isSame(wanted.address, parts.address)) return "another"
  return parts.tag?.trim() === wanted.tag ? "same" : "another tag"
}
