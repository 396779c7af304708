/**
 * Comparison of network names across the exchange's spellings.
 *
 * @internal
 */

/** Names of one network each; the exchange and the chains' own documents use all of them. */
const synonyms: ReadonlyArray<ReadonlyArray<string>> = [
  ["BITCOIN", "BTC", "XBT", "BITCOINNETWORK"],
  ["ETHEREUM", "ETH", "ERC20", "ETHEREUMERC20", "ETHERC20"],
  ["TRON", "TRX", "TRC20", "TRONTRC20", "TRXTRC20"],
  ["BSC", "BEP20", "BEP20BSC", "BSCBEP20", "BNBSMARTCHAIN", "BNBSMARTCHAINBEP20", "BINANCESMARTCHAIN"],
  ["POLYGON", "MATIC", "POL", "POLYGONPOS"],
  ["LIQUID", "LBTC", "LIQUIDNETWORK"],
  ["LITECOIN", "LTC"],
  ["BITCOINCASH", "BCH"],
  ["RIPPLE", "XRP", "XRPL", "XRPLEDGER"],
  ["STELLAR", "XLM"],
  ["SOLANA", "SOL", "SPL", "SOLANASPL"],
  ["CARDANO", "ADA"],
  ["DOGECOIN", "DOGE"],
  ["POLKADOT", "DOT"],
  ["MONERO", "XMR"],
  ["ARBITRUM", "ARBITRUMONE", "ARB"],
  ["OPTIMISM", "OP", "OPMAINNET"],
  ["AVALANCHEC", "AVAXC", "AVALANCHECCHAIN", "AVAXCCHAIN"]
]

const canonicalNames = new Map(synonyms.flatMap((names) => names.map((name) => [name, names[0] ?? name] as const)))

const canonicalNetwork = (text: string): string => {
  const plain = text.toUpperCase().replace(/[^A-Z0-9]/g, "")
  return canonicalNames.get(plain) ?? plain
}

/** `none`: the row has no network. A pair such as `BTC-Bitcoin` is read without its currency. */
export const matchNetwork = (wanted: string, shown: string | null, currency: string): "same" | "another" | "none" => {
  if (shown === null || shown.trim() === "") return "none"
  const bare = (text: string): string => {
    const pair = `${currency}-`.toUpperCase()
    return canonicalNetwork(text.toUpperCase().startsWith(pair) ? text.slice(pair.length) : text)
  }
  return bare(wanted) === bare(shown) ? "same" : "another"
}
