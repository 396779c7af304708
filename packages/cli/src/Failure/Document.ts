/**
 * A failure as JSON.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

/**
 * The JSON of a failure: `{"error": {"tag", "message", "operation", "retryable"}}`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const FailureDocument = Schema.Struct({
  error: Schema.Struct({
    tag: Schema.String,
    message: Schema.String,
    operation: Schema.NullOr(Schema.String),
    retryable: Schema.Boolean
  })
})
