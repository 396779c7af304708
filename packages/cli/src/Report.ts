/**
 * A reconciliation as a document to sign, print and archive: Markdown, HTML, or its lines as CSV, by the file's ending.
 *
 * @since 0.1.0
 */
import { Effect, Option, Stream } from "effect"
import { InvalidInput } from "./CliError.ts"
import type { Subject } from "./Report/Content.ts"
import { contentOf } from "./Report/Content.ts"
import * as Csv from "./Report/Csv.ts"
import * as Html from "./Report/Html.ts"
import * as Markdown from "./Report/Markdown.ts"
import * as WholeFile from "./WholeFile.ts"

/**
 * What a report tells of.
 *
 * @since 0.1.0
 * @category models
 */
export type { Subject } from "./Report/Content.ts"

/**
 * The kinds of files.
 *
 * @since 0.1.0
 * @category models
 */
export type Format = "md" | "csv" | "html"

const formats: ReadonlyMap<string, Format> = new Map([
  ["md", "md"],
  ["csv", "csv"],
  ["html", "html"]
])

/**
 * The format that a file's name ends with. Fails with `InvalidInput` where it is another.
 *
 * @since 0.1.0
 * @category constructors
 */
export const formatOf = (operation: string, path: string): Effect.Effect<Format, InvalidInput> =>
  Effect.mapError(
    Option.fromNullable(formats.get(/\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "")),
    () =>
      new InvalidInput({
        operation,
        problem: `The report ${path} ends with none of .md, .csv and .html; nothing was reconciled.`,
        advice: "Name a file that does with --report."
      })
  )

/**
 * Renders a report. The same books at the same moment give the same text.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (format: Format, subject: Subject): string => {
  switch (format) {
    case "csv":
      return Csv.render(subject.report)
    case "md":
      return Markdown.render(contentOf(subject))
    case "html":
      return Html.render(contentOf(subject))
  }
}

/**
 * Writes a report: whole, or with `InvalidInput` not at all.
 *
 * @since 0.1.0
 * @category printing
 */
export const write = Effect.fnUntraced(function* (operation: string, path: string, format: Format, subject: Subject) {
  yield* WholeFile.write({
    operation,
    path,
    content: Stream.make(render(format, subject)),
    advice: "Name a file in a folder that exists and can be written with --report."
  })
})
