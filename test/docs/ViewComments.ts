/**
 * What the ledger says of its public views, in the comments above them: a sentence of the view, and a line for each of its
 * columns.
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

const commented = /((?:^ *\/\/.*\n)*) *yield\* sql`CREATE VIEW (\w+) AS/gm

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

/** The views that files declare, in their order. */
export const views = (files: ReadonlyArray<string>): ReadonlyMap<string, View> =>
  new Map(
    files
      .flatMap((text) => [...text.matchAll(commented)])
      .map(([, comment = "", name = ""]) => [name, ofView(name, comment)] as const)
  )
