/**
 * Puts the words of a command line in the order in which @effect/cli reads them for certain: the command's name, its
 * options, then `--` and the rest. People put options anywhere, before the command and after its arguments, and a query may
 * begin with two dashes.
 *
 * @since 0.1.0
 */
import { Either, LogLevel } from "effect"
import { InvalidInput } from "./CliError.ts"
import * as Nearest from "./Nearest.ts"

/**
 * A command's name, and those of its subcommands where it has any.
 *
 * @since 0.1.0
 * @category models
 */
export interface CommandNames {
  readonly name: string
  readonly subcommands: ReadonlyArray<string>
}

/**
 * What a command line says: the path of the command, and the words in order.
 *
 * @since 0.1.0
 * @category models
 */
export interface Argv {
  readonly path: ReadonlyArray<string>
  readonly words: ReadonlyArray<string>
}

interface Sorted {
  readonly builtIns: Array<string>
  readonly options: Map<string, ReadonlyArray<string>>
  readonly bare: Array<string>
  readonly rest: Array<string>
}

const switchesOfTheLibrary = new Set(["--help", "-h", "--version", "--wizard"])
const settingsOfTheLibrary: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ["--completions", ["bash", "fish", "sh", "zsh"]],
  ["--log-level", LogLevel.allLevels.map(({ _tag }) => _tag.toLowerCase())]
])

const invalid = (problem: string, advice: string) =>
  Either.left(new InvalidInput({ operation: "btse", problem, advice }))

// A single dash may begin a value: a negative number.
const isOption = (word: string): boolean => word === "-h" || word === "-y" || (word.startsWith("--") && word.length > 2)

const split = (word: string): readonly [name: string, value: string | undefined] => {
  const equals = word.indexOf("=")
  return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
}

const sort = (words: ReadonlyArray<string>, switches: ReadonlySet<string>): Either.Either<Sorted, InvalidInput> => {
  const sorted: Sorted = { builtIns: [], options: new Map(), bare: [], rest: [] }
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ""
    if (word === "--") {
      sorted.rest.push(...words.slice(index + 1))
      break
    }
    if (!isOption(word)) {
      sorted.rest.push(word)
      continue
    }
    const [name, attached] = split(word === "-y" ? "--yes" : word)
    if (switchesOfTheLibrary.has(name)) {
      sorted.builtIns.push(name)
      continue
    }
    if (switches.has(name)) {
      sorted.options.set(name, attached === undefined ? [name] : [name, attached])
      continue
    }
    const next = words[index + 1]
    if (attached === undefined && (next === undefined || isOption(next))) {
      // At the end of the options the library says itself what is wrong: no value, or no such option.
      sorted.bare.push(name)
      continue
    }
    if (attached === undefined) index++
    const value = attached ?? next ?? ""
    const choices = settingsOfTheLibrary.get(name)
    if (choices !== undefined) {
      if (!choices.includes(value)) {
        return invalid(`${name} cannot be "${value}".`, `It wants one of ${choices.join(", ")}.`)
      }
      sorted.builtIns.push(name, value)
    } else if (sorted.options.has(name)) return invalid(`${name} was given twice.`, "Give it once.")
    else sorted.options.set(name, [name, value])
  }
  return Either.right(sorted)
}

/**
 * Reads a command line. `switches` are the options that take no value, as `--json`. Fails where an option has no value
 * or stands twice, and where there is no such command.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parse = (
  words: ReadonlyArray<string>,
  commands: ReadonlyArray<CommandNames>,
  switches: ReadonlySet<string>
): Either.Either<Argv, InvalidInput> =>
  Either.flatMap(sort(words, switches), ({ bare, builtIns, options, rest }) => {
    const [name, ...afterName] = rest
    const given = [...builtIns, ...[...options.values()].flat(), ...bare]
    if (name === undefined) return Either.right({ path: [], words: given })
    const command = commands.find((known) => known.name === name)
    if (command === undefined) {
      const names = commands.map((known) => known.name)
      return invalid(
        `There is no command "${name}".`,
        `${Nearest.question(name, names)}Run \`btse --help\` for the list of commands.`
      )
    }
    const [subcommand] = afterName
    if (command.subcommands.length === 0 || subcommand === undefined) {
      return Either.right({
        path: [name],
        words: [name, ...given, ...(afterName.length > 0 ? ["--", ...afterName] : [])]
      })
    }
    if (!command.subcommands.includes(subcommand)) {
      return invalid(
        `btse ${name} has no command "${subcommand}".`,
        `${Nearest.question(subcommand, command.subcommands)}Use one of ${command.subcommands.join(", ")}.`
      )
    }
    const others = afterName.slice(1)
    return Either.right({
      path: [name, subcommand],
      words: [name, subcommand, ...given, ...(others.length > 0 ? ["--", ...others] : [])]
    })
  })
