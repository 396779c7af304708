import { canonicalAddress, matchAddress } from "../../packages/ledger/src/Payments/AddressMatch.ts"
import { matchAll } from "../../packages/ledger/src/Payments/Matching.ts"
import { matchNetwork } from "../../packages/ledger/src/Payments/NetworkMatch.ts"
import type { SoughtPayment, UnclaimedRow } from "../../packages/ledger/src/Payments/RowEvidence.ts"
import { couldBe } from "../../packages/ledger/src/Payments/RowEvidence.ts"
import { describe, expect, it } from "@effect/vitest"
import { dawn, decimal } from "./Bench.ts"

const minute = 60_000

interface PaymentOptions extends Partial<SoughtPayment> {
  readonly sentAt?: number
  readonly within?: number
  readonly lastEvent?: number
}

const payment = ({ lastEvent = 0, sentAt = dawn, within = 2_000, ...options }: PaymentOptions = {}): SoughtPayment => ({
  id: 1,
  key: "k",
  kind: "withdraw",
  status: "UNKNOWN",
  currency: "BTC",
  amount: decimal("0.5"),
  feeOnTop: false,
  network: "BITCOIN",
  address: "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
  tag: null,
  receiver: null,
  targetCurrency: null,
  reference: null,
  sendings: [{ at: sentAt, within, lastEvent }],
  ...options
})

const row = (options: Partial<UnclaimedRow> = {}): UnclaimedRow => ({
  orderId: "w77",
  type: "Withdraw",
  currency: "BTC",
  amount: decimal("0.5"),
  fees: decimal("0.001"),
  at: dawn + 1_000,
  address: "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
  network: "Bitcoin",
  txid: null,
  description: null,
  sourceCurrency: null,
  targetCurrency: null,
  firstEvent: 1,
  rows: 1,
  ...options
})

interface Options {
  readonly rivals?: ReadonlyArray<SoughtPayment>
  readonly readAt?: number
  readonly ruledOut?: string
}

/** The verdicts fifteen minutes and more after the sending, in the order of the payments. */
const judged = (
  open: ReadonlyArray<SoughtPayment>,
  rows: ReadonlyArray<UnclaimedRow>,
  { readAt = dawn + 16 * minute, rivals = [], ruledOut }: Options = {}
) => matchAll({ open, rivals, rows, readAt, lag: 15 * minute, isRuledOut: (_, { orderId }) => orderId === ruledOut })

const verdict = (sought: SoughtPayment, rows: ReadonlyArray<UnclaimedRow>, options?: Options) =>
  judged([sought], rows, options)[0]

const against = (sought: SoughtPayment, shown: UnclaimedRow, options?: Options) =>
  verdict(sought, [shown], options)?.candidates[0]?.against

