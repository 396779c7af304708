/**
 * The client's configuration: options over the environment, and sentences where something is missing or wrong.
 *
 * @since 0.1.0
 */
import { BtseConfig } from "@btse-wallet/core"
import { type ConfigError, ConfigProvider, Effect, Option, Schema } from "effect"
import type { Global } from "./Options/Global.ts"

/**
 * A variable of the environment is missing or cannot be used. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConfigurationInvalid extends Schema.TaggedError<ConfigurationInvalid>()("ConfigurationInvalid", {
  operation: Schema.String,
  variable: Schema.String,
  problem: Schema.String
}) {
  readonly retryable = false
  override get message(): string {
    if (isSecret(this.variable) && this.problem === missing) {
      return `There is half of an API key only: ${this.variable} is not set; nothing was sent. Set BTSE_API_KEY and BTSE_API_SECRET.`
    }
    return `${this.variable} ${this.problem}. Set ${this.variable} in the environment and run the command again.`
  }
}

// The library's message for a value it cannot read may hold the value, and some values are secret.
const isSecret = (variable: string): boolean => variable.startsWith("BTSE_API_")

interface Explanation {
  readonly variable: string
  readonly problem: string
}

const missing = "is not set"

const explain = (error: ConfigError.ConfigError): Explanation => {
  switch (error._op) {
    // A variable that no flag sets is missing there and may be wrong in the environment: what is wrong says more.
    case "And":
    case "Or": {
      const left = explain(error.left)
      return left.problem === missing ? explain(error.right) : left
    }
    case "MissingData":
      return { variable: error.path.join("_"), problem: missing }
    case "InvalidData":
    case "SourceUnavailable":
    case "Unsupported": {
      const variable = error.path.join("_")
      return {
        variable,
        problem: isSecret(variable) ? "cannot be used" : `cannot be used (${error.message.replace(/\.$/, "")})`
      }
    }
  }
}

/**
 * The configuration for a command.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fnUntraced(function* (operation: string, options: Pick<Global, "baseUrl">) {
  const flags = Option.match(options.baseUrl, {
    onNone: () => new Map<string, string>(),
    onSome: (url) => new Map([["BTSE_BASE_URL", url.toString()]])
  })
  return yield* BtseConfig.fromEnvironment.pipe(
    Effect.withConfigProvider(ConfigProvider.orElse(ConfigProvider.fromMap(flags), () => ConfigProvider.fromEnv())),
    Effect.mapError((error) => new ConfigurationInvalid({ operation, ...explain(error) }))
  )
})
