/**
 * Follows the chain: every event's number, time and hash.
 *
 * @internal
 */
import type { ChainedEvent } from "../EventChain.ts"
import { canonical, genesis } from "../EventChain.ts"
import type { Head } from "../internal/Events.ts"
import type { Findings } from "./Findings.ts"

export const makeChain = (sha256: (text: string) => string, findings: Findings) => {
  let last: Head = { seq: 0, at: 0, hash: genesis }
  return {
    /** The events in the order of their numbers. */
    follow: (event: ChainedEvent) => {
      if (event.seq !== last.seq + 1) findings.touched(last.seq + 1, `event ${last.seq + 1} is missing`)
      if (sha256(canonical(last.hash, event.seq, event)) !== event.hash) {
        findings.touched(event.seq, `event ${event.seq} is not what was written, or does not follow its predecessor`)
      } else if (event.at < last.at) {
        findings.touched(event.seq, `event ${event.seq} is earlier than its predecessor`)
      }
      last = event
    },
    /** Whether the chain ends where the program left it. */
    end: (head: Head) => {
      if (last.seq < head.seq) findings.touched(last.seq + 1, `event ${last.seq + 1} is missing`)
      else if (last.seq > head.seq) findings.touched(head.seq + 1, `event ${head.seq + 1} was inserted`)
      else if (last.hash !== head.hash || last.at !== head.at) {
        findings.touched(last.seq, `event ${last.seq} is not the last that was written`)
      }
    }
  }
}
