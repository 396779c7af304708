import { Btse, Doctor, Document, Documents, QueryRows } from "@btse-wallet/cli"
import * as Ledger from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect, Predicate, Schema } from "effect"
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

/** The schemas that have a name, and where they are told of. */
const named: ReadonlyMap<unknown, string> = new Map(
  Object.entries({ Doctor, Document, Query: QueryRows, ...Ledger }).flatMap(([module, exported]) =>
    Object.entries(exported)
      .filter(([, value]) => Schema.isSchema(value))
      .map(([name, value]): readonly [unknown, string] => [
        value,
        module === "Document"
          ? `[${module}.${name}](api/cli.md#${name.toLowerCase()})`
          : module in Ledger
            ? `[${module}.${name}](api/ledger.md#${name.toLowerCase()})`
            : `\`${module}.${name}\``
      ])
  )
)

const documentOf = (schema: unknown): string =>
  named.get(schema) ??
  (Predicate.hasProperty(schema, "value") && named.has(schema.value) ? `a list of ${named.get(schema.value)}` : "")

const ofCommand = (path: string) =>
  Object.entries(Documents.byCommand)
    .filter(([words]) => words === path || words.startsWith(`${path} --`))
    .map(([words, schema]) => ({ words, is: documentOf(schema) }))

const documents = (path: string): ReadonlyArray<string> =>
  ofCommand(path).map(({ is, words }) =>
    words === path ? `\`--json\` prints ${is}.` : `With \`${words.slice(path.length + 1)}\` it prints ${is}.`
  )

const paths = Btse.commands
  .flatMap(({ name, subcommands }) =>
    subcommands.length === 0 ? [[name]] : subcommands.map((subcommand) => [name, subcommand])
  )
  .toSorted((a, b) => a.join(" ").localeCompare(b.join(" "), "en"))

it("each command has a schema for its document, and each schema a command", () => {
  const words = paths.map((path) => path.join(" "))
  expect(words.filter((path) => !ofCommand(path).some((document) => document.words === path))).toEqual([])
  const ofNone = Object.keys(Documents.byCommand).filter((key) => !words.includes(key.replace(/ --.*/, "")))
  expect(ofNone).toEqual([])
  expect(words.flatMap(ofCommand).filter(({ is }) => is === "")).toEqual([])
})

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
        "Written by `pnpm docs:update` from what the program says of itself; a test compares it. A program reads the " +
          "documents of `--json` with the schemas of [@btse-wallet/cli/Documents](api/cli.md#documents).",
        fenced(overview),
        "## Exit codes",
        DocComment.parse(/\/\*(\*[^]*?)\*\//.exec(exitCodes)?.[1] ?? "").text,
        ...helps.flatMap(({ blocks, path }) => [
          `## btse ${path.join(" ")}`,
          ...blocks.map(part),
          documents(path.join(" ")).join(" ")
        ])
      ]
      yield* Effect.promise(() => expect(`${page.join("\n\n")}\n`).toMatchFileSnapshot("../../docs/reference/cli.md"))
    }).pipe(Effect.provide(NodeContext.layer)),
  60_000
)
