import { Csv } from "@btse-wallet/ledger"
import { describe, expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { cellsOf } from "./CsvCells.ts"

describe("CSV", () => {
  it("has nothing that a spreadsheet would take for a formula, and every number as it is", () => {
    for (const text of [
      "=1+1",
      "+cmd",
      "-1+1|calc",
      "@SUM(A1)",
      "@a b",
      "\tx",
      "\r=1",
      "\n=1",
      "＝1+1",
      "-1.5.5",
      "'=1",
      "''@x"
    ]) {
      expect(Csv.defused(text)).toBe(`'${text}`)
    }
    const others = [
      "-1.5",
      "+3",
      "-0.00000001",
      "-1e-8",
      "-",
      "",
      "@SPOT",
      "1=1",
      "a@b.c",
      "'quoted'",
      "2026-01-01",
      " =1"
    ]
    expect(others.map(Csv.defused)).toEqual(others)
  })

  it("loses nothing: what was put before a text can be taken away, and cells are read back as they were", () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^'{0,3}[=+\-@\t]?[-0-9.,"a' ]{0,6}$/),
      fc.constantFrom("-1.5", "-", "'", "'-1")
    )
    const taken = (cell: string) => cell.replace(/^'(?='*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20])/, "")
    fc.assert(
      fc.property(text, (cell) => {
        expect(taken(Csv.defused(cell))).toBe(cell)
      })
    )
    const plain = fc.string().filter((cell) => !/[\r\n]/.test(cell))
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1 }), (cells) => {
        expect(cellsOf(Csv.line(["id", ...cells]))).toEqual(["id", ...cells])
      })
    )
  })
})
