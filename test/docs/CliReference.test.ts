import { Btse } from "@btse-wallet/cli"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as InProcess from "../cli/InProcess.ts"
import { root } from "./Declarations.ts"
import * as DocComment from "./DocComment.ts"

const helpOf = Effect.fnUntraced(function* (path: ReadonlyArray<string>) {
  const { exitCode, stderr, stdout } = yield* InProcess.btse([...path, "--help"])
  expect({ path, exitCode, stderr }).toEqual({ path, exitCode: 0, stderr: "" })
  return stdout.trimEnd()
})

const fenced = (text: string, language = "text"): string => `\`\`\`${language}\n${text}\n\`\`\``

const cell = (text: string): string => text.replaceAll("|", "\\|")

const table = (lines: ReadonlyArray<string>): string =>
  [
    "| | |",
    "| --- | --- |",
    ...lines.map((line) => {
      const [name = "", description = ""] = line.split(/ {2,}(.*)/)
      return `| \`${cell(name)}\` | ${cell(description)} |`
    })
  ].join("\n")

/** A part of a help as Markdown: its usage, a heading with lines below it, or a paragraph. */
const part = (block: string): string => {
  const [first = "", ...rest] = block.split("\n")
  if (first.startsWith("Usage: ")) return fenced(block.replace("Usage: ", ""))
  const lines = rest.map((line) => line.trim())
  if (rest.length === 0 || rest.some((line) => !line.startsWith("  "))) return block
  return /^Examples?$/.test(first) ? fenced(lines.join("\n"), "sh") : `${first}:\n\n${table(lines)}`
}

const paths = Btse.commands
  .flatMap(({ name, subcommands }) =>
    subcommands.length === 0 ? [[name]] : subcommands.map((subcommand) => [name, subcommand])
  )
  .toSorted((a, b) => a.join(" ").localeCompare(b.join(" "), "en"))

it.effect(
  "the reference of the commands is their help; `pnpm docs:update` writes it anew",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const overview = (yield* helpOf([])).replace(/^btse \S+:/, "btse:")
      const helps = yield* Effect.forEach(
        paths,
        (path) => Effect.map(helpOf(path), (help) => ({ path, blocks: help.split("\n\n") })),
        { concurrency: 2 }
      )
      const exitCodes = yield* fs.readFileString(`${root}packages/cli/src/ExitCode.ts`)
      const page = [
        "# The commands of `btse`",
        "Written by `pnpm docs:update` from what the program says of itself; a test compares it. The documents of `--json` are " +
          "the schemas of [Document](api/cli.md#document) and, for the books, of [the ledger](api/ledger.md).",
        fenced(overview),
        "## Exit codes",
        DocComment.parse(/\/\*(\*[^]*?)\*\//.exec(exitCodes)?.[1] ?? "").text,
        ...helps.flatMap(({ blocks, path }) => [`## btse ${path.join(" ")}`, ...blocks.map(part)])
      ]
      yield* Effect.promise(() => expect(`${page.join("\n\n")}\n`).toMatchFileSnapshot("../../docs/reference/cli.md"))
    }).pipe(Effect.provide(NodeContext.layer)),
  60_000
)
