/**
 * How an option's text becomes a value: read by a parser, refused with a sentence that names the option.
 *
 * @since 0.1.0
 */
import { HelpDoc, Options, ValidationError } from "@effect/cli"
import { Array as Arr, Effect, Option } from "effect"

/**
 * An option of text that `read` turns into a value; where it cannot, `expected` says what the option wants. What is
 * given is repeated to whoever gave it, unless there may be a secret in it (`confidential`).
 *
 * @since 0.1.0
 * @category constructors
 */
export const option = <A>(settings: {
  readonly name: string
  readonly placeholder: string
  readonly description: string
  readonly expected: string
  readonly confidential?: (text: string) => boolean
  readonly read: (text: string) => Option.Option<A>
}): Options.Options<A> =>
  Options.text(settings.name).pipe(
    Options.withPseudoName(settings.placeholder),
    Options.withDescription(settings.description),
    Options.mapEffect((text) =>
      Option.match(settings.read(text), {
        onNone: () =>
          Effect.fail(
            ValidationError.invalidValue(
              HelpDoc.p(
                `--${settings.name} cannot be ${settings.confidential?.(text) === true ? "what was given" : `"${text}"`}. It wants ${settings.expected}.`
              )
            )
          ),
        onSome: Effect.succeed
      })
    )
  )

/** Control and invisible characters, and white space of every kind. */
const gaps = /[\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u

/**
 * Reads a text that leaves for the exchange: trimmed, and `None` where nothing is left of it, or something in it cannot be
 * seen.
 *
 * @since 0.1.0
 * @category parsing
 */
export const solid = (text: string): Option.Option<string> =>
  Option.liftPredicate(text.trim(), (value) => value !== "" && !gaps.test(value))

/**
 * An option that is one of a few words, as data: for who offers them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Choice<A extends string = string> {
  readonly name: string
  readonly description: string
  readonly choices: ReadonlyArray<A>
}

/**
 * The option of a choice.
 *
 * @since 0.1.0
 * @category constructors
 */
export const choice = <const A extends string>(settings: Choice<A>): Options.Options<A> =>
  option({
    name: settings.name,
    placeholder: settings.name.toUpperCase(),
    description: settings.description,
    expected: `one of ${settings.choices.join(", ")}`,
    read: (text) => Arr.findFirst(settings.choices, (choice) => choice === text.trim())
  })
