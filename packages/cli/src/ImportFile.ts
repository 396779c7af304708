/**
 * A file of movements as `btse import` takes it: CSV as RFC 4180 has it, a header line first. `docs/reference/import.md` has
 * the columns.
 *
 * @since 0.1.0
 */
import { Decimal } from "@btse-wallet/core"
import { Digest, Entries, LedgerError } from "@btse-wallet/ledger"
import { FileSystem } from "@effect/platform"
import { parse } from "csv-parse/sync"
import { Array as Arr, type BigDecimal, type DateTime, Effect, Either, Option, Predicate } from "effect"
import { InvalidInput } from "./CliError.ts"
import * as Nearest from "./Nearest.ts"
import * as Time from "./Options/Time.ts"

const required = ["id", "time", "currency", "amount"] as const
const optional = ["fee", "fee_currency", "kind", "description", "reference"] as const
const known: ReadonlyArray<string> = [...required, ...optional]

/**
 * A file's rows, and the SHA-256 of its bytes.
 *
 * @since 0.1.0
 * @category models
 */
export interface ImportFile {
  readonly file: string
  readonly rows: ReadonlyArray<Entries.ImportRow>
}

interface Parsed {
  readonly cells: ReadonlyArray<string>
  /** The line on which it begins, the first being 1. */
  readonly line: number
}

type Problems = Arr.NonEmptyReadonlyArray<string>

const csvProblem = (cause: unknown): string => {
  const line = Predicate.hasProperty(cause, "lines") && Predicate.isNumber(cause.lines) ? `line ${cause.lines}: ` : ""
  return `${line}a quote is not closed, or stands within a cell that does not begin with one`
}

/** The lines of cells. */
const parsed = (text: string): Either.Either<ReadonlyArray<Parsed>, Problems> => {
  const found: Array<Parsed> = []
  return Either.try({
    // The parser counts a line's end of two characters within quotes as two.
    try: () => {
      parse(text.replaceAll("\r\n", "\n"), {
        bom: true,
        relax_column_count: true,
        skip_empty_lines: true,
        on_record: (cells: ReadonlyArray<string>, { lines }) => {
          found.push({ cells, line: lines - cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0) })
          return null
        }
      })
      return found
    },
    catch: (cause): Problems => [csvProblem(cause)]
  })
}

const near = (name: string): string =>
  Option.match(Nearest.nearest(name, known), { onNone: () => "", onSome: (near) => ` (${near} is one)` })

/** Where each column stands. */
const columnsOf = ({ cells }: Parsed): Either.Either<ReadonlyMap<string, number>, Problems> => {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const missing = required.filter((name) => !names.includes(name))
  const problems = [
    ...names.flatMap((name, index) =>
      known.includes(name)
        ? names.indexOf(name) < index
          ? [`line 1: there are two columns "${name}"`]
          : []
        : [`line 1: there is no column "${name}"${near(name)}`]
    ),
    ...(missing.length > 0
      ? [
          `line 1: the header lacks ${missing.join(", ")}; its columns are ${known.join(", ")}, with commas between them`
        ]
      : [])
  ]
  return Arr.isNonEmptyArray(problems)
    ? Either.left(problems)
    : Either.right(new Map(names.map((name, index) => [name, index])))
}

const plainDecimal = /^[+-]?\d+(?:\.\d+)?$/

const decimalOf = (text: string): Option.Option<BigDecimal.BigDecimal> =>
  plainDecimal.test(text) ? Decimal.fromText(text.replace(/^\+/, "")) : Option.none()

const typeOf = (text: string): Option.Option<Entries.ImportType> =>
  text === ""
    ? Option.some("other")
    : Arr.findFirst(Entries.ImportType.literals, (literal) => literal === text.toLowerCase())

const nothing = (text: string): string | null => (text === "" ? null : text)

const wanted = {
  id: "an id that no other row has",
  time: Time.expected,
  currency: "a currency as the exchange names it, as in BTC",
  amount: "a decimal in plain notation, as in -0.00150000",
  fee: "a decimal in plain notation, as in 0.00150000, or nothing",
  kind: `one of ${Entries.ImportType.literals.join(", ")}, or nothing`
} as const

const rowOf = (
  { cells, line }: Parsed,
  columns: ReadonlyMap<string, number>
): Either.Either<Entries.ImportRow, Problems> => {
  if (cells.length !== columns.size) {
    return Either.left([`line ${line}: it has ${cells.length} cells where the header has ${columns.size}`])
  }
  const cell = (name: string): string => (cells[columns.get(name) ?? -1] ?? "").trim()
  const problems: Array<string> = []
  const read = <A>(name: keyof typeof wanted, reader: (text: string) => Option.Option<A>): Option.Option<A> => {
    const value = reader(cell(name))
    if (Option.isNone(value)) problems.push(`line ${line}, column ${name}: "${cell(name)}" is not ${wanted[name]}`)
    return value
  }
  const text = (value: string) => Option.liftPredicate(value, (given) => given !== "")
  const row = Option.all({
    id: read("id", text),
    at: read<DateTime.Utc>("time", Time.fromText),
    currency: read("currency", text),
    amount: read("amount", decimalOf),
    fees: read("fee", (fee) => (fee === "" ? Option.some(Decimal.zero) : decimalOf(fee))),
    type: read("kind", typeOf)
  })
  if (Arr.isNonEmptyArray(problems) || Option.isNone(row)) {
    return Either.left(Arr.isNonEmptyArray(problems) ? problems : [`line ${line}: it cannot be read`])
  }
  return Either.right({
    line,
    ...row.value,
    feeCurrency: nothing(cell("fee_currency")),
    description: nothing(cell("description")),
    reference: nothing(cell("reference")),
    raw: JSON.stringify(Object.fromEntries([...columns].map(([name, index]) => [name, cells[index] ?? ""])))
  })
}

/**
 * Reads the text of a file: all its rows, or what is wrong with any of them, a sentence each with line and column.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromText = (text: string): Either.Either<ReadonlyArray<Entries.ImportRow>, Problems> =>
  Either.flatMap(parsed(text), ([header, ...lines]) => {
    if (header === undefined) return Either.left<Problems>(["line 1: the file is empty"])
    return Either.flatMap(columnsOf(header), (columns) => {
      const [problems, rows] = Arr.separate(lines.map((line) => rowOf(line, columns)))
      const all = problems.flat()
      return Arr.isNonEmptyArray(all) ? Either.left(all) : Either.right(rows)
    })
  })

/**
 * Reads a file. Fails with `InvalidInput` where it cannot be read as UTF-8 text, and with `ImportRefused` where a line of it
 * is not what it should be.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fnUntraced(function* (operation: string, path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const { sha256 } = yield* Digest.Digest
  const refused = (problem: string) =>
    new InvalidInput({
      operation,
      problem: `${path} ${problem}; nothing was imported.`,
      advice: "Name a CSV file in UTF-8, with a header line that has id, time, currency and amount."
    })
  const bytes = yield* Effect.mapError(fileSystem.readFile(path), () => refused("cannot be read"))
  const text = yield* Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    catch: () => refused("is not text in UTF-8")
  })
  const rows = yield* Effect.mapError(
    fromText(text),
    (problems) => new LedgerError.ImportRefused({ operation, problems: [...problems] })
  )
  return { file: sha256(text), rows } satisfies ImportFile
})
