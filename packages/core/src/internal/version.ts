/**
 * The version of this package, as its manifest has it.
 *
 * @internal
 */
export const version = "0.1.0"
