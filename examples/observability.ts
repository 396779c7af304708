/**
 * Traces, metrics and logs of every operation, sent to an OpenTelemetry collector.
 *
 * Spans are `btse.<operation>` and, inside it, `btse.<operation>.attempt` for each time it is sent. In an attempt, `btse.permit` is
 * the wait for a permit, and `GET /api/v3.2/user/wallet` (of kind client, with OpenTelemetry's attributes of HTTP) the request
 * itself. Metrics are `http.client.request.duration` and `btse_permit_wait_seconds` in seconds, `btse_requests_total`,
 * `btse_retries_total` and `btse_rate_limited_total`. No key, secret, signature, query, address or body is in any of them.
 */
import { Wallet } from "@btse-wallet/core"
import { Otlp } from "@effect/opentelemetry"
import { NodeHttpClient } from "@effect/platform-node"
import { Layer } from "effect"

/** Sends what is observed to a collector, say `http://localhost:4318`. */
export const layerOtlp = (collector: string) =>
  Otlp.layerJson({ baseUrl: collector, resource: { serviceName: "treasury" } })

/** The wallet of the environment's API key, observed. */
export const layerObservedWallet = (collector: string) =>
  Wallet.layerConfig().pipe(Layer.provideMerge(layerOtlp(collector)), Layer.provide(NodeHttpClient.layerUndici))
