/**
 * Where the program reads from.
 *
 * @since 0.1.0
 */
import { Context, Effect, Option } from "effect"
import type { Readable, Writable } from "node:stream"

/**
 * A terminal: what is typed on it, and where it shows that.
 *
 * @since 0.1.0
 * @category models
 */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
}

/**
 * The terminal at stdin, where there is one, and else the text that is piped in. By default there is neither.
 *
 * @since 0.1.0
 * @category services
 */
export class Stdin extends Context.Reference<Stdin>()("@btse-wallet/cli/Stdin", {
  defaultValue: (): { readonly terminal: Option.Option<Terminal>; readonly text: Effect.Effect<string> } => ({
    terminal: Option.none(),
    text: Effect.succeed("")
  })
}) {}
