/**
 * A BTSE wallet exchange on this machine.
 *
 * @since 0.1.0
 */
export * as Exchange from "./Exchange.ts"
export * as Fault from "./Fault.ts"
export * as HistoryRow from "./HistoryRow.ts"
export * as Refused from "./Refused.ts"
export * as Sandbox from "./Sandbox.ts"
export * as SandboxOptions from "./SandboxOptions.ts"
