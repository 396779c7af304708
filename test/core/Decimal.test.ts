import { Decimal } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import { BigDecimal, FastCheck, Option } from "effect"

const roundTrip = (text: string): string | undefined =>
  Option.getOrUndefined(Option.map(Decimal.fromText(text), Decimal.toText))

describe("Decimal", () => {
  it("keeps every digit of an amount, however long", () => {
    for (const text of ["123456789012345.123456789012345678", "0.000000000000000001", "-7.50", "0", "100"]) {
      expect(roundTrip(text)).toBe(text)
    }
  })

  it("writes an exponent out", () => {
    expect(roundTrip("2.78E7")).toBe("27800000")
    expect(roundTrip("1e-8")).toBe("0.00000001")
    expect(roundTrip("-1.5e3")).toBe("-1500")
  })

  it("refuses what is not a decimal, or would be a gigabyte written out", () => {
    for (const text of ["", " 1", "1.", ".5", "0x10", "NaN", "Infinity", "1_000", "1,5", "1e999999", "1e-999999999"]) {
      expect(roundTrip(text)).toBeUndefined()
    }
  })

  it.prop(
    "gives back any digits at any scale",
    [FastCheck.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), FastCheck.integer({ min: -30, max: 60 })],
    ([digits, scale]) => {
      const text = Decimal.toText(BigDecimal.make(digits, scale))
      expect(text).toMatch(/^-?\d+(\.\d+)?$/)
      const back = Option.getOrThrow(Decimal.fromText(text))
      expect(BigDecimal.equals(back, BigDecimal.make(digits, scale))).toBe(true)
    }
  )
})
