import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import * as InProcess from "./InProcess.ts"

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
  })
)

it.effect("zsh and fish are offered the same words", () =>
  Effect.gen(function* () {
    expect(yield* script("zsh")).toContain(":action:(CONVERT WITHDRAW SEND)'")
    expect(yield* script("fish")).toMatch(/ -l action -r -f -a 'CONVERT WITHDRAW SEND' /)
  })
)
