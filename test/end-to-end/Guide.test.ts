import { Command, FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { fileURLToPath } from "node:url"
import * as Program from "../cli/Program.ts"
import * as Terminal from "./Terminal.ts"
import * as Transcript from "./Transcript.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))

const chapters = [
  "1-first-sync.md",
  "2-first-reconciliation.md",
  "3-a-break.md",
  "4-withdrawing-safely.md",
  "5-several-accounts.md"
]

const columns = 110

const hasTmux = Command.exitCode(Command.make("tmux", "-V")).pipe(
  Effect.map((code) => code === 0),
  Effect.orElseSucceed(() => false)
)

/** A folder in which `btse` is the program, and a home that is empty. */
const desk = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "btse-guide-" })
  const bin = path.join(folder, ".bin")
  const work = path.join(folder, "work")
  yield* fs.makeDirectory(bin)
  yield* fs.makeDirectory(work)
  const program = path.join(root, "packages/cli/dist/bin.js")
  yield* fs.writeFileString(path.join(bin, "btse"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`)
  yield* fs.chmod(path.join(bin, "btse"), 0o755)
  return {
    folder: work,
    environment: { HOME: folder, PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, LANG: "C.UTF-8", HISTFILE: "" }
  }
})

/** A variable that the page leaves out is what the other terminal says it is. */
const filledIn = (command: string, other: ReadonlyArray<string>): string => {
  const [start, end] = command.split("…")
  if (end === undefined || start === undefined) return command
  return other.find((line) => line.startsWith(start)) ?? command
}

const question = /^. (.*: )\S (yes)$/g

/** Types a command, and what it asks for; what stands between it and the next prompt is what it shows. */
const typed = Effect.fnUntraced(function* (
  terminal: Terminal.Terminal,
  command: ReadonlyArray<string>,
  shown: Transcript.Step["shown"]
) {
  const before = (yield* terminal.lines).length
  for (const line of command) {
    yield* terminal.type(line)
    yield* terminal.press("Enter")
  }
  for (const [, asked = "", answer = ""] of shown.flatMap((line) => [...line.matchAll(question)])) {
    yield* terminal.until(asked, (lines) => lines.at(-1)?.includes(asked) === true)
    yield* terminal.type(answer)
    yield* terminal.press("Enter")
  }
  const lines = yield* terminal.until(
    `the end of "${command[0]}"`,
    (all) => all.length > before && all.at(-1) === Terminal.prompt
  )
  return lines.slice(before + command.length - 1, -1)
})

/** Types what goes on, until the last line that the page shows of it has come. */
const started = Effect.fnUntraced(function* (terminal: Terminal.Terminal, { command, shown }: Transcript.Step) {
  yield* terminal.type(command.join(""))
  yield* terminal.press("Enter")
  const last = shown.findLast((line) => line !== "") ?? ""
  const lines = yield* terminal.until(last, (all) => all.some((line) => Transcript.like(last, line)))
  return lines.slice(1)
})

/** Performs pages one after the other on the same desk. */
const performed = Effect.fnUntraced(function* (pages: ReadonlyArray<string>) {
  const terminals = yield* Terminal.make({ columns, ...(yield* desk) })
  const here = yield* terminals.open("here")
  let said: ReadonlyArray<string> = []
  return yield* Effect.forEach(pages, (page, number) =>
    Effect.gen(function* () {
      const shown = new Map<number, ReadonlyArray<string>>()
      for (const [index, block] of Transcript.blocks(page).entries()) {
        const terminal = block.other ? yield* terminals.open(`other-${number}-${index}`) : here
        for (const step of block.steps) {
          const lines = block.other
            ? yield* started(terminal, step)
            : yield* typed(
                terminal,
                step.command.map((line) => filledIn(line, said)),
                step.shown
              )
          if (block.other) said = lines
          shown.set(step.line, lines)
        }
      }
      return shown
    })
  )
}, Effect.scoped)

const file = (chapter: string): string => `${root}docs/guide/${chapter}`

describe("the guide", () => {
  it.live(
    "shows of a terminal what a terminal shows, command by command",
    (test) =>
      Effect.gen(function* () {
        if (!(yield* hasTmux)) return test.skip("tmux is not here")
        const fs = yield* FileSystem.FileSystem
        yield* Program.build
        const pages = yield* Effect.forEach(chapters, (chapter) => fs.readFileString(file(chapter)))
        const shown = yield* performed(pages)
        // `--update` writes what the terminal showed into the page.
        yield* Effect.forEach(chapters, (chapter, index) => {
          const page = Transcript.rewritten(pages[index] ?? "", shown[index] ?? new Map())
          return Effect.promise(() => expect(page).toMatchFileSnapshot(file(chapter)))
        })
      }).pipe(Effect.provide(NodeContext.layer)),
    180_000
  )
})
