import { Output, Table, Visible } from "@btse-wallet/cli"
import { describe, expect, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"

const points = Array.from({ length: 0x110000 }, (_, point) => point)

/** What must not stand raw on a terminal, told by category and not by the module under test. */
const categories = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u
/** There are 900,000 of these: some of them stand for all. */
const vacant = /[\p{Cn}\p{Co}]/u
const invisible = new Set([
  0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x2800, 0x3164, 0xfe00, 0xfe0f, 0xffa0, 0xe0100, 0xa0,
  0x2000, 0x200a, 0x202f, 0x205f, 0x3000
])
const unsafe = points.filter((point) => {
  const character = String.fromCodePoint(point)
  return categories.test(character) || invisible.has(point) || (point % 97 === 0 && vacant.test(character))
})
const hidden = new Set(unsafe)

const printable = "Überweisung 東京 🚀 ₿ ½ عربي עברית é ~!@#$%^&*()_+`-={}|[]\\:\";'<>?,./"

describe("text on a terminal", () => {
  it("shows every control, format, separator, half and unassigned character as its escape, in a line and in lines", () => {
    // An ordinary letter beside each of them, so that no two halves make a character.
    const every = unsafe.map((point) => `${String.fromCodePoint(point)}a`).join("")
    const shown = Visible.line(every) + Visible.screen(every, true) + Visible.question(every)
    const raw = [...new Set(shown)]
      .map((character) => character.codePointAt(0) ?? 0)
      .filter((point) => hidden.has(point))
    // A bell, and going back to the line's beginning, are how a prompt is drawn.
    expect(raw.sort((a, b) => a - b).map((point) => point.toString(16))).toEqual(["7", "a", "d"])
    expect(unsafe.length).toBeGreaterThan(10_000)
    expect(Visible.line("a\u202eb\u0007\nc\u{e0001}\ud800")).toBe("a\\u202eb\\u0007\\nc\\udb40\\udc01\\ud800")
  })

  it("leaves letters, digits, signs, emoji and blanks as they are", () => {
    expect(Visible.line(printable)).toBe(printable)
    expect(Visible.screen(`${printable}\n`, false)).toBe(`${printable}\n`)
  })

  it("lets this program's colours pass where there is colour, and no other sequence", () => {
    const painted = Table.paint("green", "green", { colored: true, columns: 80 })
    expect(Visible.screen(`${painted}\u001b[2J\u001b]0;title\u0007\u001b[38;5;1m`, true)).toBe(
      `${painted}\\u001b[2J\\u001b]0;title\\u0007\\u001b[38;5;1m`
    )
    expect(Visible.screen(painted, false)).toBe("\\u001b[32mgreen\\u001b[0m")
  })

  it("cuts between characters, by the columns that they take", () => {
    expect(Visible.width("東京é\u0301")).toBe(5)
    expect(Visible.cut("東京東京", 6)).toBe("東京…")
    expect(Visible.cut("🚀🚀🚀", 4)).toBe("🚀…")
    expect(Visible.cut("abc", 3)).toBe("abc")
  })

  it("sets a table's columns under each other whatever is in its cells", () => {
    const rows = ["plain", "r\u202elt", "東京", "\u001b[31mred", "z\u200bero", "🚀"].map((name) => ({ name }))
    const columns: ReadonlyArray<Table.Column<{ readonly name: string }>> = [
      { heading: "N\u200bAME", cut: true, cell: ({ name }) => name },
      { heading: "LAST", cell: () => "|" }
    ]
    for (const width of [undefined, 100, 20, 16]) {
      const lines = Table.render(rows, columns, { colored: false, columns: width }).split("\n").slice(2)
      const places = lines.map((line) => Visible.width(line.slice(0, line.indexOf("|"))))
      expect(new Set(places).size, lines.join("\n")).toBe(1)
    }
  })

  const anyTexts = Arbitrary.make(Schema.Array(Schema.String))

  it.effect.prop("is a document that says the same, and holds none of them", [anyTexts], ([texts]) =>
    Effect.gen(function* () {
      const hostile = { "\u202ekey": [...texts, String.fromCodePoint(0x202e, 0x1b, 0x9b, 0xe0001), printable] }
      const schema = Schema.Record({ key: Schema.String, value: Schema.Array(Schema.String) })
      const json = yield* Output.encoded(schema, hostile)
      expect(yield* Schema.decode(Schema.parseJson(schema))(json)).toEqual(hostile)
      expect(Visible.line(json)).toBe(json)
    })
  )
})
