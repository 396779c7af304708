import { Decimal } from "@btse-wallet/core"
import { AmountOption, Argv, TimeOption } from "@btse-wallet/cli"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Either, Option } from "effect"

const commands = [
  { name: "sync", subcommands: [] },
  { name: "query", subcommands: [] },
  { name: "withdrawals", subcommands: ["list", "show"] }
]

const parse = (...words: ReadonlyArray<string>) => Argv.parse(words, commands, new Set(["--json", "--full", "--yes"]))

const words = (...given: ReadonlyArray<string>) => Either.getOrThrow(parse(...given)).words

describe("Argv", () => {
  it("finds options before the command, after it and after its arguments", () => {
    const expected = ["withdrawals", "show", "--json", "--ledger", "f", "--", "ID"]
    expect(words("--json", "--ledger", "f", "withdrawals", "show", "ID")).toEqual(expected)
    expect(words("withdrawals", "--json", "show", "ID", "--ledger", "f")).toEqual(expected)
    expect(words("withdrawals", "show", "ID", "--json", "--ledger=f")).toEqual(expected)
  })

  it("takes a command's name for a value where an option wants one", () => {
    expect(words("--ledger", "sync", "sync")).toEqual(["sync", "--ledger", "sync"])
  })

  it("lets a query begin with dashes", () => {
    expect(words("query", "--json", "--", "-- all of it\nSELECT 1")).toEqual([
      "query",
      "--json",
      "--",
      "-- all of it\nSELECT 1"
    ])
  })

  it("takes a switch twice, and an option once", () => {
    expect(words("--json", "sync", "--json")).toEqual(["sync", "--json"])
    expect(Either.flip(parse("sync", "--ledger", "a", "--ledger", "b")).pipe(Either.getOrThrow).message).toBe(
      "--ledger was given twice. Give it once."
    )
  })

  it("says what there is where there is no such command", () => {
    const message = (...given: ReadonlyArray<string>) => Either.getOrThrow(Either.flip(parse(...given))).message
    expect(message("bogus")).toBe('There is no command "bogus". Run `btse --help` for the list of commands.')
    expect(message("withdrawals", "bogus")).toBe('btse withdrawals has no command "bogus". Use one of list, show.')
  })
})

describe("a time", () => {
  const iso = (text: string) => Option.map(TimeOption.fromText(text), DateTime.formatIso).pipe(Option.getOrNull)

  it("is UTC unless it says otherwise", () => {
    expect(iso("2026-01-31")).toBe("2026-01-31T00:00:00.000Z")
    expect(iso("2026-01-31T12:30")).toBe("2026-01-31T12:30:00.000Z")
    expect(iso("2026-01-31 12:30:15.5")).toBe("2026-01-31T12:30:15.500Z")
    expect(iso("2026-01-31T12:30:15+02:00")).toBe("2026-01-31T10:30:15.000Z")
  })

  it("can be epoch milliseconds", () => {
    expect(iso("1624987283000")).toBe("2021-06-29T17:21:23.000Z")
  })

  it("is refused where the calendar has no such day", () => {
    for (const text of ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "yesterday", "2026", "", "12:00"]) {
      expect(iso(text), text).toBeNull()
    }
    expect(iso("2024-02-29")).toBe("2024-02-29T00:00:00.000Z")
  })
})

describe("an amount", () => {
  const text = (given: string) => Option.map(AmountOption.fromText(given), Decimal.toText).pipe(Option.getOrNull)

  it("keeps every digit", () => {
    expect(text("123456789012345.123456789012345678")).toBe("123456789012345.123456789012345678")
    expect(text("0.00150000")).toBe("0.00150000")
  })

  it("is above zero and in plain notation", () => {
    for (const given of ["0", "0.0", "-1", "1e3", "1,000", ".5", "5.", "", "NaN", "0x10"]) {
      expect(text(given), given).toBeNull()
    }
  })
})