describe("Matching an unknown payment", () => {
  it("finds the row with its address, network, amount and currency inside the measured time", () => {
    const found = verdict(payment(), [row(), row({ orderId: "w78", amount: decimal("0.6") })])
    expect(found).toMatchObject({ verdict: "found", candidates: [{ row: { orderId: "w77" }, against: [] }] })
    expect(found?.candidates[0]?.for).toEqual([
      "its currency and amount fit",
      "it names the address",
      "it names the network",
      "its time is 1 s after the sending"
    ])
  })

  it("leaves a row without an address, a network, or a tag to a person", () => {
    expect(against(payment(), row({ address: null }))).toEqual(["it names no address"])
    expect(against(payment(), row({ network: null }))).toEqual(["it names no network"])
    expect(against(payment({ tag: "77" }), row())).toEqual(["it names the address, without the tag"])
    expect(verdict(payment(), [row({ address: null })])?.verdict).toBe("ambiguous")
  })

  it("leaves a row from before the sending, or after the exchange gave up, to a person", () => {
    expect(against(payment(), row({ at: dawn - 3 * minute }))).toEqual([
      "its time is 180 s before the sending, and the clocks differ by no more than 2 s"
    ])
    expect(against(payment(), row({ at: dawn + minute }))).toEqual([
      "its time is 60 s after the sending, and the exchange gives up after 35 s"
    ])
    expect(verdict(payment(), [row({ at: dawn - 1_900 })])?.verdict).toBe("found")
    expect(verdict(payment({ within: 5 * minute }), [row({ at: dawn - 3 * minute })])?.verdict).toBe("found")
  })

  it("takes no row that was in the books before the sending, whatever the clocks say", () => {
    expect(verdict(payment({ lastEvent: 7 }), [row({ firstEvent: 7 })])?.verdict).toBe("missing")
    expect(verdict(payment({ lastEvent: 7 }), [row({ firstEvent: 8 })])?.verdict).toBe("found")
  })

  it("looks around each of several sendings", () => {
    const later = { at: dawn + 60 * minute, within: 2_000, lastEvent: 0 }
    const twice = payment({ sendings: [...payment().sendings, later] })
    const readAt = dawn + 80 * minute
    expect(verdict(twice, [row()], { readAt })?.verdict).toBe("found")
    expect(verdict(twice, [row({ at: later.at + 900 })], { readAt })?.verdict).toBe("found")
    expect(verdict(twice, [row({ at: dawn + 30 * minute })], { readAt })?.verdict).toBe("missing")
    expect(verdict(twice, [row(), row({ orderId: "w78", at: later.at })], { readAt })?.verdict).toBe("ambiguous")
  })

  it("gives a row to neither of two that could claim it, submitted ones and declared ones included", () => {
    const both = judged([payment(), payment({ id: 2, key: "k2" })], [row()])
    expect(both.map(({ verdict }) => verdict)).toEqual(["ambiguous", "ambiguous"])
    const submitted = payment({ id: 2, key: "k2", status: "SUBMITTED", reference: "other-1" })
    const [one, other] = judged([payment(), submitted], [row()])
    expect(one).toMatchObject({ verdict: "ambiguous", candidates: [{ against: ["payment k2 could be it as well"] }] })
    expect(other?.candidates[0]?.against).toEqual([
      "it does not name other-1, the exchange's id of the payment",
      "payment k could be it as well"
    ])
    expect(against(payment(), row(), { rivals: [payment({ id: 3, key: "k3", status: "REFUSED" })] })).toEqual([
      "payment k3 could be it as well"
    ])
    // A payment of another time or place is no rival.
    const apart = [payment({ id: 2, sentAt: dawn + 3 * minute }), payment({ id: 3, address: "1elsewhere" })]
    expect(against(payment(), row(), { rivals: apart })).toEqual([])
  })

  it("leaves equal rows, and a row whose order id is repeated, to a person", () => {
    const [match] = judged([payment()], [row(), row({ orderId: "w78" })])
    expect(match?.verdict).toBe("ambiguous")
    expect(match?.candidates.map(({ against }) => against)).toEqual([
      ["row w78 could be it as well"],
      ["row w77 could be it as well"]
    ])
    expect(against(payment(), row({ rows: 2 }))).toEqual(["its order id stands on 2 rows"])
    // A row that lacks a proof may be the payment's, and the other a colleague's.
    const lacking = [
      row({ orderId: "w78", rows: 2 }),
      row({ orderId: "w79", address: null }),
      row({ orderId: "w80", network: null })
    ]
    for (const other of lacking) expect(verdict(payment(), [row(), other])?.verdict).toBe("ambiguous")
    const contrary = [row({ orderId: "w78", at: dawn - minute }), row({ orderId: "w79", network: "LIQUID" })]
    for (const other of contrary) expect(verdict(payment(), [row(), other])?.verdict).toBe("found")
  })

  it("waits while a second row may still show up, and takes the exchange's reference at once", () => {
    const early = { readAt: dawn + minute }
    expect(verdict(payment(), [row()], early)).toMatchObject({ verdict: "waiting", candidates: [{ against: [] }] })
    expect(verdict(payment(), [], early)?.verdict).toBe("waiting")
    expect(verdict(payment(), [])?.verdict).toBe("missing")
    expect(verdict(payment({ reference: "tx1" }), [row({ txid: "tx1", address: null })], early)?.verdict).toBe("found")
  })

  it("takes a ruled-out row for no candidate", () => {
    expect(verdict(payment(), [row({ address: null })], { ruledOut: "w77" })).toMatchObject({
      verdict: "missing",
      candidates: []
    })
  })

  it("reads the fee of a row as the request's terms allow, and asks a person about the other reading", () => {
    const included = ["0.5", "-0.5", "0.499"].map((amount) => against(payment(), row({ amount: decimal(amount) })))
    expect(included).toEqual([[], [], []])
    const contrary = against(payment(), row({ amount: decimal("0.501") }))
    expect(contrary).toEqual(["its amount fits only where the fee is added to it"])
    const onTop = (amount: string) => against(payment({ feeOnTop: true }), row({ amount: decimal(amount) }))
    expect([onTop("0.5"), onTop("0.501")]).toEqual([[], []])
    expect(onTop("0.499")).toEqual(["its amount fits only where the fee is taken out of it"])
  })

  it("leaves transfers and conversions to a person, with what speaks for each row", () => {
    const nowhere = { address: null, network: null }
    const transfer = payment({ ...nowhere, kind: "transfer", receiver: "jamesbond" })
    const sent = row({ ...nowhere, type: "Transfer_Out", description: "To jamesbond" })
    expect(verdict(transfer, [sent])).toMatchObject({ verdict: "ambiguous" })
    expect(verdict(transfer, [sent])?.candidates[0]?.for).toContain("its description names the receiver")
    const convert = payment({ ...nowhere, kind: "convert", targetCurrency: "USD" })
    const bought = row({ ...nowhere, type: "Convert fiat", targetCurrency: "EUR" })
    expect(against(convert, bought)).toContain("it buys EUR")
    expect(verdict(convert, [sent])?.verdict).toBe("missing")
  })
})

