import { Btse, Help } from "@btse-wallet/cli"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
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
    const all = yield* Effect.forEach(paths, (path) => Program.btse([...path, "--help"]), { concurrency: 2 })
    for (const [index, { exitCode, stderr, stdout }] of all.entries()) {
      const path = paths[index]?.join(" ")
      expect({ path, exitCode, stderr }).toEqual({ path, exitCode: 0, stderr: "" })
      expect(stdout).toContain(`$ btse ${path}`)
      expect(stdout).toMatch(/DESCRIPTION\n\n\S.+\.\n/)
      // Each option says what it does: between its name and the next there is a line of ours, ended by a point.
      for (const option of stdout.split(/^--|^\(-/m).slice(1)) {
        expect(option.split("\n\n").filter((line) => /^ {2}\S/.test(line)).length).toBeGreaterThanOrEqual(2)
      }
    }
  })
)
