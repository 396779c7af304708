/**
 * `btse`, the program people run. What scripts rely on stands here: the documents that `--json` prints, the exit codes, and
 * the program itself.
 *
 * @since 0.1.0
 */
export * as Btse from "./Btse.ts"
export * as Document from "./Document.ts"
export * as ExitCode from "./ExitCode.ts"
export * as Failure from "./Failure.ts"
