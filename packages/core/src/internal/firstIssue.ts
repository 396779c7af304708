/**
 * The first issue of a failed decoding: its place and its message, without any value. The formatters of `ParseResult` print
 * values, which may be secret, or expand to gigabytes.
 *
 * @internal
 */
import { Option, type ParseResult, SchemaAST } from "effect"

export interface FirstIssue {
  /** The path as `0.total`; undefined where it is the whole. */
  readonly place: string | undefined
  readonly missing: boolean
  /** The message that a schema of this package gives. */
  readonly message: string | undefined
}

const first = (issues: ParseResult.SingleOrNonEmpty<ParseResult.ParseIssue>): ParseResult.ParseIssue | undefined =>
  "_tag" in issues ? issues : issues[0]

/** The message that a schema has for whatever is not of it. */
const annotated = (issue: ParseResult.ParseIssue): string | undefined => {
  if (!("ast" in issue)) return undefined
  const message = Option.map(SchemaAST.getMessageAnnotation(issue.ast), (say) => say(issue))
  return Option.getOrUndefined(Option.filter(message, (text) => typeof text === "string"))
}

/** Finds the first leaf. */
export const firstIssue = ({ issue }: ParseResult.ParseError): FirstIssue => {
  const path: Array<string> = []
  let at: ParseResult.ParseIssue | undefined = issue
  for (;;) {
    switch (at?._tag) {
      case "Pointer":
        path.push(...(Array.isArray(at.path) ? at.path : [at.path]).map(String))
        at = at.issue
        break
      case "Composite":
        at = first(at.issues)
        break
      case "Refinement":
      case "Transformation":
        at = at.issue
        break
      default:
        return {
          place: path.length === 0 ? undefined : path.join("."),
          missing: at?._tag === "Missing",
          message: at === undefined ? undefined : (("message" in at ? at.message : undefined) ?? annotated(at))
        }
    }
  }
}
