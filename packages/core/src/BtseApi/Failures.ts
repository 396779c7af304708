/**
 * What the OpenAPI document says of answers that are failures: "API Status Codes", 1.1.0, and the bodies seen since.
 *
 * @since 0.1.0
 */

/** The status; whether a request without credentials can meet it; a body it came with. */
const failures: ReadonlyArray<readonly [status: number, anyone: boolean, description: string, body: object]> = [
  [
    400,
    true,
    "Bad Request. Server will not process this request. This is usually due to invalid parameters sent in request. errorCode -11 is a fault of the server",
    { status: 400, errorCode: 3506, message: "Invalid withdraw amount", extraData: null }
  ],
  [
    401,
    false,
    "Unauthorized request. Server will not process this request as it does not have valid authentication credentials",
    { code: 10002, msg: "UNAUTHORIZED: authenticate failed", time: 1_643_085_970_137, data: null, success: false }
  ],
  [
    403,
    false,
    "Forbidden request. Credentials were provided but they were insufficient to perform the request",
    { status: 403, errorCode: -1, message: "FORBIDDEN", extraData: null }
  ],
  [
    404,
    true,
    "Not found. Indicates that the server understood the request but could not find a correct representation for the target resource",
    { status: 404, error: "Not Found", code: -1, message: "NOT FOUND" }
  ],
  [
    408,
    true,
    "Request timeout. Indicates that the server did not complete the request. BTSE API timeouts are set at 30secs",
    { status: 408, errorCode: -1, message: "REQUEST TIMEOUT", extraData: null }
  ],
  [
    429,
    true,
    "Too many requests. Indicates that the client has exceeded the rates limits set by the server. `Retry-After` holds seconds, or the instant at which the block ends",
    { status: 429, errorCode: 303, message: "TOO MANY REQUESTS", extraData: null }
  ],
  [
    500,
    true,
    "Internal server error. Indicates that the server encountered an unexpected condition resulting in not being able to fulfill the request",
    { status: 500, errorCode: -1, message: "INTERNAL SERVER ERROR", extraData: null }
  ]
]

/**
 * The body of a failure.
 *
 * @since 0.1.0
 * @category documents
 */
export const schema = {
  type: "object",
  description:
    "Why a request failed, in one of several shapes: `status`, `errorCode`, `message`, `extraData`; `code`, `msg`, `time`, `data`, `success`; or `status`, `error`, `code`, `message`. The body may also be empty, or HTML from what stands before the exchange; and a 200 may hold one of these with a failing `status` or `success: false`.",
  properties: {
    status: { type: "integer", description: "The HTTP status" },
    errorCode: {
      type: "integer",
      description:
        "3506: invalid withdraw amount. 3528: an unused address exists, named in the message. 51523: insufficient balance. 11: invalid currency. -2: invalid request. -7: authentication. 303: rate limit. -11: system error"
    },
    message: { type: ["string", "null"] },
    extraData: {},
    code: { type: "integer", description: "10002: authentication" },
    msg: { type: ["string", "null"] },
    time: { type: "integer" },
    data: {},
    success: { type: "boolean" },
    error: { type: "string" }
  },
  additionalProperties: true
}

const responseName = (status: number): string => `Status${status}`

/**
 * The answers that are failures, by name.
 *
 * @since 0.1.0
 * @category documents
 */
export const responses = Object.fromEntries(
  failures.map(([status, , description, example]) => [
    responseName(status),
    { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Failure" }, example } } }
  ])
)

/**
 * References to {@link responses}, by status, for an endpoint that takes credentials or not.
 *
 * @since 0.1.0
 * @category documents
 */
export const referredTo = (credentials: boolean) =>
  Object.fromEntries(
    failures
      .filter(([, anyone]) => anyone || credentials)
      .map(([status]) => [status, { $ref: `#/components/responses/${responseName(status)}` }])
  )
