/**
 * What `btse doctor` finds: checks, each with what to do where something is not well.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import type { ExitCode } from "./ExitCode.ts"

/**
 * How a check ended; `skip` where it could not be made, or only by what doctor never does.
 *
 * @since 0.1.0
 * @category models
 */
export const Outcome = Schema.Literal("ok", "warn", "fail", "skip")

/**
 * A check: what was found, and what to do about it, null where nothing is to be done.
 *
 * @since 0.1.0
 * @category models
 */
export const Check = Schema.Struct({
  check: Schema.String,
  outcome: Outcome,
  detail: Schema.String,
  advice: Schema.NullOr(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Check extends Schema.Schema.Type<typeof Check> {}

/**
 * A value of the configuration and where it came from. A key is masked, and of a secret it is only told that there is one.
 *
 * @since 0.1.0
 * @category models
 */
export const Setting = Schema.Struct({
  name: Schema.String,
  value: Schema.String,
  from: Schema.Literal("flag", "environment", "profile", "default")
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Setting extends Schema.Schema.Type<typeof Setting> {}

/**
 * `btse doctor --json`. `status` is that of the worst check.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Report = Schema.Struct({
  status: Schema.Literal("ok", "warn", "fail"),
  profile: Schema.String,
  settings: Schema.Array(Setting),
  checks: Schema.Array(Check)
})

/**
 * @since 0.1.0
 * @category schemas
 */
export interface Report extends Schema.Schema.Type<typeof Report> {}

/**
 * A check, and the program's exit code where it is the first that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Finding extends Check {
  readonly exitCode: Exclude<ExitCode, 0 | 1 | 6 | 130> | null
}

/**
 * All is well.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ok = (check: string, detail: string): Finding => ({
  check,
  outcome: "ok",
  detail,
  advice: null,
  exitCode: null
})

/**
 * It could not be made, or only by what doctor never does.
 *
 * @since 0.1.0
 * @category constructors
 */
export const skip = (check: string, detail: string): Finding => ({ ...ok(check, detail), outcome: "skip" })

/**
 * It works, but not as it should.
 *
 * @since 0.1.0
 * @category constructors
 */
export const warn = (check: string, detail: string, advice: string): Finding => ({
  ...ok(check, detail),
  outcome: "warn",
  advice
})

/**
 * It does not work; `exitCode` is the program's where nothing failed before it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fail = (
  check: string,
  detail: string,
  advice: string,
  exitCode: NonNullable<Finding["exitCode"]>
): Finding => ({ check, outcome: "fail", detail, advice, exitCode })

/** Messages of errors are sentences of what happened, then of what to do. */
const lastSentence = /^(.*?[.!?])\s+([A-Z`].*)$/s

/**
 * An error as a check that failed: what it says, and after its first sentence what to do.
 *
 * @since 0.1.0
 * @category constructors
 */
export const failed = (check: string, message: string, exitCode: NonNullable<Finding["exitCode"]>): Finding => {
  const parts = lastSentence.exec(message)
  return fail(check, parts?.[1] ?? message, parts?.[2] ?? "See what it says.", exitCode)
}

/**
 * The worst of the checks.
 *
 * @since 0.1.0
 * @category conversions
 */
export const statusOf = (checks: ReadonlyArray<Check>): Report["status"] => {
  if (checks.some(({ outcome }) => outcome === "fail")) return "fail"
  return checks.some(({ outcome }) => outcome === "warn") ? "warn" : "ok"
}
