/**
 * Answers as the exchange writes them, errors in the shapes that its statuses come in.
 */
import { HttpServerResponse } from "@effect/platform"
import { DateTime } from "effect"
import type { Json } from "../wireFormat.ts"
import { write } from "../wireFormat.ts"

const answer = (status: number, body: Json, headers: Readonly<Record<string, string>> = {}) =>
  HttpServerResponse.text(write(body), { status, contentType: "application/json", headers })

export const ok = (body: Json) => answer(200, body)

export const error = (status: number, errorCode: number, message: string, headers?: Readonly<Record<string, string>>) =>
  answer(status, { status, errorCode, message, extraData: null }, headers)

/** 401 has a shape of its own. `time` is epoch milliseconds. */
export const unauthorized = (reason: string, time: number) =>
  answer(401, { code: 10002, msg: `UNAUTHORIZED: ${reason}`, time, data: null, success: false })

export const forbidden = (permission: string) =>
  error(403, -1, `FORBIDDEN: the API key does not have the ${permission} permission`)

export const notFound = (path: string) => error(404, -1, `NOT FOUND: ${path}`)

export const methodNotAllowed = (method: string) => error(405, -1, `METHOD NOT ALLOWED: ${method}`)

export const tooManyRequests = (retryAfter: string | null) =>
  error(429, 303, "TOO MANY REQUESTS: rate limit exceeded", retryAfter === null ? {} : { "retry-after": retryAfter })

/** An instant in epoch milliseconds as HTTP writes it. */
export const httpDate = (instant: number): string => DateTime.toDateUtc(DateTime.unsafeMake(instant)).toUTCString()

export const timeout = error(408, -1, "REQUEST TIMEOUT")

export const serverError = error(500, -1, "INTERNAL SERVER ERROR")
