/**
 * The chain's hash function by Node's own, for the ledger of a program on Node.
 *
 * @internal
 */
import { Digest } from "@btse-wallet/ledger"
import { Layer } from "effect"
import * as crypto from "node:crypto"

/** Since Node 20.12 in one call, which leaves no hash object behind for each event. */
const sha256: (text: string) => string =
  typeof crypto.hash === "function"
    ? (text) => crypto.hash("sha256", text)
    : (text) => crypto.createHash("sha256").update(text, "utf8").digest("hex")

export const layer = Layer.succeed(Digest.Digest, { sha256 })
