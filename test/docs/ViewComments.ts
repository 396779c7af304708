/**
 * What the migrations say of the public views, in the comments above them: a sentence of the view, and a line for each of its
 * columns. What a later migration does not say again stays as an earlier one said it.
 */

/** Columns of a view that have one thing said of them. */
export interface Said {
  readonly columns: ReadonlyArray<string>
  readonly text: string
}

export interface View {
  readonly name: string
  readonly text: string
  readonly said: ReadonlyArray<Said>
}

const commented = /((?:^ *\/\/.*\n)*)(?: *yield\* sql`DROP VIEW \w+`\n)? *yield\* sql`CREATE VIEW (\w+) AS/gm

const unfolded = (comment: string): ReadonlyArray<string> =>
  comment
    .replace(/^ *\/\/ ?/gm, "")
    // A column's line may go on in the next ones.
    .replace(/\n {4}(?=\S)/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")

const column = /^ {2}([\w, ]+): (.*)$/

const ofView = (name: string, comment: string): View => {
  const lines = unfolded(comment)
  return {
    name,
    text: lines.filter((line) => !column.test(line)).join(" "),
    said: lines.flatMap((line) => {
      const [, columns, text] = column.exec(line) ?? []
      return columns === undefined || text === undefined ? [] : [{ columns: columns.split(", "), text }]
    })
  }
}

const together = (earlier: View | undefined, later: View): View => {
  if (earlier === undefined) return later
  const again = new Set(later.said.flatMap(({ columns }) => columns))
  const kept = earlier.said.map(({ columns, text }) => ({ columns: columns.filter((one) => !again.has(one)), text }))
  return {
    name: later.name,
    text: later.text === "" ? earlier.text : later.text,
    said: [...kept.filter(({ columns }) => columns.length > 0), ...later.said]
  }
}

/** The views that migrations make, given in the order in which they run. */
export const views = (migrations: ReadonlyArray<string>): ReadonlyMap<string, View> => {
  const all = new Map<string, View>()
  for (const text of migrations) {
    for (const [, comment = "", name = ""] of text.matchAll(commented)) {
      all.set(name, together(all.get(name), ofView(name, comment)))
    }
  }
  return all
}
