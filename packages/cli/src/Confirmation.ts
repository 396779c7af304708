/**
 * Asks before money moves. What will be done is shown on stderr; without a terminal only `--yes` lets it pass.
 *
 * @since 0.1.0
 */
import { Prompt } from "@effect/cli"
import { Terminal } from "@effect/platform"
import { Context, Effect, Option } from "effect"
import { NotConfirmed } from "./CliError.ts"
import * as Configuration from "./Configuration.ts"
import { Output } from "./Output.ts"
import * as Table from "./Table.ts"

/**
 * Whether there is someone to ask: stdin and stderr are a terminal.
 *
 * @since 0.1.0
 * @category services
 */
export class Interactive extends Context.Tag("@btse-wallet/cli/Confirmation/Interactive")<Interactive, boolean>() {}

/**
 * Which exchange and which account of the ledger: a withdrawal on the wrong one is as gone as one to a wrong address. Of what
 * is sent, also whose key signs it.
 */
const where = Effect.fnUntraced(function* (operation: string, on: Configuration.Options, did: NotConfirmed["did"]) {
  const { baseUrl } = yield* Configuration.place(operation, on)
  const key = did === "sent" ? yield* Configuration.maskedKey(operation, on) : Option.none()
  const fields: Fields = [
    ["exchange", baseUrl.host],
    ["profile", on.profile],
    ...Option.toArray(Option.map(key, (key) => ["API key", key] as const))
  ]
  return fields
})

/** Asks a question in a terminal, where the answer is a whole word and Enter. */
const answer = Effect.fnUntraced(function* (question: string) {
  const output = yield* Output
  const terminal = yield* Terminal.Terminal
  // A single key would send before it could be taken back, and what was typed ahead would be next.
  const typed = yield* Prompt.run(Prompt.text({ message: `${question} Type yes to do it:` })).pipe(
    // The question goes where the summary went: stdout is for data.
    Effect.provideService(Terminal.Terminal, { ...terminal, display: output.ask }),
    Effect.catchTag("QuitException", () => Effect.zipRight(output.ask("\n"), Effect.interrupt))
  )
  return typed.trim().toLowerCase() === "yes"
})

/**
 * Asks a question, and returns true where a typed `yes` is the answer; false where there is nobody to ask.
 *
 * @since 0.1.0
 * @category constructors
 */
export const agreed = (question: string) =>
  Effect.flatMap(Interactive, (interactive) => (interactive ? answer(question) : Effect.succeed(false)))

type Fields = ReadonlyArray<readonly [name: string, value: string]>

/**
 * Passes where `yes` was given or the question is answered with a typed `yes`; fails with `NotConfirmed` otherwise, and is
 * interrupted by ctrl-C. `fields` say what will be done, `on` where.
 *
 * @since 0.1.0
 * @category constructors
 */
export const required = Effect.fnUntraced(function* <E, R>(options: {
  readonly operation: string
  readonly yes: boolean
  readonly question: string
  /** What it would have done; by default `sent`. */
  readonly did?: NotConfirmed["did"]
  readonly on: Configuration.Options
  readonly fields: Effect.Effect<Fields, E, R>
}) {
  if (options.yes) return
  const { did = "sent", operation } = options
  const interactive = yield* Interactive
  if (!interactive) return yield* new NotConfirmed({ operation, interactive, did })
  const output = yield* Output
  const fields = [...(yield* options.fields), ...(yield* where(operation, options.on, did))]
  yield* output.note(Table.renderFields(fields, { colored: false, columns: undefined }))
  if (!(yield* answer(options.question))) return yield* new NotConfirmed({ operation, interactive, did })
})
