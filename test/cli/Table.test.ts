import { describe, expect, it } from "@effect/vitest"
import { Table } from "@btse-wallet/cli"

const piped = { colored: false, columns: undefined }

const columns: ReadonlyArray<Table.Column<{ readonly name: string; readonly amount: string }>> = [
  { heading: "NAME", cut: true, cell: ({ name }) => name },
  { heading: "AMOUNT", align: "decimal", cell: ({ amount }) => amount }
]

describe("Table", () => {
  it("sets amounts with their points in one column", () => {
    const rows = [
      { name: "BTC", amount: "4.20878416" },
      { name: "JPY", amount: "19787965.9884" },
      { name: "XRP", amount: "12" }
    ]
    expect(Table.render(rows, columns, piped).split("\n")).toEqual([
      "NAME             AMOUNT",
      "────  ─────────────────",
      "BTC          4.20878416",
      "JPY   19787965.9884",
      "XRP         12"
    ])
  })

  it("cuts what may be cut to the terminal's width, and never an amount", () => {
    const rows = [{ name: "a name that is far too long for it", amount: "123456789012345.123456789012345678" }]
    const lines = Table.render(rows, columns, { colored: false, columns: 48 }).split("\n")
    expect(lines[2]).toBe("a name that…  123456789012345.123456789012345678")
  })

  it("leaves nothing in a cell that a terminal would obey", () => {
    const rows = [{ name: "a\u001b[31mred\nline\u0007\u009b", amount: "1" }]
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(Table.render(rows, columns, piped)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    expect(Table.render(rows, columns, piped).split("\n")).toHaveLength(3)
  })

  it("colours only where the style has colour", () => {
    const colored = (style: typeof piped) => Table.paint("matched", "green", style)
    expect(colored(piped)).toBe("matched")
    expect(colored({ ...piped, colored: true })).toBe("\u001b[32mmatched\u001b[0m")
  })

  it("lets a long value go on below where it began, on a terminal alone and never within a word", () => {
    const fields = [
      ["head", "0123456789abcdef0123456789abcdef"],
      ["complete", "no: one gap and not yet read to the beginning"]
    ] as const
    expect(Table.renderFields(fields, { colored: false, columns: 32 }).split("\n")).toEqual([
      "head      0123456789abcdef0123456789abcdef",
      "complete  no: one gap and not",
      "          yet read to the",
      "          beginning"
    ])
    expect(Table.renderFields(fields, piped).split("\n")).toHaveLength(2)
    expect(Table.renderFields(fields, { colored: false, columns: 12 }).split("\n")).toHaveLength(2)
  })
})
