/**
 * A shell's completion script: the library's, which takes every value of an option for the same, with the words of those that
 * take one of a few, and files where files are wanted.
 *
 * @since 0.1.0
 */
import * as BooksOptions from "./Options/Books.ts"
import * as ExchangeOptions from "./Options/Exchange.ts"
import * as ProfileOptions from "./Options/Profile.ts"
import * as SandboxOptions from "./Options/Sandbox.ts"
import type { Choice } from "./Options/Input.ts"

const choices: ReadonlyArray<Choice> = [
  ExchangeOptions.actionChoice,
  BooksOptions.formatChoice,
  ProfileOptions.environmentChoice,
  ProfileOptions.authHeadersChoice,
  SandboxOptions.dialectChoice,
  SandboxOptions.orderChoice,
  SandboxOptions.blocksChoice,
  SandboxOptions.retryAfterChoice
]

/** Each shell's way to offer words after an option. */
const offering: Readonly<Record<string, (script: string, name: string, words: string) => string>> = {
  bash: (script, name, words) =>
    script.replace(new RegExp(`(--${name}\\)\\s+COMPREPLY=\\( \\$\\(compgen) -f `, "g"), `$1 -W "${words}" -- `),
  zsh: (script, name, words) => script.replace(new RegExp(`('--${name}\\[.*?\\])'`, "g"), `$1:${name}:(${words})'`),
  fish: (script, name, words) => script.replace(new RegExp(`( -l ${name} -r -f)`, "g"), `$1 -a '${words}'`)
}

/** The options that name a file; `import` takes one without an option. */
const files: ReadonlySet<string> = new Set([
  "ledger",
  "output",
  "policy",
  "report",
  "withdrawal-policy",
  "write-policy"
])

/** The library looks for a command below another one under a name that it never gives. */
const findingBelow = (script: string): string => script.replace(/^(\s+)btse,([a-z]+),([a-z]+)\)$/gm, "$1btse__$2,$3)")

/** Nobody is asked for a command's options one by one: `btse` has no word on it. */
const withoutWizard = (script: string): string =>
  script.replace(/ --wizard\b/g, "").replace(/^.*(?:'--wizard\[| -l wizard ).*\n/gm, "")

const offeringFiles: Readonly<Record<string, (script: string, switches: ReadonlySet<string>) => string>> = {
  // After a switch comes what comes after any other word; files it offers itself.
  bash: (script) => script.replace(/^\s+-[\w-]+\)\n\s+COMPREPLY=\( "\$\{cur\}" \)\n\s+return 0\n\s+;;\n/gm, ""),
  // Without a colon zsh takes an option for a switch.
  zsh: (script, switches) =>
    script
      .replace(/^(\s+'--([a-z-]+)\[.*\])'( \\)$/gm, (line, option: string, name: string, end: string) => {
        if (files.has(name)) return `${option}:file:_files'${end}`
        return switches.has(name) || name === "help" || name === "version" ? line : `${option}:value: '${end}`
      })
      .replace(/(\(import\)\n\s+_arguments [^\n]*\n)/, "$1                '*:file:_files' \\\n"),
  fish: (script) =>
    script
      .replace(/ -l ([a-z-]+) -r -f(?= -d )/g, (option, name: string) =>
        files.has(name) ? ` -l ${name} -r -F` : option
      )
      .replace(/(__fish_seen_subcommand_from import") -r -f /, "$1 -F ")
}

/**
 * The script of a shell with the words of every choice, and files where they are wanted. `switches` are the options that take no
 * value.
 *
 * @since 0.1.0
 * @category conversions
 */
export const completed = (shell: string, script: string, switches: ReadonlySet<string>): string => {
  const name = shell === "sh" ? "bash" : shell
  const offer = offering[name]
  const offerFiles = offeringFiles[name]
  if (offer === undefined || offerFiles === undefined) return script
  const worded = choices.reduce((text, { choices, name }) => offer(text, name, choices.join(" ")), script)
  return offerFiles(withoutWizard(findingBelow(worded)), switches)
}
