/**
 * The failures between a caller and the exchange, as closed unions, one for each operation. Each error says what happened
 * (`message`), what was done (`done`), and whether the same request may be sent again (`retryable`).
 *
 * A refusal of a payment proves that nothing was done only where it names a fault of the request with a documented code;
 * every other failure after the sending is `OutcomeUnknown`.
 *
 * @since 0.1.0
 */
export { type Answer, Done, type KnownPermission, type Permission } from "./WalletError/Done.ts"
export * from "./WalletError/Operations.ts"
export * from "./WalletError/Refusals.ts"
export * from "./WalletError/Unanswered.ts"
