/**
 * The user's home directory, which not every user has: a service in a container may have neither `HOME` nor an entry of its
 * own in the system.
 *
 * @since 0.1.0
 */
import { Path } from "@effect/platform"
import { Config, Effect, Option } from "effect"
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

/**
 * What a variable of the XDG base directories names; `None` where it is not set, or not absolute: such a one is to be ignored
 * ([XDG Base Directory Specification](https://specifications.freedesktop.org/basedir-spec/latest/)).
 *
 * @since 0.1.0
 * @category getters
 */
export const named = (variable: "XDG_CONFIG_HOME" | "XDG_DATA_HOME") =>
  Effect.flatMap(Path.Path, (path) =>
    Effect.map(Effect.option(Config.nonEmptyString(variable)), Option.filter(path.isAbsolute))
  )
