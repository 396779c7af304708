/**
 * The variables with which a program talks to a sandbox, for examples that read their configuration from the environment.
 */
import type { Sandbox } from "@btse-wallet/sandbox"
import { ConfigProvider, Redacted } from "effect"

export const of = (
  { apiKey, apiSecret, baseUrl }: Sandbox.RunningSandbox,
  others: Readonly<Record<string, string>> = {}
): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromMap(
    new Map([
      ["BTSE_BASE_URL", baseUrl.href],
      ["BTSE_API_KEY", apiKey],
      ["BTSE_API_SECRET", Redacted.value(apiSecret)],
      ...Object.entries(others)
    ])
  )