describe("A row that could be a payment's", () => {
  it("is of its currency and amount, within minutes, with no address of another", () => {
    const could = (options: Partial<UnclaimedRow>) => couldBe(payment(), row(options))
    expect(could({ at: dawn - 4 * minute, address: null, network: null, amount: decimal("0.501") })).toBe(true)
    expect(could({ network: "LIQUID" })).toBe(true)
    expect(could({ type: "express buy" })).toBe(true)
    expect(could({ type: "Deposit" })).toBe(false)
    expect(could({ address: "bc1qelsewhere" })).toBe(false)
    expect(could({ amount: decimal("0.52") })).toBe(false)
    expect(could({ currency: "ETH" })).toBe(false)
    expect(could({ at: dawn + 6 * minute })).toBe(false)
  })
})

describe("Addresses", () => {
  const evm = "0x52908400098527886E0F7030069857D2E4169EE7"
  const bech32 = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
  const match = (address: string, shown: string | null, tag: string | null = null) =>
    matchAddress({ address, tag }, shown)

  it("are compared as their network does", () => {
    expect(match(evm, evm.toLowerCase())).toBe("same")
    expect(match(bech32.toUpperCase(), bech32)).toBe("same")
    expect(
      match("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A")
    ).toBe("same")
    expect(match("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "1boatslrhtknngkdxeeobr76b53lettpyt")).toBe("another")
    expect(match(evm, null)).toBe("none")
    expect(match(evm, "")).toBe("none")
    expect(canonicalAddress("xdc52908400098527886E0F7030069857D2E4169EE7")).toBe(evm.toLowerCase())
  })

  it("keep their tag apart, wherever it is written", () => {
    const ripple = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh"
    expect(match(ripple, `${ripple}:77`, "77")).toBe("same")
    expect(match(`${ripple}:77`, `${ripple}:77`)).toBe("same")
    expect(match(ripple, ripple, "77")).toBe("same, no tag")
    expect(match(`${ripple}:77`, ripple)).toBe("same, no tag")
    expect(match(ripple, `${ripple}:78`, "77")).toBe("another tag")
    expect(match(ripple, `${ripple}:78`)).toBe("another tag")
  })
})

describe("Networks", () => {
  it("are one under each of the exchange's names", () => {
    expect(matchNetwork("ERC20", "Ethereum", "USDT")).toBe("same")
    expect(matchNetwork("ETH-Ethereum", "ERC20", "ETH")).toBe("same")
    expect(matchNetwork("Bitcoin", "BITCOIN", "BTC")).toBe("same")
    expect(matchNetwork("Bitcoin", "LIQUID", "BTC")).toBe("another")
    expect(matchNetwork("Bitcoin", null, "BTC")).toBe("none")
  })
})
