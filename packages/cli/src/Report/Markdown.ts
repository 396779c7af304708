/**
 * A report as Markdown with tables.
 *
 * @since 0.1.0
 */
import { plain } from "../Table.ts"
import type { Content, Section } from "./Content.ts"

/** Text from elsewhere says what it says, and is no markup. */
const escaped = (text: string): string => plain(text).replace(/[\\`*_[\]<>|#~]/g, "\\$&")

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const section = ({ columns, heading, paragraphs, rows }: Section): string =>
  [
    `## ${escaped(heading)}`,
    ...paragraphs.map(escaped),
    ...(rows.length === 0
      ? []
      : [
          [
            row(columns.map((column) => escaped(column.heading))),
            row(columns.map(({ amount }) => (amount === true ? "---:" : "---"))),
            ...rows.map((cells) => row(cells.map(escaped)))
          ].join("\n")
        ])
  ].join("\n\n")

/**
 * Renders a report.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = ({ facts, sections, status, title, verdict }: Content): string =>
  `${[
    `# ${escaped(title)}`,
    `**${status}**: ${escaped(verdict)}`,
    [row(["", ""]), row(["---", "---"]), ...facts.map(([name, value]) => row([escaped(name), escaped(value)]))].join(
      "\n"
    ),
    ...sections.map(section)
  ].join("\n\n")}\n`
