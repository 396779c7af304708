/**
 * A shell's completion script: the library's, which offers files where an option takes one of a few words, with those words.
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

/** The library looks for a command below another one under a name that it never gives. */
const findingBelow = (script: string): string => script.replace(/^(\s+)btse,([a-z]+),([a-z]+)\)$/gm, "$1btse__$2,$3)")

/**
 * The script of a shell with the words of every choice.
 *
 * @since 0.1.0
 * @category conversions
 */
export const withChoices = (shell: string, script: string): string => {
  const offer = offering[shell === "sh" ? "bash" : shell]
  return offer === undefined
    ? script
    : choices.reduce((text, { choices, name }) => offer(text, name, choices.join(" ")), findingBelow(script))
}
