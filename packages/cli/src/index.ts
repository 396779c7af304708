/**
 * `btse`, the program people run. What scripts rely on stands here: the documents that `--json` prints and the exit codes;
 * and the program's parts.
 *
 * @since 0.1.0
 */
export * as Argv from "./Argv.ts"
export * as Btse from "./Btse.ts"
export * as Doctor from "./Doctor.ts"
export * as Document from "./Document.ts"
export * as Documents from "./Documents.ts"
export * as ExitCode from "./ExitCode.ts"
export * as Failure from "./Failure.ts"
export * as Help from "./Help.ts"
export * as Instant from "./Instant.ts"
export * as ImportFile from "./ImportFile.ts"
export * as AmountOption from "./Options/Amount.ts"
export * as TimeOption from "./Options/Time.ts"
export * as Profile from "./Profile.ts"
export * as Profiles from "./Profiles.ts"
export * as SecretCommand from "./SecretCommand.ts"
export * as Output from "./Output.ts"
export * as QueryDatabase from "./Query/Database.ts"
export * as QueryRepl from "./Query/Repl.ts"
export * as QueryStatements from "./Query/Statements.ts"
export * as Stdin from "./Stdin.ts"
export * as QueryDecimals from "./Query/Decimals.ts"
export * as PolicyFitTable from "./Render/PolicyFit.ts"
export * as ReconciliationTable from "./Render/Reconciliation.ts"
export * as RenderProgress from "./Render/Progress.ts"
export * as Table from "./Table.ts"
export * as Watching from "./Watching.ts"
