import { Btse } from "@btse-wallet/cli"
import { Command } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as InProcess from "./InProcess.ts"
import * as Program from "./Program.ts"

const script = (shell: string) =>
  Effect.map(InProcess.btse(["--completions", shell]), ({ exitCode, stdout }) => {
    expect(exitCode).toBe(0)
    return stdout
  })

it.effect("bash offers commands, options, and the words of an option that is one of a few", () =>
  Effect.gen(function* () {
    const completions = yield* script("bash")
    const offered = (...words: ReadonlyArray<string>) => {
      const typed = `COMP_WORDS=(btse "$@"); COMP_CWORD=$#; _btse_bash_completions btse; echo "\${COMPREPLY[@]}"`
      return execFileSync("bash", ["-c", `${completions}\n${typed}`, "bash", ...words], { encoding: "utf8" }).trim()
    }
    expect(offered("recon")).toBe("reconcile")
    expect(offered("withdrawals", "re")).toBe("resolve")
    expect(offered("export", "--form")).toBe("--format")
    expect(offered("currencies", "--action", "W")).toBe("WITHDRAW")
    expect(offered("export", "--format", "ro")).toBe("rotki rotki-trades")
    expect(offered("profile", "add", "--environment", "")).toBe("production testnet")
    expect(offered("profile", "add", "books", "--replace", "--env")).toBe("--environment")
  })
)

const shells = Command.string(Command.make("bash", "-c", "command -v zsh fish; true"))

const checked = (shell: string, file: string) =>
  Effect.map(Command.string(Command.make("bash", "-c", `${shell} -n "$1" 2>&1; true`, "bash", file)), (said) =>
    said.trim()
  )

it.scopedLive("zsh and fish are offered the same words, files where files are wanted, and take the scripts", () =>
  Effect.gen(function* () {
    const zsh = yield* script("zsh")
    const fish = yield* script("fish")
    expect(zsh).toContain(":action:(CONVERT WITHDRAW SEND)'")
    expect(fish).toMatch(/ -l action -r -f -a 'CONVERT WITHDRAW SEND' /)
    const help = yield* Effect.forEach(Btse.commands, ({ name, subcommands }) =>
      Effect.forEach(subcommands.length === 0 ? [[]] : subcommands.map((one) => [one]), (below) =>
        InProcess.btse([name, ...below, "--help"])
      )
    )
    const options = help.flat().flatMap(({ stdout }) => [...stdout.matchAll(/^ {2}(?:-\w, )?--([a-z-]+) ([A-Z]+)/gm)])
    const wanting = new Set(options.flatMap(([, name = "", value]) => (value === "FILE" ? [name] : [])))
    expect(wanting.size).toBeGreaterThan(3)
    for (const name of new Set(options.map(([, name = ""]) => name))) {
      const said = new RegExp(`'--${name}\\[.*\\]:([\\w-]+):(.*)' \\\\$`, "m").exec(zsh)
      expect([name, said?.[2]]).toEqual([name, wanting.has(name) ? "_files" : expect.stringMatching(/^( |\(.+\))$/)])
      if (wanting.has(name)) expect(fish).toMatch(new RegExp(` -l ${name} -r -F -d `))
    }
    for (const text of [zsh, fish, yield* script("bash")]) expect(text).not.toContain("wizard")
    const found = yield* shells
    const folder = yield* Program.folder
    for (const [shell, text] of Object.entries({ zsh, fish })) {
      if (!found.includes(shell)) continue
      writeFileSync(join(folder, shell), text)
      expect([shell, yield* checked(shell, join(folder, shell))]).toEqual([shell, ""])
    }
    if (!found.includes("fish")) return
    const complete = (line: string) =>
      Effect.map(
        Command.string(Command.make("fish", "-N", "-c", `source ${join(folder, "fish")}; complete -C "${line}"`)),
        (said) =>
          said
            .trim()
            .split("\n")
            .map((one) => one.split("\t")[0])
      )
    expect(yield* complete("btse recon")).toEqual(["reconcile"])
    expect(yield* complete("btse withdrawals re")).toEqual(["resolve"])
    expect(yield* complete("btse export --format ro")).toEqual(["rotki", "rotki-trades"])
    expect(yield* complete(`btse status --ledger ${folder}/f`)).toEqual([join(folder, "fish")])
  }).pipe(Effect.provide(NodeContext.layer))
)
