/**
 * Traces, metrics and logs to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`, where there is one.
 */
import { Otlp } from "@effect/opentelemetry"
import { Config, Effect, Layer, Option } from "effect"

export const layer = Layer.unwrapEffect(
  Effect.map(
    Config.option(Config.string("OTEL_EXPORTER_OTLP_ENDPOINT")),
    Option.match({
      onNone: () => Layer.empty,
      onSome: (baseUrl) => Otlp.layerJson({ baseUrl, resource: { serviceName: "withdrawal-service" } })
    })
  )
)
