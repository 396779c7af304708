import { Btse, Output } from "@btse-wallet/cli"
import { Interactive } from "@btse-wallet/cli/Confirmation"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Writable } from "node:stream"
import * as DocComment from "./DocComment.ts"
import { root } from "./Declarations.ts"

/** What a run of the program prints on a terminal of a width that a page has. */
const printed = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  let text = ""
  const stdout: Output.StandardStream = Object.assign(
    new Writable({
      write: (chunk, _, done) => {
        text += String(chunk)
        done()
      }
    }),
    { isTTY: true, columns: 110 }
  )
  const output = Output.layer({ stdout, stderr: stdout, color: false })
  expect(
    yield* Effect.provide(
      Btse.run(args, "VERSION"),
      Layer.mergeAll(output, NodeContext.layer, Layer.succeed(Interactive, false))
    )
  ).toBe(0)
  return text.trimEnd()
})

const fenced = (text: string): string => `\`\`\`text\n${text}\n\`\`\``

const paths = Btse.commands
  .flatMap(({ name, subcommands }) =>
    subcommands.length === 0 ? [[name]] : subcommands.map((subcommand) => [name, subcommand])
  )
  .toSorted((a, b) => a.join(" ").localeCompare(b.join(" "), "en"))

it.effect("the reference of the commands is their help; `pnpm docs:update` writes it anew", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const commands = yield* Effect.forEach(paths, (path) =>
      Effect.map(printed([...path, "--help"]), (help) => `## btse ${path.join(" ")}\n\n${fenced(help)}`)
    )
    const exitCodes = yield* fs.readFileString(`${root}packages/cli/src/ExitCode.ts`)
    const page = [
      "# The commands of `btse`",
      "Written by `pnpm docs:update` from the commands themselves; a test compares it.",
      fenced((yield* printed([])).replace("btse VERSION", "btse")),
      "The documents of `--json` are the schemas of [Document](api/cli.md#document) and, for the books, of [the ledger](api/ledger.md).",
      "## Exit codes",
      DocComment.parse(/\/\*(\*[^]*?)\*\//.exec(exitCodes)?.[1] ?? "").text,
      ...commands
    ]
    yield* Effect.promise(() => expect(`${page.join("\n\n")}\n`).toMatchFileSnapshot("../../docs/reference/cli.md"))
  }).pipe(Effect.provide(NodeContext.layer))
)
