/**
 * The user's home directory, which not every user has: a service in a container may have neither `HOME` nor an entry of its
 * own in the system.
 *
 * @since 0.1.0
 */
import { Effect } from "effect"
import { homedir } from "node:os"
import { InvalidInput } from "./CliError.ts"

/**
 * Where it is. Fails with `InvalidInput` where that is not known.
 *
 * @since 0.1.0
 * @category getters
 */
export const directory: Effect.Effect<string, InvalidInput> = Effect.try(homedir).pipe(
  Effect.filterOrFail((path) => path !== ""),
  Effect.mapError(
    () =>
      new InvalidInput({
        operation: "btse",
        problem: "This user's home directory is not known; nothing was done.",
        advice: "Set HOME, or XDG_CONFIG_HOME and XDG_DATA_HOME, to directories of your own."
      })
  )
)
