import { Btse } from "@btse-wallet/cli"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { root } from "./Declarations.ts"

const shell = /```(?:console|sh|cron|bash)[^\n]*\n([^]*?)```/g

/** The words of a line as a shell has them, as far as the pages write one. What ends a command is a word of its own. */
const wordsOf = (line: string): ReadonlyArray<string> =>
  Array.from(
    line.matchAll(/#.*|&&|\|\|?|2?>>?|<|;|(?:"(?:\\.|[^"])*"|'[^']*'|\$\([^)]*\)|\\.|[^\s"'&|<>;])+/g),
    ([word]) => word.replace(/"((?:\\.|[^"])*)"|'([^']*)'/g, (_, double, single) => double ?? single)
  )

const ends = /^(?:&&|\|\|?|2?>>?|<|;|#.*)$/

/** Every call of the program in a line, without its own name. */
const callsOf = (line: string): ReadonlyArray<ReadonlyArray<string>> => {
  const words = wordsOf(line)
  return words.flatMap((word, at) => {
    const before = words[at - 1] ?? "$"
    // In a line of cron it stands after the times.
    if (word !== "btse" || !(ends.test(before) || before === "$" || before === "*")) return []
    const rest = words.slice(at + 1)
    const end = rest.findIndex((other) => ends.test(other))
    return [end === -1 ? rest : rest.slice(0, end)]
  })
}

it.effect("every command line of a page is one that the program reads", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const docs = yield* fs.readDirectory(`${root}docs`, { recursive: true })
    const pages = [
      "README.md",
      "packages/cli/README.md",
      ...docs.filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`)
    ]
    const lines = yield* Effect.forEach(pages, (page) =>
      Effect.map(fs.readFileString(`${root}${page}`), (text) =>
        Array.from(text.matchAll(shell), ([, block]) => (block ?? "").split("\n"))
          .flat()
          .flatMap((line) => callsOf(line.trim()).map((words) => ({ page, words })))
      )
    )
    const calls = lines.flat()
    expect(calls.length).toBeGreaterThan(100)
    const read = yield* Effect.forEach(calls, (call) =>
      Effect.map(Effect.either(Btse.read(call.words)), (result) => ({
        ...call,
        wrong: Either.match(result, { onLeft: (error) => JSON.stringify(error), onRight: (left) => left.join(" ") })
      }))
    )
    expect(read.filter(({ wrong }) => wrong !== "")).toEqual([])
  }).pipe(Effect.provide(NodeContext.layer))
)
