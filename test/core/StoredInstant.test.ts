import { StoredInstant } from "@btse-wallet/core"
import { describe, expect, it } from "@effect/vitest"
import * as fc from "effect/FastCheck"

const instant = fc.integer({ min: 0, max: 4_000_000_000_000 })
const span = fc.integer({ min: 0, max: 4_000_000 })

describe("A stored instant", () => {
  it("is believed up to its horizon and not beyond, and every past one is", () => {
    fc.assert(
      fc.property(instant, span, span, (now, horizon, beyond) => {
        expect(StoredInstant.isBelievable(now + horizon, now, horizon)).toBe(true)
        expect(StoredInstant.isBelievable(now + horizon + 1 + beyond, now, horizon)).toBe(false)
        expect(StoredInstant.isBelievable(now - beyond, now, horizon)).toBe(true)
      })
    )
  })

  it("as a sign of life is recent only within its time, before and after now", () => {
    fc.assert(
      fc.property(instant, span, span, (now, lasts, beyond) => {
        expect(StoredInstant.isRecent(now - lasts, now, lasts)).toBe(true)
        expect(StoredInstant.isRecent(now + lasts, now, lasts)).toBe(true)
        expect(StoredInstant.isRecent(now - lasts - 1 - beyond, now, lasts)).toBe(false)
        expect(StoredInstant.isRecent(now + lasts + 1 + beyond, now, lasts)).toBe(false)
      })
    )
  })
})
