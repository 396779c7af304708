/**
 * The exports of a module as a reader of the reference wants them: each name once, with what its comment says and how it
 * is declared.
 */
import { FileSystem, Path } from "@effect/platform"
import { Effect } from "effect"
import { type Comment, parseSync } from "oxc-parser"
import * as DocComment from "./DocComment.ts"

/** An exported name. A schema and its type of the same name are one. */
export interface Export {
  readonly name: string
  readonly docs: ReadonlyArray<DocComment.DocComment>
  readonly signatures: ReadonlyArray<string>
}

export interface Module {
  readonly doc: DocComment.DocComment
  readonly exports: ReadonlyArray<Export>
}

interface Declared {
  readonly name: string
  readonly doc: DocComment.DocComment
  /** The text of the declaration, without `export` and `declare`. */
  readonly text: string
}

interface Parsed {
  readonly doc: DocComment.DocComment
  readonly declared: ReadonlyArray<Declared>
  readonly from: ReadonlyArray<{ readonly source: string; readonly names: ReadonlyArray<string> | "all" }>
}

type Node = ReturnType<typeof parseSync>["program"]["body"][number]

const commentBefore = (text: string, comments: ReadonlyArray<Comment>, start: number) => {
  const last = comments.findLast(({ end }) => end <= start)
  return last?.type === "Block" && last.value.startsWith("*") && text.slice(last.end, start).trim() === ""
    ? DocComment.parse(last.value)
    : DocComment.none
}

const namesOf = (node: Node): ReadonlyArray<string> => {
  switch (node.type) {
    case "VariableDeclaration":
      return node.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []))
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return node.id === null ? [] : [node.id.name]
    default:
      return []
  }
}

/** A class as it is written, without its body: what it extends says all that a caller needs. */
const withoutBody = (node: Node, text: string): string =>
  node.type === "ClassDeclaration" ? `${text.slice(0, node.body.start - node.start).trimEnd()} {}` : text

const parse = (file: string, text: string): Parsed => {
  const { comments, program } = parseSync(file, text)
  const first = comments.find(({ value }) => value.startsWith("*"))
  const parsed = program.body.map((node): Omit<Parsed, "doc"> => {
    if (node.type === "ExportAllDeclaration") {
      return { declared: [], from: node.exported === null ? [{ source: node.source.value, names: "all" }] : [] }
    }
    if (node.type !== "ExportNamedDeclaration") return { declared: [], from: [] }
    if (node.source !== null) {
      const names = node.specifiers.flatMap(({ exported }) => (exported.type === "Identifier" ? [exported.name] : []))
      return { declared: [], from: [{ source: node.source.value, names }] }
    }
    const { declaration } = node
    if (declaration === null) return { declared: [], from: [] }
    const doc = commentBefore(text, comments, node.start)
    const code = withoutBody(declaration, text.slice(declaration.start, declaration.end)).replace(/^declare /, "")
    return { declared: namesOf(declaration).map((name) => ({ name, doc, text: code })), from: [] }
  })
  return {
    doc: first === undefined ? DocComment.none : DocComment.parse(first.value),
    declared: parsed.flatMap(({ declared }) => declared),
    from: parsed.flatMap(({ from }) => from)
  }
}

/** `import("effect/BigDecimal").BigDecimal` is `BigDecimal.BigDecimal` to a reader. */
const readable = (text: string): string =>
  text
    .replace(/import\("(?:[^"]*\/)?(\w+)(?:\.ts)?"\)\./g, "$1.")
    .replace(/^( {4})+/gm, (indent) => "  ".repeat(indent.length / 4))
    .trim()

/**
 * A class and a schema are best read as they are written; of everything else the compiler's declaration tells more, as it
 * holds what is inferred.
 */
const signature = (written: Declared | undefined, declared: Declared): string => {
  if (written === undefined) return readable(declared.text)
  const isSchema = /^const \w+ = Schema\./.test(written.text) && written.text.length < 1_500
  // A type that spells out many others says less than the names that were written.
  const spellsOut = declared.text.length > 3_000 && written.text.length < declared.text.length
  return written.text.startsWith("class ") || isSchema || spellsOut ? written.text : readable(declared.text)
}

/** Reads a module and what it exports from others, from its source and its declaration. */
export const read = (
  source: string,
  declaration: string
): Effect.Effect<Module, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const written = parse(source, yield* Effect.orDie(fs.readFileString(source)))
    const compiled = parse(declaration, yield* Effect.orDie(fs.readFileString(declaration)))
    const own = new Map<string, { docs: Array<DocComment.DocComment>; signatures: Array<string> }>()
    const counts = new Map<string, number>()
    for (const declared of compiled.declared) {
      const nth = counts.get(declared.name) ?? 0
      counts.set(declared.name, nth + 1)
      const original = written.declared.filter(({ name }) => name === declared.name)[nth]
      const entry = own.get(declared.name) ?? { docs: [], signatures: [] }
      entry.docs.push(declared.doc)
      entry.signatures.push(signature(original, declared))
      own.set(declared.name, entry)
    }
    const others = yield* Effect.forEach(compiled.from, ({ names, source: from }) =>
      Effect.map(
        read(
          path.join(path.dirname(source), from),
          path.join(path.dirname(declaration), from.replace(/\.ts$/, ".d.ts"))
        ),
        ({ exports }) => exports.filter(({ name }) => names === "all" || names.includes(name))
      )
    )
    return {
      doc: written.doc,
      exports: [...Array.from(own, ([name, entry]) => ({ name, ...entry })), ...others.flat()]
    }
  })
