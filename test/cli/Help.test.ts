import { Btse, Help } from "@btse-wallet/cli"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const paths = Btse.commands.flatMap(({ name, subcommands }) =>
  subcommands.length === 0 ? [[name]] : subcommands.map((subcommand) => [name, subcommand])
)

it("lists every command", () => {
  const help = Help.render("0.0.0", { colored: false, columns: undefined })
  for (const [name, subcommand] of paths) {
    expect(help).toMatch(new RegExp(`^  ${name}( |$)`, "m"))
    if (subcommand !== undefined) expect(help).toMatch(new RegExp(`^  ${name} \\S*\\b${subcommand}\\b`, "m"))
  }
  expect(help.match(/^ {2}[a-z]+/gm)).toHaveLength(Btse.commands.length)
})

it.effect("is what btse says without a command, and each command has its own", () =>
  Effect.gen(function* () {
    yield* Program.build
    const help = yield* Program.btse([])
    expect(help).toMatchObject({ exitCode: 0, stderr: "" })
    expect(help.stdout).toContain("Usage: btse COMMAND")
    expect((yield* Program.btse(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    const all = yield* Effect.forEach(paths, (path) => InProcess.btse([...path, "--help"]))
    for (const [index, { exitCode, stderr, stdout }] of all.entries()) {
      const path = paths[index]?.join(" ")
      expect({ path, exitCode, stderr }).toEqual({ path, exitCode: 0, stderr: "" })
      expect(stdout).toMatch(new RegExp(`^Usage: btse ${path}\\b`))
      // A sentence of what it does, an example that is a run of it, and nothing of the library's own words.
      expect(stdout).toMatch(/\n\n\S.+\.\n\n/)
      expect(stdout).toMatch(new RegExp(`\nExample\n  (\\w+ \\w+ && )?btse ${path}\\b`))
      expect(stdout).not.toMatch(/user-defined|true or false|setting is optional/)
      // Each option says what it does, on its own line.
      const options = stdout.split("\n").filter((line) => /^ {2}(-\w, )?--/.test(line))
      expect(options.filter((line) => !/ {2}\S.*\.$/.test(line))).toEqual([])
      expect(options.length).toBeGreaterThanOrEqual(1)
    }
  })
)
