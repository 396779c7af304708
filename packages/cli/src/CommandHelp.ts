/**
 * A command's help: what it does, its options with those it needs first and those that every command has last, and an
 * example. What it says of an option is the option's own description; the library's page is four times as long.
 *
 * @since 0.1.0
 */
import { CliConfig, type CommandDescriptor, CommandDescriptor as Descriptor, HelpDoc } from "@effect/cli"
import * as Examples from "./CommandHelp/Examples.ts"
import { withoutStyle } from "./Failure.ts"
import type { Style } from "./Style.ts"
import * as Time from "./Options/Time.ts"
import * as Table from "./Table.ts"

interface Option {
  readonly name: string
  readonly description: string
  readonly optional: boolean
}

const text = (doc: HelpDoc.HelpDoc): string => withoutStyle(HelpDoc.toAnsiText(doc)).trim()

const blocks = (doc: HelpDoc.HelpDoc): ReadonlyArray<HelpDoc.HelpDoc> =>
  doc._tag === "Sequence" ? [...blocks(doc.left), ...blocks(doc.right)] : [doc]

// What the library says of every option of a kind.
const ofTheKind = /^(A user-defined piece of text\.|A true or false value\.)$/
const ofTheOptional = /^This (setting is optional|option can be set from environment variables)\./

const optionOf = (name: string, doc: HelpDoc.HelpDoc): Option => {
  const lines = blocks(doc).map((block) => text(block).replace(/\s+/g, " "))
  return {
    name: name.replace(/^\(-(.), (--[^)]+)\)/, "-$1, $2"),
    description: lines.filter((line) => line !== "" && !ofTheKind.test(line) && !ofTheOptional.test(line)).join(" "),
    optional:
      lines.some((line) => ofTheOptional.test(line)) ||
      lines.some((line) => ofTheKind.test(line) && line.startsWith("A true"))
  }
}

const optionsOf = (doc: HelpDoc.HelpDoc): ReadonlyArray<Option> =>
  blocks(doc).flatMap((block) =>
    block._tag === "DescriptionList"
      ? block.definitions.map(([name, description]) => optionOf(text(HelpDoc.p(name)), description))
      : []
  )

const general = /^--(json|utc|ledger|profile|base-url|insecure-http)\b/

const logLevel: Option = {
  name: "--log-level LEVEL",
  description: "What to log to stderr: all, trace, debug, info, warning, error, fatal or none.",
  optional: true
}

const time = `T is ${Time.expected}.`

const section = (heading: string, options: ReadonlyArray<Option>, width: number, style: Style): ReadonlyArray<string> =>
  options.length === 0
    ? []
    : [
        [
          Table.paint(heading, "bold", style),
          ...options.map(({ description, name }) =>
            Table.wrap(`  ${name.padEnd(width)}  ${description}`, style, width + 4)
          )
        ].join("\n")
      ]

const below = (path: string, subcommands: ReadonlyArray<string>, style: Style): string =>
  [
    `Usage: btse ${path} COMMAND`,
    ...subcommands.map((name) => `  ${Table.paint(Examples.of(`${path} ${name}`), "dim", style)}`),
    `\`btse ${path} COMMAND --help\` says what it takes.`
  ].join("\n")

/**
 * Renders the help of the command at a path, or names the ones below it where it has `subcommands`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (
  path: ReadonlyArray<string>,
  subcommands: ReadonlyArray<string>,
  descriptor: CommandDescriptor.Command<unknown>,
  style: Style
): string => {
  const name = path.join(" ")
  if (subcommands.length > 0) return below(name, subcommands, style)
  const doc = Descriptor.getHelp(descriptor, CliConfig.make({ showBuiltIns: false }))
  const paragraphs = blocks(doc).filter((block) => block._tag === "Paragraph")
  const described = paragraphs[0] === undefined ? "" : text(paragraphs[0]).replace(/\s+/g, " ")
  const all = optionsOf(doc)
  const own = all.filter((option) => !general.test(option.name))
  const required = own.filter(({ optional }) => !optional)
  const width = [...all, logLevel].reduce((most, option) => Math.max(most, option.name.length), 0)
  const usage = ["btse", name, ...required.map((option) => option.name), "[OPTIONS]"].join(" ")
  return [
    Table.wrap(`Usage: ${usage}`, style, 2),
    Table.wrap(described, style),
    ...section("Required", required, width, style),
    ...section(
      "Options",
      own.filter(({ optional }) => optional),
      width,
      style
    ),
    ...section("Everywhere", [...all.filter((option) => general.test(option.name)), logLevel], width, style),
    ...(all.some((option) => option.name.endsWith(" T")) ? [Table.wrap(time, style)] : []),
    `${Table.paint("Example", "bold", style)}\n  ${Examples.of(name)}`
  ].join("\n\n")
}
