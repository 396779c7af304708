/**
 * The body of an answer, up to a size.
 *
 * @internal
 */
import type { HttpClientError, HttpClientResponse } from "@effect/platform"
import { Effect, Stream } from "effect"

export interface Body {
  /** The whole body, or its beginning. */
  readonly bytes: ArrayBuffer
  /** False where the body is larger than the limit. */
  readonly whole: boolean
}

const joined = (chunks: ReadonlyArray<Uint8Array>, size: number): ArrayBuffer => {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    const part = chunk.subarray(0, size - at)
    bytes.set(part, at)
    at += part.length
  }
  return bytes.buffer
}

/** A length that is stated, of a body that is not compressed: the protocol holds the exchange to it. */
const statedSize = ({ headers }: HttpClientResponse.HttpClientResponse): number | undefined => {
  const length = headers["content-length"]
  return length !== undefined && /^\d{1,15}$/.test(length) && headers["content-encoding"] === undefined
    ? Number(length)
    : undefined
}

/** Reads at most `limit` bytes, counted after decompression, and lets go of the rest. */
export const read = (
  response: HttpClientResponse.HttpClientResponse,
  limit: number
): Effect.Effect<Body, HttpClientError.HttpClientError> =>
  Effect.suspend(() => {
    const stated = statedSize(response)
    if (stated !== undefined && stated <= limit) {
      return Effect.map(response.arrayBuffer, (bytes) => ({
        bytes: bytes.slice(0, limit),
        whole: bytes.byteLength <= limit
      }))
    }
    const chunks: Array<Uint8Array> = []
    let size = 0
    return Stream.runForEachWhile(response.stream, (chunk) =>
      Effect.sync(() => {
        chunks.push(chunk)
        size += chunk.length
        return size <= limit
      })
    ).pipe(
      Effect.catchIf(
        (error) => error._tag === "ResponseError" && error.reason === "EmptyBody",
        () => Effect.void
      ),
      Effect.map(() => ({ bytes: joined(chunks, Math.min(size, limit)), whole: size <= limit }))
    )
  })
