/**
 * What a doc comment says: its text, and its tags.
 */
export interface DocComment {
  /** What stands before the first tag. */
  readonly text: string
  readonly examples: ReadonlyArray<string>
  readonly since: string | undefined
  readonly category: string | undefined
  readonly internal: boolean
}

/** Reads the inside of a doc comment, from the first `*` on. */
export const parse = (comment: string): DocComment => {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*+ ?/, ""))
  const [before = "", ...tags] = lines.join("\n").split(/^@(?=[a-z]+\b)/m)
  const values = (name: string) => tags.flatMap((tag) => (tag.startsWith(name) ? [tag.slice(name.length).trim()] : []))
  return {
    text: before.trim().replace(/\{@link ([^}]+)\}/g, "`$1`"),
    examples: values("example"),
    since: values("since")[0],
    category: values("category")[0],
    internal: values("internal").length > 0
  }
}

/** Nothing said. */
export const none: DocComment = parse("")
