/**
 * Asks before money moves. What will be done is shown on stderr; without a terminal only `--yes` lets it pass.
 *
 * @since 0.1.0
 */
import { Prompt } from "@effect/cli"
import { Terminal } from "@effect/platform"
import { Context, Effect } from "effect"
import { NotConfirmed } from "./CliError.ts"
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
 * Passes where `yes` was given or the question is answered yes; fails with `NotConfirmed` otherwise. `fields` say what
 * will be done.
 *
 * @since 0.1.0
 * @category constructors
 */
export const required = Effect.fnUntraced(function* <E>(options: {
  readonly operation: string
  readonly yes: boolean
  readonly question: string
  readonly fields: Effect.Effect<ReadonlyArray<readonly [name: string, value: string]>, E>
}) {
  if (options.yes) return
  const interactive = yield* Interactive
  if (!interactive) return yield* new NotConfirmed({ operation: options.operation, interactive })
  const output = yield* Output
  const terminal = yield* Terminal.Terminal
  yield* output.note(Table.renderFields(yield* options.fields, { colored: false, columns: undefined }))
  // The question goes where the summary went: stdout is for data.
  const asked = Prompt.run(Prompt.confirm({ message: options.question, initial: false })).pipe(
    Effect.provideService(Terminal.Terminal, { ...terminal, display: output.ask }),
    Effect.catchTag("QuitException", () => Effect.succeed(false))
  )
  if (!(yield* asked)) return yield* new NotConfirmed({ operation: options.operation, interactive })
})
