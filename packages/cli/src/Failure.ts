/**
 * What a failed run tells: two sentences on stderr, with `--json` a document on stdout, and the exit code.
 *
 * @since 0.1.0
 */
import { HelpDoc, ValidationError } from "@effect/cli"
import { Cause, Effect, Option, Predicate, Ref } from "effect"
import { NotWell } from "./CliError.ts"
import * as ExitCode from "./ExitCode.ts"
import { FailureDocument } from "./Failure/Document.ts"
import * as OperationName from "./OperationName.ts"
import * as Output from "./Output.ts"
import * as ShellWord from "./ShellWord.ts"
import { plain } from "./Table.ts"

export * from "./Failure/Document.ts"

/**
 * A failure in the terms of its catcher.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  readonly tag: string
  readonly message: string
  readonly operation: string | null
  readonly retryable: boolean
  readonly exitCode: ExitCode.ExitCode
}

// oxlint-disable-next-line no-control-regex -- the escape sequences that the library puts into its messages
const styles = /\u001b\[[0-9;]*m/g

/**
 * Text without the escape sequences of a terminal.
 *
 * @since 0.1.0
 * @category conversions
 */
export const withoutStyle = (text: string): string => text.replace(styles, "")

const sentence = (text: string): string => {
  const line = withoutStyle(text).replace(/\s+/g, " ").trim()
  return line === "" || /[.!?]$/.test(line) ? line : `${line}.`
}

/** A message on one line. */
const prose = (text: string): string => plain(text.replace(/[\r\n]+/g, " "))

/** The library's messages in the words of the others. */
const inWords = (text: string): string =>
  text
    .replace(/Expected to find option: '([^']*)'\.?/g, "$1 is missing.")
    .replace(/Expected a value following option: '([^']*)'\.?/g, "$1 wants a value.")
    .replace(/\(Invalid data at (\w+): "([^]*)"\)/g, "$1 $2")
    .replace(/Received unknown argument: '([^']*)'\.?/g, "There is no option or argument $1 here.")

const fromValidation = (error: ValidationError.ValidationError, path: ReadonlyArray<string>): Failure => {
  // Two values for one option come without a word of the library's.
  const said = sentence(inWords(HelpDoc.toAnsiText(error.error))) || "An option was given twice."
  const help = ["btse", ...path, "--help"].join(" ")
  return {
    tag: "InvalidInput",
    message: `${said} Run \`${help}\` to see what the command takes.`,
    operation: ["btse", ...path].join(" "),
    retryable: false,
    exitCode: 2
  }
}

const unexpected = (tag: string, message: string): Failure => ({
  tag,
  message: `${sentence(message)} This is a fault of the program: run it again with --log-level debug and report what it says.`,
  operation: null,
  retryable: false,
  exitCode: 1
})

/** The key of a payment that an error names in a field and not in its message, and the next command about it. */
const further = (error: Error & { readonly _tag: string }): string => {
  const key = Predicate.hasProperty(error, "key") && Predicate.isString(error.key) ? error.key : undefined
  if (key === undefined) return ""
  if (error._tag === "OutcomeUnknown")
    return ` Its key is ${key}: \`btse withdrawals resolve ${ShellWord.of(key)}\` does that.`
  return named(error.message, key)
}

const named = (message: string, key: string): string => (message.includes(key) ? "" : ` Its key is ${key}.`)

const isTagged = (error: unknown): error is Error & { readonly _tag: string } =>
  error instanceof Error && Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag)

const fromError = (error: unknown, path: ReadonlyArray<string>): Failure => {
  if (ValidationError.isValidationError(error)) return fromValidation(error, path)
  if (isTagged(error)) {
    const operation =
      Predicate.hasProperty(error, "operation") && Predicate.isString(error.operation) ? error.operation : null
    return {
      tag: error._tag,
      message: prose(
        `${operation === null ? error.message : OperationName.inWords(error.message, operation)}${further(error)}`
      ),
      operation,
      retryable: Predicate.hasProperty(error, "retryable") && error.retryable === true,
      exitCode: error instanceof NotWell ? error.exitCode : ExitCode.fromTag(error._tag)
    }
  }
  return unexpected("Unexpected", error instanceof Error ? error.message : "Something failed without saying what")
}

/**
 * Reads a cause; `None` where the run was only interrupted. `path` is the command's, for the advice.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromCause = (cause: Cause.Cause<unknown>, path: ReadonlyArray<string>): Option.Option<Failure> =>
  Option.orElse(
    Option.map(Cause.failureOption(cause), (error) => fromError(error, path)),
    () =>
      Option.map(Cause.dieOption(cause), (defect) =>
        unexpected("Defect", defect instanceof Error ? defect.message : "Something broke without saying what")
      )
  )

/**
 * Tells a failure: sentences to stderr, and with `json` the document to stdout, unless this run's one document is out
 * already.
 *
 * @since 0.1.0
 * @category printing
 */
export const report = Effect.fnUntraced(function* (failure: Failure, json: boolean) {
  const output = yield* Output.Output
  const key = yield* Ref.get(output.paymentKey)
  const { exitCode: _, ...error } = failure
  // Also what knows nothing of the payment, as a fault of the connection, is told with its handle.
  const message = Option.match(key, {
    onNone: () => failure.message,
    onSome: (key) => failure.message + named(failure.message, key)
  })
  yield* output.note(message)
  if (!json || (yield* Ref.get(output.documentPrinted))) return
  yield* Output.document(FailureDocument, { error: { ...error, message } })
})
