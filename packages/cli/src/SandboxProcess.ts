/**
 * The sandbox, loaded when a command wants it: it brings a whole HTTP server along.
 *
 * @since 0.1.0
 */
import type { SandboxOptions } from "@btse-wallet/sandbox"
import { Effect } from "effect"

/**
 * Starts a sandbox that serves until the scope closes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const start = (options: SandboxOptions.SandboxOptions) =>
  Effect.flatMap(
    Effect.promise(() => import("@btse-wallet/sandbox")),
    ({ Sandbox }) => Sandbox.start(options)
  )
