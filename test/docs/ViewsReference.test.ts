import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { ledger, makeExchange, temporaryFile } from "../ledger/Bench.ts"
import { root } from "./Declarations.ts"
import * as Questions from "./Questions.ts"
import * as ViewComments from "./ViewComments.ts"

const folder = `${root}packages/ledger/src/views`

const cell = (text: string): string => text.replaceAll("|", "\\|")

/** The columns of each view of a ledger, in their order. */
const found = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const views = yield* sql<{ readonly name: string }>`
    SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name`
  return yield* Effect.forEach(views, ({ name }) =>
    Effect.gen(function* () {
      // One that cannot be read has columns all the same.
      yield* sql`SELECT * FROM ${sql(name)}`
      const columns = yield* sql<{ readonly name: string }>`SELECT name FROM pragma_table_info(${name}) ORDER BY cid`
      return { name, columns: columns.map((column) => column.name) }
    })
  )
})

const sectionOf = ({ name, said, text }: ViewComments.View, columns: ReadonlyArray<string>): string => {
  const place = ({ columns: of }: ViewComments.Said) => Math.min(...of.map((one) => columns.indexOf(one)))
  const rows = said.toSorted((a, b) => place(a) - place(b))
  return [
    `## ${name}`,
    text,
    [
      "| column | |",
      "| --- | --- |",
      ...rows.map((row) => `| ${row.columns.map((one) => `\`${one}\``).join(", ")} | ${cell(row.text)} |`)
    ].join("\n")
  ].join("\n\n")
}

const intro = `# The public views

What a ledger file offers to whoever queries it, with [\`btse query\`](query.md), the \`sqlite3\` shell or any other program.
The tables behind the views are the program's own and may change; the views change only with a major version. This page is
written by \`pnpm docs:update\` from the comments of the ledger's views and from [ten-questions.sql](../../examples/ten-questions.sql);
tests compare it, and ask the questions.

- Amounts are exact decimal text without an exponent. SQLite's own \`sum\` would round them, and its \`max\`, \`>\` and
  \`order by\` compare them letter by letter, so that 9 is more than 10. Use [the functions](query.md#functions-on-amounts).
- \`timestamp\`, \`from_ms\` and \`to_ms\` are epoch milliseconds; every other instant is ISO 8601 text in UTC.
- One file can hold several accounts: what is asked of all of them wants \`account\` in its \`where\` or \`group by\`.
- \`btse query --as-of T\` shows the same views as they were at \`T\`, by when the ledger learned of things: rows that were seen
  later are not there, rows that changed later are as they were. \`btse status --as-of T\` and \`btse reconcile --as-of T\` tell
  from the same books; such a reconciliation is not written down. Of a withdrawal that has changed since \`T\` its transitions
  tell: \`reason\` is empty, and one that was \`UNKNOWN\` or \`UNSENT\` then is \`INTENDED\`.`

it.scoped("the reference of the views is what their declarations say of them; `pnpm docs:update` writes it anew", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const files = ["HistoryViews.ts", "BookViews.ts", "PaymentViews.ts"]
    const comments = ViewComments.views(yield* Effect.forEach(files, (file) => fs.readFileString(`${folder}/${file}`)))
    const views = yield* Effect.provide(found, ledger(makeExchange(), yield* temporaryFile))
    for (const { columns, name } of views) {
      const { said, text } = comments.get(name) ?? { said: [], text: "" }
      expect(text, name).toMatch(/\S\.$/)
      // Each column has something said of it, once, and nothing is said of what is none.
      expect(said.flatMap((one) => one.columns).toSorted(), name).toEqual(columns.toSorted())
    }
    const questions = Questions.ofFile(yield* fs.readFileString(Questions.ten))
    const page = [
      intro,
      // In the order in which they are declared.
      ...[...comments.values()].flatMap((view) =>
        views.filter(({ name }) => name === view.name).map(({ columns }) => sectionOf(view, columns))
      ),
      "## Ten questions of an accountant",
      ...questions.flatMap(({ question, sql }) => [question, `\`\`\`sql\n${sql}\n\`\`\``])
    ]
    yield* Effect.promise(() => expect(`${page.join("\n\n")}\n`).toMatchFileSnapshot("../../docs/reference/views.md"))
  }).pipe(Effect.provide(NodeContext.layer))
)
