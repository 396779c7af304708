/**
 * The chain's hash function by Node's own, for the ledger of a program on Node.
 *
 * @internal
 */
import { Digest } from "@btse-wallet/ledger"
import { Layer } from "effect"
import * as crypto from "node:crypto"

/** As every Node does it, with an object for each text. */
export const byObject = (text: string): string => crypto.createHash("sha256").update(text, "utf8").digest("hex")

/** In one call, which Node has since 20.12. */
const sha256 = typeof crypto.hash === "function" ? (text: string): string => crypto.hash("sha256", text) : byObject

/** `Digest` by whichever of the two there is. */
export const layer = Layer.succeed(Digest.Digest, { sha256 })
