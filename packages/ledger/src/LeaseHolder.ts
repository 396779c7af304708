/**
 * Who holds a lease: the name a process is known by to others that use the same ledger.
 *
 * @since 0.1.0
 */
import { Context } from "effect"

/**
 * `name` tells this process from others. `isGone` says that the process of another name has certainly ended, so that its
 * lease need not run out first; by default nobody is known to be gone. A program that can look at its machine's processes
 * provides both.
 *
 * @since 0.1.0
 * @category services
 */
export class LeaseHolder extends Context.Reference<LeaseHolder>()("@btse-wallet/ledger/LeaseHolder", {
  defaultValue: (): { readonly name: string; readonly isGone: (name: string) => boolean } => ({
    name: "another program",
    isGone: () => false
  })
}) {}
